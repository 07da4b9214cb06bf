"""The command line: ``unrolled``."""

import argparse
import contextlib
import importlib
import os
import sys

from grading.catalogue.refused import Refused

# In the order of a learner's day. Modules that import TensorFlow do so only when they run.
COMMANDS = (
    "check",
    "watch",
    "see",
    "hint",
    "show",
    "defend",
    "reset",
    "doctor",
    "lab",
    "notebook",
    "module",
    "course",
    "collect",
    "grade",
    "train",
    "generate",
    "plot",
    "bench",
    "misconceptions",
    "mutants",
    "build",
    "new",
)


def main(arguments=None):
    """Run one command.

    Args:
        arguments: the words after ``unrolled``; those of the process if None.

    Returns:
        The exit code: 0 for success, 1 where something is not right yet, 2 for a wrong call.
    """
    parser = argparse.ArgumentParser(
        prog="unrolled",
        description="A test-first exercise kit for recurrent networks and attention.",
        epilog="Start with: unrolled check",
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    words = sys.argv[1:] if arguments is None else arguments
    # Of the others not even the modules are imported, for some of which that takes a second.
    add_commands(subparsers, [word for word in words[:1] if word in COMMANDS] or COMMANDS)
    args = parser.parse_args(words)
    with contextlib.suppress(AttributeError):  # a notebook's stdout, say, can show all there is
        sys.stdout.reconfigure(errors="backslashreplace")  # what the terminal cannot show
    try:
        code = args.run(args)
        sys.stdout.flush()
        return code
    except Refused as refused:
        return _say(args.command, refused, refused.code)
    except BrokenPipeError:  # as in: unrolled show windows | head -1
        stdout_is_gone()
        return 0
    except OSError as error:
        return _say(args.command, _sentence_of(error), 2)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130


def add_commands(subparsers, names):
    """Add these commands to the command line."""
    for name in names:
        if name not in subparsers.choices:  # notebook brings module with it
            file = "notebook" if name == "module" else name
            importlib.import_module(f"grading.commands.{file}").add_parser(subparsers)


def stdout_is_gone():
    """Send what is still printed to nowhere, after the reader of standard output has left."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(command, message, code):
    with contextlib.suppress(OSError):
        print(f"unrolled {command}: {message}", file=sys.stderr)
    return code


def _sentence_of(error):
    if error.filename is None or error.strerror is None:
        return error
    return f"{os.fsdecode(error.filename)}: {error.strerror}"


if __name__ == "__main__":
    sys.exit(main())
