"""The command line: ``unrolled``."""

import argparse
import importlib
import sys

# In the order of a learner's day. Modules that import TensorFlow do so only when they run.
COMMANDS = (
    "check",
    "watch",
    "hint",
    "show",
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
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"grading.commands.{name}").add_parser(subparsers)
    args = parser.parse_args(arguments)
    try:
        return args.run(args)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
