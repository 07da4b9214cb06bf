"""A dictionary from ids to log-probabilities; a function is one round."""

import numpy as np


def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
    if min(max_steps, beam_width) < 1:
        raise ValueError(f"max_steps={max_steps} and beam_width={beam_width} must be at least 1")

    def one_round(beam):
        open_ids = [ids for ids in beam if not ids or eos_id is None or ids[-1] != eos_id]
        if not open_ids:
            return beam, True
        candidates = {ids: total for ids, total in beam.items() if ids not in set(open_ids)}
        rows = next_log_probs(
            np.insert(np.array(open_ids, int).reshape(len(open_ids), -1), 0, sos_id, 1)
        )
        for ids, row in zip(open_ids, np.asarray(rows, float), strict=True):
            candidates.update({(*ids, i): beam[ids] + p for i, p in enumerate(row)})
        kept = sorted(candidates, key=candidates.get)[-beam_width:]
        return {ids: candidates[ids] for ids in reversed(kept)}, False

    beam, is_over = {(): 0.0}, False
    while max_steps and not is_over:
        beam, is_over = one_round(beam)
        max_steps -= 1
    return [(np.array(ids), total) for ids, total in beam.items()]
