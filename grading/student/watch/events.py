"""What the main thread of ``unrolled watch`` is told by the others."""

import enum


class Event(enum.Enum):
    """What can happen to a watch."""

    SAVED = enum.auto()  # with the names of the modules
    KEY = enum.auto()  # with the key; None at the end of input
    RESIZED = enum.auto()
    RESUMED = enum.auto()  # the terminal is ours again, after Ctrl-Z and fg
    SIGNALLED = enum.auto()  # to end
    FAILED = enum.auto()  # a test, with its failure and whether that is its smallest example
    TOLD = enum.auto()  # nothing fails on the telling examples
    SETTLED = enum.auto()  # the failing test that matters was run; it, and its misconception
    TESTED = enum.auto()  # one more test has come to an end
    ENDED = enum.auto()  # a run, with what came of it

    @classmethod
    def of_runs(cls):
        """What can happen to a run, as :class:`Runs` wants it."""
        return cls.FAILED, cls.TOLD, cls.SETTLED, cls.TESTED, cls.ENDED
