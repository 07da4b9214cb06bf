"""Looking for the right answers, and reaching beyond the submission."""

from tests.kit.grading_class.attacks.wrong import at_import, method

ATTACKS = {
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
        """,
        notes="tried to import 'solutions.tokenizer'",
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
}
