"""The filter of system calls: what the kernel refuses to the processes of a sandbox."""

import platform
import struct

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# The numbers of each on the architectures above, in their order; from 424 on they are the same.
_REFUSED = {
    # Memory that no limit counts.
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "socketpair": (53, 199),
    # Looking into other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # Mounts and namespaces.
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "mount": (165, 40),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # Matters of the kernel that no exercise needs.
    "syslog": (103, 116),
    "personality": (135, 92),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "finit_module": (313, 273),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    # What would leave a trace for the next process: sockets, and how another process is scheduled.
    "socket": (41, 198),
    "ioprio_set": (251, 30),
    "sched_setattr": (314, 274),
}
_MMAP = (9, 222)
_SETSID = (112, 157)
# Codes of instructions: load a part of the call, compare it, keep some bits of it, give a verdict.
_LOAD, _EQUAL, _AT_LEAST, _KEEP, _GIVE = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _FLAGS = 0, 4, 16 + 8 * 3  # where they stand in a call
_VERDICTS = {"allow": 0x7FFF0000, "refuse": 0x00050001, "ignore": 0x00050000}


def system_call_filter():
    """A program for the kernel (classic BPF) that refuses some system calls with EPERM."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return _program([])
    here = list(_ARCHITECTURES).index(machine)
    return _program(
        [
            (_LOAD, _ARCHITECTURE),
            (_EQUAL, _ARCHITECTURES[machine], "next", "refuse"),
            (_LOAD, _NUMBER),
            (_AT_LEAST, 0x40000000, "refuse", "next"),  # numbers of another calling convention
            *((_EQUAL, numbers[here], "refuse", "next") for numbers in _REFUSED.values()),
            # Memory shared with nobody in particular outlives its pages' owner: only private memory
            # counts.
            (_EQUAL, _MMAP[here], "next", "allow"),
            (_LOAD, _FLAGS),
            (_KEEP, 0x21),
            (_EQUAL, 0x21, "refuse", "allow"),
        ]
    )


def session_filter():
    """A program that has ``setsid`` succeed without doing anything.

    The scheduler may give each session as much time as it gives any other program.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return _program([])
    number = _SETSID[list(_ARCHITECTURES).index(machine)]
    return _program([(_LOAD, _NUMBER), (_EQUAL, number, "ignore", "allow")])


def _program(steps):
    """The bytes of a program: an instruction and where it jumps, yes or no, a step."""
    steps = [*steps, *((_GIVE, verdict) for verdict in _VERDICTS.values())]
    place = dict(zip(_VERDICTS, range(len(steps) - len(_VERDICTS), len(steps)), strict=True))
    program = b""
    for i, (code, value, *jumps) in enumerate(steps):
        yes, no = [place.get(to, i + 1) - i - 1 for to in jumps] or (0, 0)
        program += struct.pack("=HBBI", code, yes, no, value)
    return program
