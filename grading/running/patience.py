"""How long a call is waited for: by the processor time that it gets, not by the clock."""

import importlib
import os
import time

LOOK = 2.0  # seconds in which a working call uses the processor, also on a busy machine
AT_WORK = 0.01  # of that time; a call that uses less of a processor is not working
SHORTEST = 0.1  # seconds to wait for what is nearly over
MOST = 30  # times the limit is waited by the clock, whatever happens


def slowness_of(exercise):
    """How many times longer than usual its calls may take: ``SLOWNESS`` of its probes."""
    return getattr(importlib.import_module(f"grading.beside.probes.{exercise}"), "SLOWNESS", 1)


class Patience:
    """Gives a call that has had its seconds more of them if it did not get the processor.

    A busy machine is no fault of the student's. So a call hangs if it
    has used its limit of processor time, or uses none although its time by the clock is over.

    Args:
        used: tells the processor time that the call's process has used, in seconds, or None where
            that is not known; then the clock counts, slowed down by the machine's load.
        limit: seconds for the call.
    """

    def __init__(self, used, limit):
        self.used, self.limit = used, limit
        self.before = self.last = used()
        self.end = time.monotonic() + MOST * limit
        self.looked = 0.0  # seconds in which no work was seen
        self.has_asked_load = False

    def more(self):
        """Seconds to wait further, or 0."""
        if time.monotonic() >= self.end:
            return 0.0
        now = self.used()
        if now is None or self.before is None:
            return self._by_load()
        if now - self.last >= AT_WORK * LOOK:
            self.last, self.looked = now, 0.0
        left = self.limit - (now - self.before)
        if left <= 0.02 * self.limit or self.looked >= LOOK:
            return 0.0
        seconds = min(max(left, SHORTEST), LOOK - self.looked)
        self.looked += seconds
        return seconds

    def _by_load(self):
        """Once, as many times the limit as there are processes for each processor."""
        if self.has_asked_load or not hasattr(os, "getloadavg"):
            return 0.0
        self.has_asked_load = True
        load = os.getloadavg()[0] / (os.cpu_count() or 1)
        return self.limit * (min(load, MOST) - 1) if load > 1.5 else 0.0
