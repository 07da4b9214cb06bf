"""What a submission may use, and where its files are in a sandbox."""

import os
from dataclasses import dataclass

KIT, DESK = "/kit", "/tmp"  # where the kit's modules and the student's are, in the sandbox
MOST_FILES = 20_000


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes:
        memory: bytes, of all its processes, beyond what Python and TensorFlow take themselves.
        processes: processes and threads; TensorFlow starts several threads a core.
        disk: bytes in its private temporary folder, which holds what it prints, too.
        open_files: of each process.
        cpu: seconds of processor time of each process.
        children: seconds of processor time of all processes together that a worker starts; no
            exercise needs any. They are counted from outside, since a group of processes that the
            kernel counts (a cgroup) may be made by few users only.
    """

    memory: int = 2 * 2**30
    processes: int = 128 + 16 * (os.cpu_count() or 1)
    disk: int = 256 * 2**20
    open_files: int = 256
    cpu: int = 600
    children: float = 10.0
