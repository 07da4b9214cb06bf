"""What can go wrong with a subject, told to its student.

The first three leave a test as ordinary exceptions, so hypothesis looks for the smallest example
that shows them. The others derive from BaseException: hypothesis lets them through at once, as it
would make no sense to repeat a call that hangs, or to shrink an example for an empty stub.
"""

from grading.running.outcome import Kind


class SubjectError(Exception):
    """The student's code raised an exception.

    Attributes:
        kind: the name of its class.
        kinds: the names of that class and of all its base classes.
        message: what it said.
        frames: the lines of the student's own file it came through: (line number, code).
        given: the arguments of the call that raised it.
        title: what is wrong, where the test's own title says something else; or None.
    """

    given, title = (), None

    def __init__(self, kind, kinds=(), message="", frames=()):
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind, self.kinds, self.message = kind, tuple(kinds), message
        self.frames = [tuple(frame) for frame in frames]


class WrongAnswer(AssertionError):
    """The student's code gave something a property does not allow.

    Attributes:
        expected: what was expected, in words or as a value.
        found: the part that is wrong, or None where the whole result is shown anyway.
        details: further lines, such as the first difference.
        picture: lines to be printed as they are, or none.
        values: what was compared, (found, expected), or None.
        title: what is wrong, where the test's own title says something else; or None.
    """

    picture = ()
    values = title = None

    def __init__(self, expected, found=None, details=()):
        super().__init__(f"expected {expected}" + (f", found {found}" if found else ""))
        self.expected, self.found, self.details = expected, found, list(details)


class Unusable(WrongAnswer):
    """The student's code answered with the wrong kind of thing (None, a generator, a list)."""

    title = "arguments and results have the form that the docstring says"

    def __init__(self, message):
        AssertionError.__init__(self, message)
        self.expected, self.found, self.details = message, None, []


class OverStrict(Unusable):
    """A test of the student's demands more than the contract: a right answer fails it."""

    title = "a test of yours demands more than the contract"


class Stop(BaseException):
    """The test cannot go on; ``message`` is for the student, ``kind`` says how it failed."""

    kind = Kind.ERROR

    def __init__(self, message, frames=()):
        super().__init__(message)
        self.message = message
        self.frames = [tuple(frame) for frame in frames]


class NotWritten(Stop):
    """The stub's own NotImplementedError: this part of the exercise is not written yet."""

    kind = Kind.NOT_WRITTEN


class Unloadable(Stop):
    """The module cannot be imported, or lacks a name that the exercise asks for."""

    kind = Kind.UNLOADABLE


class Hung(Stop):
    """A call did not return within its limit, so its process was ended."""

    kind, title = Kind.HUNG, "every call returns"


class Died(Stop):
    """The process of the student's code ended in the middle of a call."""

    kind, title = Kind.DIED, "every call returns"
