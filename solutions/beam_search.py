"""Exercise 13: beam search. Keep the best few beginnings, not only the best one.

Greedy decoding takes the likeliest next item and never looks back. But a slightly less likely item
may open the way to a much likelier end:

    start - 0.6 -> a - 0.3 -> x    in all 0.18: here greedy decoding ends
    start - 0.4 -> b - 0.9 -> y    in all 0.36

Trying everything would find the second way, but takes far too long: there are V^n sequences of n
items. Beam search goes on with the ``beam_width`` likeliest beginnings at once. It is not sure to
find the best sequence, but it often does, at the price of a few greedy searches.

Probabilities of long sequences become too small for floating point, so the network gives their
logarithms. Those are added where probabilities are multiplied.

Chapter 16, "Beam Search".
"""

import numpy as np


def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
    """Find likely sequences, item by item.

    The beam holds sequences with their log-probabilities, at first only the empty one. In each of
    ``max_steps`` rounds, every sequence of the beam that has not ended is continued by each of the
    V items. Of all these continuations, and of the sequences of the beam that ended before, the
    ``beam_width`` likeliest are the new beam, wherever they come from. A sequence ends with
    ``eos_id``; it is never continued, but competes with the others as it is. When all sequences of
    the beam have ended, the search is over, and ``next_log_probs`` is not called any more.

    Args:
        next_log_probs: a function of integer prefixes ``[n, t]``, n at least 1. Each row begins
            with ``sos_id``, and the items so far follow. It gives an array ``[n, V]``: in each row
            the logarithms of the probabilities of the items 0 ... V - 1 as the next one. It
            is a new array in each call, which you may change. Free: whether it is asked for all
            prefixes at once or one by one, whether it gets lists or arrays, and whether it is asked
            for those of the beam that have ended, too.
        sos_id: the start-of-sequence id; it is not part of the results.
        max_steps: items of the longest sequence, ``eos_id`` counted, ``sos_id`` not; at least 1.
        beam_width: how many sequences are kept, at least 1; with 1 the search is greedy.
        eos_id: the end-of-sequence id, one of 0 ... V - 1 (0 too). None if there is none, so that
            all sequences have ``max_steps`` items. Free: one that equals ``sos_id``.

    Returns:
        The last beam: a list of pairs ``(ids, log_prob)``, the likeliest first. The ids are
        integers, ``eos_id`` included where a sequence has ended; ``log_prob`` is the logarithm of
        the whole sequence's probability, the sum over its items. There are ``beam_width`` pairs,
        or fewer where there are not so many sequences; none comes twice. Free: the order of equally
        likely sequences, items whose probability is zero, and whether ids are a list, a tuple or
        an array.

    Raises:
        ValueError: ``max_steps`` or ``beam_width`` is below 1; the message names the argument and
            its value.

    Example:
        >>> def next_log_probs(prefixes):  # after the start, after 0, after 1, after 2
        ...     rows = np.log([[0.5, 0.4, 0.1], [0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.3, 0.3, 0.4]])
        ...     return rows[[(last + 1) % 4 for *_, last in prefixes]]
        >>> for ids, log_prob in beam_search(next_log_probs, 3, max_steps=2, beam_width=2):
        ...     print(ids, round(log_prob, 3))
        [1, 2] -1.139
        [0, 0] -1.386
    """
    ### BEGIN SOLUTION
    for name, value in [("max_steps", max_steps), ("beam_width", beam_width)]:
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")

    def has_ended(ids):
        return eos_id is not None and ids[-1:] == [eos_id]

    beam = [([], 0.0)]
    for _ in range(max_steps):
        growing = [(ids, total) for ids, total in beam if not has_ended(ids)]
        if not growing:
            break
        prefixes = np.array([[sos_id, *ids] for ids, _ in growing])
        rows = np.asarray(next_log_probs(prefixes)).tolist()
        # All that competes in this round: what has ended, as it is, and every continuation.
        candidates = [(ids, total) for ids, total in beam if has_ended(ids)]
        for (ids, total), row in zip(growing, rows, strict=True):
            candidates += [([*ids, item], total + log_prob) for item, log_prob in enumerate(row)]
        beam = sorted(candidates, key=lambda pair: pair[1], reverse=True)[:beam_width]
    return beam
    ### END SOLUTION
