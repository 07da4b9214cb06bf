"""Messages between a judge and a subject's process: framed plain values on a socket."""

import struct
import time

from grading.beside import plain

LARGEST = 256 * 2**20  # bytes of one message; a larger one is refused, not read
_HEAD = struct.Struct(">Q")


class Closed(Exception):
    """The other side is gone."""


class TooLate(Exception):
    """Nothing, or not all of a message, came in time."""


class TooLarge(Exception):
    """The other side announced a message that is larger than :data:`LARGEST`."""


class Channel:
    """One end of a connected socket."""

    def __init__(self, sock):
        self.sock = sock
        self.weight = 0  # of all that was received, in bytes of memory
        self.more_time = None  # asked when the time is over: gives further seconds, or 0

    def send(self, value, timeout=None):
        """Send a plain value.

        Raises:
            Closed: the other side is gone.
            TooLate: it did not read all of it in time.
        """
        data = plain.dumps(value)
        try:
            self.sock.settimeout(timeout)
            self.sock.sendall(_HEAD.pack(len(data)) + data)
        except TimeoutError:
            raise TooLate from None
        except OSError:
            raise Closed from None

    def receive(self, timeout=None, largest=LARGEST):
        """Receive a plain value.

        Raises:
            Closed, TooLate, TooLarge: as their names say.
            ValueError: the message holds anything but a plain value.
        """
        end = None if timeout is None else time.monotonic() + timeout
        (size,) = _HEAD.unpack(self._read(_HEAD.size, end))
        if size > largest:
            raise TooLarge(f"{size} bytes")
        data = self._read(size, end)
        self.weight += plain.weight(data)
        return plain.loads(data)

    def close(self):
        self.sock.close()

    def _read(self, size, end):
        parts, missing = [], size
        while missing:
            if end is not None:
                left = end - time.monotonic()
                if left <= 0 and self.more_time is not None:
                    left = self.more_time()
                    end = time.monotonic() + left
                if left <= 0:
                    raise TooLate
                self.sock.settimeout(left)
            else:
                self.sock.settimeout(None)
            try:
                part = self.sock.recv(min(missing, 1 << 20))
            except TimeoutError:
                continue
            except OSError:
                raise Closed from None
            if not part:
                raise Closed
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
