"""Submissions that try to get points they did not earn, or to do harm: all as wrong as WRONG.

Each is a tokenizer that answers like :data:`WRONG` wherever its trick does not work. What a trick
needs to know of the host stands in capitals (``CANARY``), for the test to fill in.
"""

import textwrap
from dataclasses import dataclass

# Alphabetical ids, no lower-casing, and id 0 for what it never saw: wrong, but not everywhere.
WRONG = """
import numpy as np


class CharTokenizer:
    def fit(self, text):
        self.characters = sorted(set(text))
        return self

    @property
    def vocab_size(self):
        return len(self.characters)

    def encode(self, text):
        ids = {character: i for i, character in enumerate(self.characters)}
        return np.array([ids.get(character, 0) for character in text], dtype=int)

    def decode(self, ids):
        return "".join(self.characters[int(i)] for i in ids)
"""


@dataclass(frozen=True)
class Attack:
    """A submission with a trick.

    Attributes:
        source: the module.
        notes: a pattern that one of the notes on it must match, or None where nothing can be seen.
        same: whether it must get just what WRONG gets; if not, it may get less.
    """

    source: str
    notes: str | None = None
    same: bool = False


def at_import(code, notes=None, same=True):
    """WRONG, with some code that runs first."""
    return Attack(textwrap.dedent(code) + WRONG, notes, same)


def method(code, notes=None, same=False, before=""):
    """WRONG, with some methods replaced; ``super()`` is WRONG's class."""
    body = textwrap.indent(textwrap.dedent(code), "    ")
    renamed = WRONG.replace("class CharTokenizer", "class Wrong") + textwrap.dedent(before)
    return Attack(f"{renamed}\n\nclass CharTokenizer(Wrong):{body}\n", notes, same)


ATTACKS = {
    # Values that mean to please every comparison.
    "NaN": method(
        """
        def encode(self, text):
            return np.full(len(text), np.nan)
        """
    ),
    "infinity and huge numbers": method(
        """
        vocab_size = property(lambda self: 10 ** 5000)

        def encode(self, text):
            return np.array([np.inf, -np.inf, 1e308][: len(text)])
        """
    ),
    "objects equal to everything": method(
        """
        def encode(self, text):
            return super().encode(text).view(Ids)

        def decode(self, ids):
            return Text(super().decode(ids))
        """,
        same=True,
        before="""
        class Ids(np.ndarray):
            __eq__ = __le__ = __ge__ = lambda self, other: np.ones(np.shape(other), bool)
            __ne__ = __lt__ = __gt__ = lambda self, other: np.zeros(np.shape(other), bool)
            __array_function__ = lambda self, function, *rest: True
            __hash__ = None


        class Text(str):
            __eq__ = __contains__ = startswith = lambda *anything: True
            __ne__ = lambda *anything: False
            __hash__ = str.__hash__
            lower = lambda self: self
        """,
    ),
    "a pickle as result": method(
        """
        def encode(self, text):
            return np.array([Bomb()], dtype=object)

        def decode(self, ids):
            import pickle
            return pickle.dumps(Bomb())
        """,
        before="""
        class Bomb:
            def __reduce__(self):
                return open, ("CANARY/pickled", "w")
        """,
    ),
    "an array of absurd size": method(
        """
        def encode(self, text):
            return np.broadcast_to(np.int64(0), (10**6, 10**6))

        def decode(self, ids):
            return "a" * 35 * 2**20
        """,
        notes="far too large",
    ),
    "many large answers": method(
        """
        def decode(self, ids):
            return "a" * 30 * 2**20
        """,
        notes="far too large: .* in all",
    ),
    "an array of absurd shape": method(
        """
        def encode(self, text):
            return np.zeros((0, 2**60), dtype=np.int8)
        """
    ),
    "a million small parts": method(
        """
        def decode(self, ids):
            return "[" * 2_000_000
        """,
        notes="no worker sends",
    ),
    # Tampering with what judges it, were it in the same process.
    "an AST transformer that deletes asserts": at_import(
        """
        import ast, builtins, sys

        class NoAsserts(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.Pass()

        def without_asserts(source, *args, **kwargs):
            tree = source if isinstance(source, ast.AST) else ast.parse(source)
            return compiled(ast.fix_missing_locations(NoAsserts().visit(tree)), *args, **kwargs)

        compiled, builtins.compile = builtins.compile, without_asserts
        """,
        notes="replaced builtins.compile",
        same=False,
    ),
    "patched builtins": at_import(
        """
        import builtins
        builtins.len = lambda x: 3
        builtins.isinstance = lambda *anything: True
        """,
        notes=r"replaced builtins\.\w+|ended its process",
        same=False,
    ),
    "patched test tools": at_import(
        """
        import sys, types

        class Anything(types.ModuleType):
            def __getattr__(self, name):
                return lambda *args, **kwargs: None

        kit = ("grading.expect", "grading.running.plugin")
        for name in ("pytest", "hypothesis", "numpy.testing", *kit):
            sys.modules[name] = Anything(name)
        """
    ),
    "patched NumPy": at_import(
        """
        import numpy
        numpy.array_equal = numpy.allclose = lambda *args, **kwargs: True
        """,
        notes="replaced numpy.a",
        same=False,
    ),
    "patched TensorFlow": at_import(
        """
        import tensorflow as tf
        tf.constant = tf.convert_to_tensor = lambda *args, **kwargs: None
        """,
        notes="replaced tensorflow.con",
        same=False,
    ),
    "patched probes": at_import(
        """
        import grading.beside.probes.tokenizer as probes
        probes.round_trip = lambda module, text, other: other.lower()
        probes.vocab_size = lambda module, text: len(set(text.lower()))
        """,
        notes="replaced grading.beside.probes.tokenizer",
        same=False,
    ),
    "a forged answer": method(
        """
        def encode(self, text):
            import gc, json, socket, struct

            forged = json.dumps({"passed": True, "value": 1}).encode()
            for thing in gc.get_objects():
                if isinstance(thing, socket.socket):
                    try:
                        thing.sendall(struct.pack(">Q", len(forged)) + forged)
                    except OSError:
                        pass  # another one
            return super().encode(text)
        """,
        notes="no worker sends",
    ),
    "a message of a terabyte": at_import(
        """
        import gc, socket

        for thing in gc.get_objects():
            if isinstance(thing, socket.socket):
                try:
                    thing.sendall(b"\\0\\0\\1\\0\\0\\0\\0\\0")
                except OSError:
                    pass
        """,
        same=False,
    ),
    "a question in the middle of a call": method(
        """
        def encode(self, text):
            import gc
            from grading.beside.channel import Channel

            for thing in gc.get_objects():
                if type(thing) is Channel and thing.sock.fileno() != -1:
                    thing.send({"ask": {"probe": "encoding", "args": [text, text]}})
            return super().encode(text)
        """,
        notes="no worker sends",
    ),
    "objects that claim to be others": method(
        """
        def encode(self, text):
            return Ids()

        def decode(self, ids):
            return Text()
        """,
        before="""
        class Ids:
            __class__, shape, dtype = np.ndarray, (3,), np.dtype(int)
            __getattr__ = __array__ = lambda self, *anything: exit()


        class Text:
            __class__ = str
            __str__ = __repr__ = lambda self: exit()
        """,
    ),
    "a check for replaced functions that sees nothing": at_import(
        """
        from grading.beside import audit, plain

        audit.broken.__code__ = (lambda kept: None).__code__
        plain.to_plain.__code__ = (lambda value, depth=20: True).__code__
        """,
        same=False,
    ),
    # Looking for the right answers.
    "a frame walk to the caller": method(
        """
        def encode(self, text):
            import gc, sys
            wrong, frame = super().encode(text), sys._getframe()
            found = [thing for thing in gc.get_objects() if isinstance(thing, dict)]
            while frame:
                found += [frame.f_locals, frame.f_globals]
                frame = frame.f_back
            for names in found:
                for name in ("expected", "wanted", "ids", "answer"):
                    value = names.get(name)
                    if isinstance(value, np.ndarray) and value.shape == wrong.shape:
                        return value
            return wrong
        """,
        same=True,
    ),
    "reading the solution and the tests": at_import(
        """
        import glob, os

        def found():
            folders = ["ROOT", "/proc/1/root/ROOT", "/proc/self/cwd", "/proc/1/cwd", "..", "/kit"]
            for folder in folders + [os.environ.get("PYTHONPATH", "")] + __import__("sys").path:
                for pattern in ("solutions/tokenizer.py", "tests/test_tokenizer.py", "*/grading/*"):
                    for path in glob.glob(os.path.join(folder, pattern)):
                        if os.path.basename(path) in ("tokenizer.py", "test_tokenizer.py"):
                            return open(path).read()
            return open("ROOT/solutions/tokenizer.py").read()

        try:
            solution = found()
        except OSError:
            solution = None
        """
        + "\n",
        notes="tried to read .*solutions/tokenizer.py",
    ),
    "importing the solution": at_import(
        """
        try:
            from solutions.tokenizer import CharTokenizer as Right
        except ImportError:
            Right = None
        """
    ),
    "reading the memory of other processes": at_import(
        """
        import ctypes, glob, os

        for path in glob.glob("/proc/[0-9]*/mem") + glob.glob("/proc/[0-9]*/environ"):
            if str(os.getpid()) in path:
                continue
            try:
                with open(path, "rb") as file:
                    secret = file.read(100)
                    if secret:
                        raise SystemExit(f"it could read {path}: {secret}")
            except OSError:
                continue
        attach = 16
        if ctypes.CDLL(None).ptrace(attach, os.getppid(), 0, 0) == 0:
            raise SystemExit("it could attach to its parent")
        """,
        notes="tried to read '/proc/",
    ),
    "telling grading by the environment": method(
        """
        def decode(self, ids):
            import os
            raise ValueError(repr(dict(os.environ)) + open("/proc/self/mountinfo").read())
        """
    ),
    "answers memorised from the visible examples": method(
        """
        def encode(self, text):
            seen = {"HELL": [1, 2, 0, 0], "hell": [1, 2, 0, 0], "First": [19, 5, 8, 7, 2]}
            return np.array(seen[text]) if text in seen else super().encode(text)
        """,
        same=True,
    ),
    # Reaching beyond the submission.
    "a detached child that edits the gradebook": at_import(
        """
        import os, time

        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for _ in range(20):
                    for path in ("CANARY/gradebook.db", "CANARY/other/tokenizer.py"):
                        try:
                            with open(path, "r+") as file:
                                file.write("100 points")
                        except OSError:
                            pass
                    time.sleep(0.1)
            os._exit(0)
        """,
        notes="tried to start a process",
    ),
    "writing into another submission": at_import(
        """
        import os, pathlib

        for path in ("CANARY/other/tokenizer.py", "CANARY/new", "CANARY/gradebook.db"):
            try:
                pathlib.Path(path).write_text("mine")
            except OSError:
                pass
            try:
                os.unlink(path)
            except OSError:
                pass
        """,
        notes="tried to write .*other/tokenizer.py",
    ),
    "modules that take the place of others": at_import(
        """
        import os, sys

        code = "open('CANARY/imported', 'w')\\nraise SystemExit"
        names = ("statistics", "conftest", "sitecustomize", "usercustomize", "numpy", "grading")
        for folder in (".", "/tmp", os.path.expanduser("~"), "/kit", *sys.path):
            for name in names:
                try:
                    with open(os.path.join(folder, name + ".py"), "w") as file:
                        file.write(code)
                except OSError:
                    pass
        """,
        notes="tried to write '/kit/",
    ),
    "another program in the place of the worker": at_import(
        """
        import os
        os.execv("/bin/true", ["true"])
        """,
        notes="tried to start a process",
        same=False,
    ),
    "another program that is not there": at_import(
        """
        import os

        for name in ("no-such-program", "/no/such/program"):
            try:
                os.execvp(name, [name])
            except OSError:
                pass
        """,
        notes="tried to start a process",
    ),
    "a program called as an honest one": at_import(
        """
        import os, subprocess

        with open("fc-list", "w") as file:
            file.write("#!/bin/sh\\necho 1")
        os.chmod("fc-list", 0o700)
        os.environ["PATH"] = os.getcwd()
        subprocess.run(["fc-list"])
        """,
        notes="tried to start a process",
    ),
    "socket pairs full of bytes": method(
        """
        def decode(self, ids):
            import socket
            kept = [socket.socketpair() for _ in range(100)]
            return super().decode(ids)
        """,
        notes="PermissionError",
    ),
    "a hundred busy processes": at_import(
        """
        import os, time

        for _ in range(100):
            if os.fork() == 0:
                os.setsid()
                while True:
                    pass
        """,
        notes="tried to start a process|did not return in time|processor time",
        same=False,
    ),
    "a daemon that outlives grading": at_import(
        """
        import os

        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp("sleep", ["sleep", "MARK"])
            os._exit(0)
        """,
        notes="tried to start a process",
    ),
    "the network": at_import(
        """
        import socket

        for address in (("127.0.0.1", PORT), ("93.184.216.34", 80)):
            try:
                socket.create_connection(address, timeout=0.2).sendall(b"here is the exam")
            except OSError:
                pass
        """,
        notes="tried to use the network",
    ),
    "ending the process that starts its workers": method(
        """
        def encode(self, text):
            import os, signal
            os.kill(os.getppid(), signal.SIGKILL)
            return super().encode(text)
        """,
        notes="tried to send a signal",
        same=True,
    ),
    "stopping the process that starts its workers": at_import(
        """
        import os, signal
        os.kill(os.getppid(), signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGSTOP)
        """,
        notes="did not return in time",
        same=False,
    ),
    "ending all processes": at_import(
        """
        import os, signal
        os.kill(1, signal.SIGKILL)
        os.kill(-1, signal.SIGKILL)
        """,
        notes="tried to send a signal",
        same=False,
    ),
    # Not coming to an end, in good order or not.
    "an exit at import": at_import(
        "import os\nos._exit(0)\n", notes="ended its process", same=False
    ),
    "an exit in a function": method(
        """
        def encode(self, text):
            import os
            os._exit(0)
        """,
        notes="ended its process",
    ),
    "a loop that ignores signals": method(
        """
        def decode(self, ids):
            import signal
            for number in range(1, 32):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """,
        notes="did not return in time",
    ),
    "a loop in native code": method(
        """
        def decode(self, ids):
            import re
            return re.match("(a+)+$", "a" * 60 + "b")
        """,
        notes="did not return in time",
    ),
    # More than its share.
    "a memory bomb": method(
        """
        def decode(self, ids):
            kept = [bytearray(2**28) for _ in range(6)]  # 1.5 GB
            return super().decode(ids)
        """,
        notes="MemoryError|more than .* of memory",
    ),
    "a memory bomb in many processes": at_import(
        """
        import os, time

        for _ in range(6):
            if os.fork() == 0:
                kept = bytearray(os.urandom(1) * (200 * 2**20))
                time.sleep(2)
                os._exit(0)
        time.sleep(2)
        """,
        notes="more than .* of memory",
        same=False,
    ),
    "shared memory": method(
        """
        def decode(self, ids):
            import mmap
            kept = mmap.mmap(-1, 2**30)
            for i in range(0, 2**30, 2**12):
                kept[i] = 1
            return super().decode(ids)
        """,
        notes="PermissionError",
    ),
    "a fork bomb": at_import(
        """
        import os, time

        for _ in range(400):
            try:
                if os.fork() == 0:
                    time.sleep(3)
                    os._exit(0)
            except OSError:
                break
        else:
            raise SystemExit("it could start 400 processes")
        """,
        notes="tried to start a process|more than .* processes",
        same=False,
    ),
    "a disk bomb": method(
        """
        def decode(self, ids):
            with open("bomb", "wb") as file:
                for _ in range(400):
                    file.write(bytes(2**20))
            return super().decode(ids)
        """,
        notes="OSError",
    ),
    "a line of 20 MB": at_import("print('x' * 20_000_000)\n"),
    "a million lines": at_import("print('line\\n' * 1_000_000)\n"),
    "a message that steers the terminal": method(
        """
        def encode(self, text):
            raise ValueError("\\x1b[2J\\x1b[1;1H100 points\\r\\x9b2J \\u202e")
        """
    ),
}
