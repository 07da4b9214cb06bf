"""A copy of the kit that stands alone, for platforms that grade on machines of their own."""

from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused
from grading.catalogue.stubs import expected_stub
from grading.catalogue.syllabus import NAMES

_FILES = ("LICENSE", "README.md", "pyproject.toml", ".python-version")
_FOLDERS = ("exercises", "grading", "solutions", "tests")
_LEFT_OUT = ("tests/kit/", "exercises/notebooks/", "runs/")


def kit_files():
    """The files of the kit that grading needs: a dict from paths to bytes.

    The stubs are as they were given out, whatever is written in ``exercises/`` here.
    """
    if not (ROOT / "pyproject.toml").is_file():
        raise Refused(f"{ROOT} is no checkout of the kit: its pyproject.toml is missing")
    paths = [ROOT / name for name in _FILES]
    for folder in _FOLDERS:
        paths += sorted((ROOT / folder).rglob("*"))
    stubs = {f"exercises/{name}.py": expected_stub(name).encode() for name in NAMES}
    found = {}
    for path in paths:
        place = path.relative_to(ROOT).as_posix()
        if path.is_file() and _belongs(place):
            found[place] = stubs.get(place) or path.read_bytes()
    return found


def _belongs(place):
    *folders, name = place.split("/")
    hidden = [part for part in folders if part.startswith((".", "__"))]
    is_text = not name.endswith((".pyc", ".pyo")) and (name in _FILES or not name.startswith("."))
    return is_text and not hidden and not place.startswith(_LEFT_OUT)


def write_new(folder, files):
    """Write files into a folder that is new or empty.

    Args:
        folder: a path.
        files: a dict from paths in it to bytes.

    Raises:
        Refused: something is there.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Refused(f"{folder} is not empty; give a new folder, or move it away")
    for place, data in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(data)
