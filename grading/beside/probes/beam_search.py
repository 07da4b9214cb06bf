"""Probes of the exercise ``beam_search``. They import no TensorFlow: the exercise needs none.

What a subject asks for the probabilities of the next item is made here from plain tables.
"""

import itertools
import operator

import numpy as np

from grading.beside.probes.base import Unusable, find, probe
from grading.beside.show import describe, show


def pairs_picture(pairs):
    """The sequences found, one a line."""
    return "\n".join(f"{show(ids)}  {show(total)}" for ids, total in pairs) or "an empty list"


@probe(
    "beam_search(next_log_probs, {sos_id}, {*}), the probabilities after each id (the last row: "
    "after the start): {chances}",
    shown=pairs_picture,
)
def found(module, chances, sos_id, **options):
    """The pairs ``[ids, log_prob]`` where only the last id decides what follows.

    Args:
        chances: ``[V + 1, V]``, a row of probabilities for each id and one for the start.
    """
    return _search(module, _ByLast(chances, sos_id), sos_id, options)


def tree_picture(chances):
    """The probabilities after each prefix, as a dict: ``{(): [...], (0,): [...], ...}``."""
    items = range(len(chances[0]))
    by_length = (itertools.product(items, repeat=length) for length in itertools.count())
    prefixes = itertools.chain.from_iterable(by_length)  # the shorter ones first, without end
    return show(dict(zip(prefixes, chances, strict=False)))


@probe(
    "beam_search(next_log_probs, {sos_id}, {*}), the probabilities after the start and these "
    "items: {chances}",
    shown=pairs_picture,
    chances=tree_picture,
)
def found_in_tree(module, chances, sos_id, **options):
    """The pairs ``[ids, log_prob]`` where the whole prefix decides.

    Args:
        chances: ``[n, V]``, a row of probabilities for each prefix, the shorter ones first.
    """
    return _search(module, _ByPrefix(chances, sos_id), sos_id, options)


@probe(
    "the prefixes for which next_log_probs is asked by beam_search(next_log_probs, {sos_id}, {*}), "
    "the probabilities after each id (the last row: after the start): {chances}"
)
def asked(module, chances, sos_id, **options):
    """The prefixes, without what comes twice, shorter ones first."""
    table = _ByLast(chances, sos_id)
    _search(module, table, sos_id, options)
    return sorted(map(list, table.asked), key=lambda prefix: (len(prefix), prefix))


@probe(
    "the number of ids in the longest prefix for which next_log_probs is asked by "
    "beam_search(next_log_probs, {sos_id}, {*}), the probabilities after each id (the last row: "
    "after the start): {chances}"
)
def longest_asked(module, chances, sos_id, **options):
    """The length of the longest prefix, the start included."""
    table = _ByLast(chances, sos_id)
    _search(module, table, sos_id, options)
    return max(map(len, table.asked), default=0)


def _search(module, table, sos_id, options):
    result = find(module, "beam_search")(table, sos_id, **options)
    if not isinstance(result, list | tuple):
        raise Unusable(
            f"beam_search must give a list of pairs (ids, log_prob), but it gave {describe(result)}"
        )
    return [_pair(item) for item in result]


def _pair(item):
    if not isinstance(item, list | tuple) or len(item) != 2:
        raise Unusable(
            "beam_search must give a list of pairs (ids, log_prob), but an item of the list is "
            f"{describe(item)}"
        )
    ids, log_prob = item
    try:
        ids = [operator.index(np.asarray(i).item()) for i in ids]
    except (TypeError, ValueError):
        raise Unusable(f"ids must be integers, but they are {describe(ids)}") from None
    try:
        return [ids, float(log_prob)]
    except (TypeError, ValueError):
        raise Unusable(f"a log_prob must be a number, but it is {describe(log_prob)}") from None


class _Table:
    """Stands in for a network: looks the rows of prefixes up, and notes what it was asked."""

    def __init__(self, chances, sos_id):
        self.rows, self.sos_id, self.asked = np.log(np.array(chances)), sos_id, set()
        self.n_items = self.rows.shape[1]

    def __call__(self, prefixes):
        prefixes = np.array(prefixes)
        if prefixes.ndim != 2 or 0 in prefixes.shape or prefixes.dtype.kind not in "iu":
            raise Unusable(
                "next_log_probs must be given integer prefixes of shape [n, t], n and t at least "
                f"1, but it was given {describe(prefixes)}"
            )
        for first, *items in prefixes.tolist():
            if first != self.sos_id:
                raise Unusable(
                    f"each prefix must begin with the sos_id {self.sos_id}, but one is "
                    f"{[first, *items]}"
                )
            if items and not (min(items) >= 0 and max(items) < self.n_items):
                raise Unusable(
                    f"after the sos_id, items must be in 0 ... {self.n_items - 1}, but a prefix is "
                    f"{[first, *items]}"
                )
            self.asked.add((first, *items))
        return np.array([self.row(items) for _, *items in prefixes.tolist()])


class _ByLast(_Table):
    def row(self, items):
        return self.rows[items[-1] if items else self.n_items]


class _ByPrefix(_Table):
    def row(self, items):
        k = 0
        for item in items:
            k = (self.n_items * k + item + 1) % len(self.rows)
        return self.rows[k]
