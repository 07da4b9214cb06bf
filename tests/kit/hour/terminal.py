"""A program under a terminal of our own: send it keys, look at its screen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

from grading.catalogue.paths import ROOT

LIMIT = 90  # seconds for anything, on a slow and busy machine
CLEAR = re.compile(r"\x1b\[H\x1b\[2J|\x1b\[2J\x1b\[H|\x1b\[2J")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """``unrolled`` with arguments, under a terminal of a given size."""

    def __init__(self, *arguments, width=100, height=40, **environment):
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.before = termios.tcgetattr(theirs)
        self._theirs, self.raw = theirs, ""
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **environment}
        for name in ("COLUMNS", "LINES", "UV"):
            env.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grading.cli", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            cwd=ROOT,
            preexec_fn=_take_terminal,
        )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)

    def send(self, keys):
        os.write(self._ours, keys.encode())

    @property
    def screen(self):
        """What was printed since the screen was last cleared, without colours."""
        return ESCAPES.sub("", CLEAR.split(self.raw)[-1]).replace("\r\n", "\n")

    def until(self, *texts):
        """Wait until all these texts stand on the screen; gives the screen."""
        end = time.monotonic() + LIMIT
        while not all(text in self.screen for text in texts):
            assert time.monotonic() < end, f"no {texts} on the screen:\n{self.screen}"
            self._read(0.2)
        return self.screen

    def ended(self):
        """Wait for the end; gives the exit code."""
        end = time.monotonic() + LIMIT
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it does not end:\n{self.screen}"
            self._read(0.1)
        self._read(0.1)
        return self.process.returncode

    @property
    def is_restored(self):
        """Whether the terminal is as it was before the program."""
        return termios.tcgetattr(self._theirs) == self.before

    def resize(self, width, height):
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def _read(self, seconds):
        if select.select([self._ours], [], [], seconds)[0]:
            self.raw += os.read(self._ours, 65536).decode("utf-8", "replace")


def _take_terminal():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
