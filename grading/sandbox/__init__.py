"""A nursery under bubblewrap: student code that can neither see nor change anything of the host.

A :class:`SandboxedNursery` is used like :class:`grading.driver.Nursery`. It serves one submission,
and in a :class:`Pool` another one after that, provided that the first left no trace.
Its processes have namespaces of their own (processes, network, mounts, users, IPC), a read-only
system with Python and its packages, a copy of the few modules of the kit that a worker needs, and a
private, small ``/tmp``. The kernel limits each process (:class:`Limits`, a filter of system calls);
a thread here watches what all of them use together. Nothing of it outlives :meth:`close`.
"""

from grading.sandbox.bubblewrap import missing
from grading.sandbox.limits import Limits
from grading.sandbox.nursery import Pool, SandboxedNursery, Sandboxes

__all__ = ["Limits", "Pool", "SandboxedNursery", "Sandboxes", "missing"]
