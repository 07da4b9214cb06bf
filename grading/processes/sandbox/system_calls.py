"""The filter of system calls: what the kernel refuses to the processes of a sandbox."""

import platform
import struct

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Memory that no limit counts; looking into other processes; mounts and namespaces; kernel matters
# that are no business of a program; what would leave a trace for the next process: sockets, and how
# another process is scheduled. Numbers from 424 on are the same everywhere.
_REFUSED = {
    "x86_64": (
        *(29, 64, 68, 240, 319),  # shmget semget msgget mq_open memfd_create
        *(101, 103, 135, 310, 311, 312),  # ptrace syslog personality process_vm_* kcmp
        *(155, 161, 165, 166, 272, 303, 304, 308),  # pivot_root chroot mount umount unshare setns
        *(246, 248, 249, 250, 298, 313, 320, 321, 323),  # keys, bpf, perf, modules, userfaultfd
        *(41, 251, 314),  # socket ioprio_set sched_setattr
    ),
    "aarch64": (
        *(194, 190, 186, 180, 279),
        *(117, 116, 92, 270, 271, 272),
        *(41, 51, 40, 39, 97, 264, 265, 268),
        *(104, 217, 218, 219, 241, 273, 294, 280, 282),
        *(198, 30, 274),
    ),
}
_REFUSED_EVERYWHERE = (425, 428, 429, 430, 431, 432, 433, 438, 442, 447)
_MMAP = {"x86_64": 9, "aarch64": 222}


def system_call_filter():
    """A program for the kernel (classic BPF) that refuses some system calls with EPERM."""
    load, equal, at_least, keep, give = 0x20, 0x15, 0x35, 0x54, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return struct.pack("=HBBI", give, 0, 0, allow)
    numbers = (*_REFUSED[machine], *_REFUSED_EVERYWHERE)
    steps = [(load, 4), (equal, _ARCHITECTURES[machine], "next", "refuse"), (load, 0)]
    steps += [(at_least, 0x40000000, "refuse", "next")]  # the numbers of another calling convention
    steps += [(equal, number, "refuse", "next") for number in numbers]
    # Memory shared with nobody in particular outlives its pages' owner: only private memory counts.
    steps += [(equal, _MMAP[machine], "next", "allow"), (load, 16 + 8 * 3), (keep, 0x21)]
    steps += [(equal, 0x21, "refuse", "allow"), (give, allow), (give, refuse)]
    place = {"allow": len(steps) - 2, "refuse": len(steps) - 1}
    program = b""
    for i, (code, value, *jumps) in enumerate(steps):
        yes, no = [place.get(to, i + 1) - i - 1 for to in jumps] or (0, 0)
        program += struct.pack("=HBBI", code, yes, no, value)
    return program
