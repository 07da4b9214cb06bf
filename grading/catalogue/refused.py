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


def need_at_least_one(args, *names):
    """Refuse options, given by their names, whose number is below 1; None is no number.

    Raises:
        Refused: one of them is.
    """
    for name in names:
        value = getattr(args, name)
        if value is not None and value < 1:
            raise Refused(f"--{name} must be at least 1, got {value}")
