"""What is printed beside a student's code, also by native code: it goes to a file of our own."""

import contextlib
import os
import sys
import tempfile

LONGEST = 20_000  # characters of what a student's code printed in one call


def take_over():
    """Send all that is printed to a file, which is given."""
    file = tempfile.TemporaryFile(mode="w+b")  # noqa: SIM115
    with open(os.devnull, encoding="utf-8") as empty:
        os.dup2(empty.fileno(), 0)
    flush()
    _print_to(file)
    return file


def take_out(file):
    """The text that was printed since the last time."""
    flush()
    if not os.fstat(file.fileno()).st_size:
        return ""
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    printed = os.read(file.fileno(), 4 * LONGEST).decode("utf-8", "replace")
    os.ftruncate(file.fileno(), 0)
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return printed[:LONGEST]


def part(file):
    """In a process that was forked, print to a file of its own, which begins as a copy.

    Before the fork, :func:`flush` is to be called, or both processes print what waits to be.
    """
    with tempfile.TemporaryFile() as own:
        own.write(os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0))
        own.flush()
        os.dup2(own.fileno(), file.fileno())
    _print_to(file)


def flush():
    """Have all that was printed reach the file."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # a student may have closed or replaced it
            stream.flush()


def _print_to(file):
    for handle in (1, 2):
        os.dup2(file.fileno(), handle)
