"""Arrays of a fixed width in float32: ended rows are asked for too, and may only add the end again.

Rows that stand for nothing have the score -inf; what was added behind an end is cut at last.
"""

import numpy as np


def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
    if max_steps < 1:
        raise ValueError(f"there must be at least one step, but max_steps is {max_steps}")
    if beam_width < 1:
        raise ValueError(f"the beam must keep something, but beam_width is {beam_width}")
    prefixes = np.full((beam_width, 1), sos_id, dtype=np.int32)
    scores = np.array([0.0] + [-np.inf] * (beam_width - 1), np.float32)
    ended = np.zeros(beam_width, bool)
    for _ in range(max_steps):
        if ended[np.isfinite(scores)].all():
            break
        log_probs = np.array(next_log_probs(prefixes), np.float32)
        n_items = log_probs.shape[1]
        if ended.any():
            only_the_end = np.full(n_items, -np.inf, np.float32)
            only_the_end[eos_id] = 0.0
            log_probs[ended] = only_the_end
        totals = (scores[:, np.newaxis] + log_probs).ravel()
        totals = np.append(totals, np.full(max(0, beam_width - totals.size), -np.inf, np.float32))
        best = np.argpartition(-totals, beam_width - 1)[:beam_width]
        best = best[np.argsort(-totals[best])]
        rows, items = np.minimum(best // n_items, beam_width - 1), best % n_items
        scores = totals[best]
        prefixes = np.concatenate([prefixes[rows], items[:, np.newaxis]], axis=1)
        prefixes = prefixes.astype(np.int32)
        ended = ended[rows] | (items == eos_id) if eos_id is not None else ended
    found = []
    for ids, score in zip(prefixes[:, 1:], scores, strict=True):
        if np.isfinite(score):
            ends = np.flatnonzero(ids == eos_id) if eos_id is not None else []
            found.append([ids[: ends[0] + 1] if len(ends) else ids, score])
    return found
