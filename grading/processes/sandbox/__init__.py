"""A fork server under bubblewrap: student code that cannot see or change anything of the host.

A :class:`SandboxedForkServer` is used like :class:`grading.processes.forkserver.ForkServer`. It
serves one submission, and in a :class:`Pool` another one after that, provided that the first left
no trace. Its processes have namespaces of their own (processes, network, mounts, users, IPC), a
read-only system with Python and its packages, a copy of ``grading/beside/``, and a private, small
``/tmp``. The kernel limits each process (:class:`Limits`, a filter of system calls); a thread here
watches what all of them use together. Nothing of it outlives :meth:`close`.
"""

from grading.processes.sandbox.bubblewrap import missing
from grading.processes.sandbox.limits import Limits
from grading.processes.sandbox.pool import Pool, Sandboxes
from grading.processes.sandbox.servers import SandboxedForkServer

__all__ = ["Limits", "Pool", "SandboxedForkServer", "Sandboxes", "missing"]
