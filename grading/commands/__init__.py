"""The subcommands of `unrolled`, one module each."""


class Refused(Exception):
    """A command cannot do what it was asked to; the message tells the user why.

    Args:
        reason: the message.
        code: the exit code of the command.
    """

    def __init__(self, reason, code=2):
        super().__init__(str(reason))
        self.code = code
