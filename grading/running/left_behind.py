"""Whether a wrong result comes from what earlier calls left behind: a new process tells.

A student who makes the call that a test shows finds nothing wrong with it, so it is said.
"""

import itertools

from grading.running.outcome import Kind

TOLD = (
    "left-behind",
    "something that an earlier call left behind",
    "In a process in which nothing else was called before, these very calls give the right result; "
    "they are wrong only after others. So something outlives a call, or is shared by all objects: "
    "a variable of the module, an attribute of the class itself, a default argument that is "
    "changed, or a cache whose key does not hold all arguments. What belongs to one object is made "
    "in __init__, as self.name.",
)
MOST = 3  # failing tests that are looked at: each takes a process


def tests(evidence, records, start):
    """The names of the first failing tests that are wrong only after the calls of other tests.

    None behind one that is wrong by itself, too: that one is to be mended first.

    Args:
        evidence: an :class:`grading.running.evidence.Evidence`.
        records: of the failing tests.
        start: gives a driver to the student's module in a new process.
    """
    ended = (record for record in records if not any(map(_is_hung, record.last)))
    telling = ((record, evidence.telling(record)) for record in ended)
    # What chance made wrong, chance may make right.
    tried = [pair for pair in telling if pair[1] and not any(map(evidence.is_of_chance, pair[1]))]
    found = itertools.takewhile(
        lambda pair: _is_right_alone(evidence, *pair, start), itertools.islice(tried, MOST)
    )
    return [record.test for record, _ in found]


def _is_hung(call):
    """Whether a call did not return: to wait for it once more would take long."""
    return call.outcome.kind is Kind.HUNG


def _is_right_alone(evidence, record, telling, start):
    driver = start()
    try:
        outcomes = {id(c): driver.call(c.probe, c.args, c.kwargs) for c in record.last}
    finally:
        driver.close()
    return all(evidence.would_be_right(call, outcomes[id(call)]) for call in telling)
