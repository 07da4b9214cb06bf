"""Not coming to an end, and using more than its share."""

from tests.kit.grading_class.attacks.wrong import at_import, method

ATTACKS = {
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
