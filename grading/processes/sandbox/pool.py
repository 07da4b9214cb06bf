"""The fork servers of one submission, in sandboxes, and a pool that they come from and go to."""

from grading.processes.forkserver import SubmissionServers
from grading.processes.sandbox.limits import Limits
from grading.processes.sandbox.servers import SandboxedForkServer


class Sandboxes(SubmissionServers):
    """The fork servers of one submission, in sandboxes.

    Args:
        limits: what the submission may use.
        trusted: as of :class:`SubmissionServers`.
        hide: paths that the submission must not see, should they lie in Python's folders.
        pool: a :class:`Pool` that fork servers are taken from, and go back to at the end.
    """

    def __init__(self, limits=None, trusted=None, hide=(), pool=None):
        super().__init__(trusted)
        self.limits, self.hide, self.pool = limits or Limits(), tuple(hide), pool

    def close(self):
        """End all fork servers, but for those that the pool takes back."""
        for key, server in list(self._kept.items()):
            if self.pool is not None and self._is_blameless and server.is_spotless():
                self.pool.put(self._key_of(*key), server)
                del self._kept[key]
        super().close()

    def _make(self, preload, hash_seed):
        kept = self.pool.take(self._key_of(preload, hash_seed)) if self.pool is not None else None
        server = kept or SandboxedForkServer(preload, hash_seed, self)
        server.sandboxes = self
        return server

    def _key_of(self, preload, hash_seed):
        return preload, hash_seed, self.limits, self.hide

    @property
    def _is_blameless(self):
        return not (self.notes or self.failure or self.is_over)


class Pool:
    """Fork servers in sandboxes that go from one submission to the next.

    TensorFlow takes longer to import than most exercises to judge. Only a fork server goes on whose
    submission gave no reason for a note, and of which nothing is left: no process, no file, no
    change of the fork server's own limits. It never held a submission's code, see
    :meth:`SandboxedForkServer.start`, so there is nothing to be found in its memory either.

    Attributes:
        kept: a dict from what a fork server was made for to those that wait for a submission.
    """

    def __init__(self):
        self.kept = {}

    def take(self, key):
        """A fork server that was made for this key, or None."""
        kept = self.kept.get(key)
        return kept.pop() if kept else None

    def put(self, key, server):
        """Keep a fork server for the next submission."""
        self.kept.setdefault(key, []).append(server)

    def close(self):
        """End all fork servers."""
        for kept in self.kept.values():
            for server in kept:
                server.close()
        self.kept.clear()
