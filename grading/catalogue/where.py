"""Where the modules under test are: ``--impl exercises``, ``solutions`` or a folder."""

from dataclasses import dataclass
from pathlib import Path

from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.spec import FileSpec, VariantSpec
from grading.catalogue.syllabus import NAMES

VARIANT = "variant:"  # variant:MODULE:EXERCISE/NAME, a subject made by code (a misconception)


class NoImplementation(Refused, ValueError):
    """``--impl`` names nothing that can be tested; the message is for the user."""


@dataclass(frozen=True)
class Implementation:
    """The modules under test.

    Attributes:
        label: what the user asked for.
        specs: a :class:`grading.catalogue.spec.Spec` for each exercise that is there.
    """

    label: str
    specs: dict

    @property
    def is_desk(self):
        """Whether these are the student's own modules in ``exercises/``."""
        return self.label == "exercises"

    def path(self, exercise):
        """The file of an exercise's module, or None where it is not a file."""
        spec = self.specs.get(exercise)
        return Path(spec.path) if spec and spec.path else None


def folder_of(where, start="."):
    """The folder that ``--impl WHERE`` means, whether or not it holds a module yet."""
    folder = ROOT / where if where in ("exercises", "solutions") else Path(start) / where
    return folder.expanduser().resolve()


def resolve(where, start, needed=None):
    """Find the modules that ``--impl WHERE`` means.

    Args:
        where: ``exercises``, ``solutions``, or a folder, absolute or relative to ``start``.
        start: the folder the user is in.
        needed: an exercise that is among them even if its file is not there yet.

    Raises:
        NoImplementation: there is no such folder, or it holds none of the exercises' modules.
    """
    if where.startswith(VARIANT):
        module, name = where.removeprefix(VARIANT).split(":")
        exercise = name.split("/")[0]
        return Implementation(where, {exercise: VariantSpec(exercise, module, name)})
    folder = folder_of(where, start)
    if not folder.exists():
        raise NoImplementation(
            f"--impl {where}: there is no such folder; give exercises, solutions, or the path of "
            "a folder that holds modules such as windows.py"
        )
    if not folder.is_dir():
        raise NoImplementation(f"--impl {where}: this is a file; give the folder it is in")
    specs = {
        name: FileSpec(name, str(folder / f"{name}.py"))
        for name in NAMES
        if (folder / f"{name}.py").is_file()
    }
    if needed and (specs or not any(folder.glob("*.py"))):
        specs.setdefault(needed, FileSpec(needed, str(folder / f"{needed}.py")))
    if not specs:
        wanted = ", ".join(f"{name}.py" for name in NAMES)
        raise NoImplementation(f"--impl {where}: this folder holds none of the modules {wanted}")
    return Implementation(where, specs)
