"""What one call of a student's code came to: a plain value, or a fault of one of these kinds."""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_OUTPUT = 20_000  # characters of what is printed in one call
RAISED = {"kind", "kinds", "message", "frames"}
# Control characters but tabs and newlines, and marks that turn the direction of writing: ranges.
UNPRINTED = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
_UNPRINTED = re.compile(f"[{UNPRINTED}\ud800-\udfff]")  # and half of a pair


class Kind(StrEnum):
    """How a call, or a test, can fail. In JSON it is its value, a plain string."""

    # Of calls and of tests.
    UNLOADABLE = "unloadable"  # the module cannot be imported
    UNUSABLE = "unusable"  # the result is of the wrong kind: None, a generator
    RAISED = "raised"  # an exception
    HUNG = "hung"  # no return within the time limit
    DIED = "died"  # the process ended
    # Of calls only; to a test that is a module that cannot be loaded.
    MISSING = "missing"  # the module lacks a name that the exercise asks for
    # Of tests only.
    NOT_WRITTEN = "not written"  # the stub's own NotImplementedError
    WRONG = "wrong"  # a result that the test does not allow
    FLAKY = "flaky"  # equal calls gave different results
    SENSELESS = "senseless"  # the test itself failed over a strange result
    ERROR = "error"  # the test is broken, or a fixture: not the student's fault
    TIME = "time"  # there was no time left for the test


@dataclass(frozen=True)
class Fault:
    """How a call failed.

    Attributes:
        kind: one of those of calls.
        message: what there is to say, if anything.
        error: of an exception, the name of its class.
        bases: of an exception, the names of its class and of all that it derives from.
        frames: the lines of the student's own file that it came through, or that it hangs in, as
            pairs (line number, code), outermost first.
        limit: of a call that hung, the seconds that it had.
        importing: whether it hung while the module was imported.
        code: of a process that ended, its exit code (minus the signal that killed it), if known.
    """

    kind: Kind
    message: str = ""
    error: str = ""
    bases: tuple = ()
    frames: tuple = ()
    limit: float = 0.0
    importing: bool = False
    code: int | None = None

    def as_answer(self):
        """The fault as a worker tells it: a plain dict, see :mod:`grading.beside.worker`."""
        if self.kind is not Kind.RAISED:
            return {self.kind.value: self.message}
        parts = {"kind": self.error, "kinds": list(self.bases), "message": self.message}
        return {self.kind.value: {**parts, "frames": [list(frame) for frame in self.frames]}}


@dataclass
class Outcome:
    """What one call came to.

    Attributes:
        value: the plain value, if ``fault`` is None.
        fault: None or a :class:`Fault`.
        printed: what the subject printed meanwhile.
    """

    value: object = None
    fault: Fault | None = None
    printed: str = ""

    @property
    def kind(self):
        """The kind of the fault, or None."""
        return self.fault and self.fault.kind


def outcome_of(answer):
    """The outcome that a worker's answer tells; a worker is not trusted to tell one.

    Raises:
        ValueError: it is no answer of a worker's.
    """
    if type(answer) is not dict:
        raise ValueError("an answer is a dict")
    answer = dict(answer)
    printed = clean(answer.pop("printed", ""), LONGEST_OUTPUT)
    answer.pop("tried", None)
    if len(answer) != 1:
        raise ValueError("an answer is a value or one fault")
    ((kind, what),) = answer.items()
    if kind == "value":
        return Outcome(what, printed=printed)
    if kind in (Kind.UNUSABLE, Kind.MISSING, Kind.UNLOADABLE) and type(what) is str:
        return Outcome(fault=Fault(Kind(kind), clean(what)), printed=printed)
    if kind != Kind.RAISED or type(what) is not dict or set(what) != RAISED:
        raise ValueError(f"not a fault: {kind!r:.100}")
    bases, frames = what["kinds"], what["frames"]
    if type(bases) is not list or type(frames) is not list or len(bases) > 100 or len(frames) > 5:
        raise ValueError("not the classes and lines of an exception")
    if any(type(f) is not list or [type(part) for part in f] != [int, str] for f in frames):
        raise ValueError("not the lines of a file")
    fault = Fault(
        Kind.RAISED,
        clean(what["message"]),
        error=clean(what["kind"], 200),
        bases=tuple(clean(name, 200) for name in bases),
        frames=tuple((number, clean(code, 300)) for number, code in frames),
    )
    return Outcome(fault=fault, printed=printed)


def clean(text, longest=10_000):
    """A text for people: not too long, and nothing in it that would steer a terminal."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        text = text[:longest] + " ..."
    return _UNPRINTED.sub("\N{REPLACEMENT CHARACTER}", text)
