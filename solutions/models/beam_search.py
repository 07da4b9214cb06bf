"""Beam search: keep the best few beginnings, not only the best one.

Greedy decoding takes the likeliest next item and never looks back, though a slightly less likely
item may open the way to a much likelier end. Beam search goes on with the ``beam_width`` likeliest
beginnings at once.

Chapter 16, "Beam Search".
"""

import numpy as np


def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
    """Find likely sequences, item by item.

    Args:
        next_log_probs: from prefixes ``[n, t]``, integers that begin with ``sos_id``, to the
            logarithms of the next item's probabilities ``[n, V]``.
        sos_id: the start-of-sequence id; it is not part of the results.
        max_steps: the longest sequence, at least 1.
        beam_width: how many beginnings are kept, at least 1; with 1 the search is greedy.
        eos_id: the end-of-sequence id: a sequence ends with it. None if there is none, so that
            all sequences have ``max_steps`` items.

    Returns:
        A list of at most ``beam_width`` pairs ``(ids, log_prob)``, the likeliest first: a list of
        ids, and the logarithm of the probability of the whole sequence.

    Raises:
        ValueError: ``max_steps`` or ``beam_width`` is below 1.
    """
    for name, value in [("max_steps", max_steps), ("beam_width", beam_width)]:
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    beam = [([], 0.0)]
    for _ in range(max_steps):
        finished = [pair for pair in beam if pair[0] and pair[0][-1] == eos_id]
        growing = [pair for pair in beam if not (pair[0] and pair[0][-1] == eos_id)]
        if not growing:
            break
        log_probs = np.asarray(next_log_probs(np.array([[sos_id, *ids] for ids, _ in growing])))
        totals = log_probs + np.array([[total] for _, total in growing])
        # The best continuations of all the beginnings together; finished ones compete with them.
        best = np.argsort(-totals, axis=None, kind="stable")[:beam_width]
        rows, new_ids = np.unravel_index(best, totals.shape)
        grown = [
            ([*growing[row][0], int(i)], float(totals[row, i]))
            for row, i in zip(rows, new_ids, strict=True)
        ]
        beam = sorted(finished + grown, key=lambda pair: -pair[1])[:beam_width]
    return beam
