"""The one exception whose message is for a person, without a traceback."""


class Refused(Exception):
    """What was asked for cannot be done; the message says why, and what to do.

    Every refusal of the kit derives from it; :func:`grading.cli.main` prints the message. Where
    callers rely on another class, such as ValueError, it is the second base.

    Args:
        reason: the message.
        code: the exit code of the command; 1 where all was right with how it was called.
    """

    def __init__(self, reason, code=2):
        super().__init__(str(reason))
        self.code = code
