"""Judge submissions on the workers of a Dask cluster."""

import contextlib
import threading

from grading.running.pool import Judges
from grading.running.submission import PATIENCE, PER_PROCESS

IDLE = 60.0  # seconds that a worker keeps a judge for the next submission

# On a worker: the judges of each course, for all its threads.
_judges, _lock = {}, threading.Lock()


class Cluster:
    """A crew, see :func:`grading.course.crews.crew_for`, on the workers of a cluster.

    Args:
        scheduler: its address.
        arguments: of the processes that judge, on each worker.
    """

    def __init__(self, scheduler, arguments):
        self.scheduler, self.arguments, self.client = scheduler, arguments, None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.client is not None:
            with contextlib.suppress(Exception):  # of workers that are gone
                self.client.run(end_judges, self.arguments, on_error="ignore")
            self.client.close()

    def ask(self, request):
        self.client = self.client or self._connected()
        return self.client.submit(judge_there, request, self.arguments, pure=False)

    def as_completed(self, asked):
        from distributed import as_completed

        return as_completed(asked)

    def _connected(self):
        try:
            from distributed import Client
        except ImportError:
            mend = "uv sync --extra instructor --extra cluster"
            raise ValueError(f"--scheduler needs the package distributed: {mend}") from None
        try:
            return Client(self.scheduler, timeout=20)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"--scheduler {self.scheduler}: no Dask scheduler answers there"
            ) from error


def judge_there(request, arguments):
    """Answer one request, on whatever machine this is."""
    with _lock:
        judges = _judges.setdefault(
            tuple(arguments), Judges(arguments, IDLE, PATIENCE, PER_PROCESS)
        )
    return judges.ask(request)


def end_judges(arguments):
    """End the processes that judge on this worker: nobody waits for them any more."""
    with _lock:
        judges = _judges.pop(tuple(arguments), None)
    if judges is not None:
        judges.end()
