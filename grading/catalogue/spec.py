"""Which subject a worker loads: a file, a module made by code, or a library of such modules."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Spec:
    """A subject of an exercise.

    Attributes:
        exercise: the exercise's name, which says which probes reach the subject.
        is_ours: whether it is code of the kit's, and no student's.
    """

    exercise: str
    path: ClassVar[str | None] = None
    is_ours: ClassVar[bool] = True

    def as_request(self):
        """The same for a worker, as a plain dict; see :func:`grading.beside.load.load`."""
        raise NotImplementedError


@dataclass(frozen=True)
class FileSpec(Spec):
    """The module in the file ``path``: a student's, or a solution."""

    path: str
    is_ours: ClassVar[bool] = False

    def as_request(self):
        return {"exercise": self.exercise, "path": self.path}


@dataclass(frozen=True)
class VariantSpec(Spec):
    """What ``subject(name)`` of the Python module ``module`` makes, such as a misconception."""

    module: str
    name: str

    def as_request(self):
        return {"exercise": self.exercise, "variant": self.module, "name": self.name}


@dataclass(frozen=True)
class LibrarySpec(Spec):
    """All that the Python module ``module`` can make: each call names one of them."""

    module: str

    def as_request(self):
        return {"exercise": self.exercise, "library": self.module}
