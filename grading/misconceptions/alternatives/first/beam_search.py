"""Plain Python: a heap, and one question for each beginning."""

import heapq


def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
    for name, value in {"max_steps": max_steps, "beam_width": beam_width}.items():
        if value <= 0:
            raise ValueError(f"{name}={value}, but it must be positive")
    beam, rounds = [(0.0, (), False)], 0  # log-probability, ids, has it ended
    while rounds < max_steps and not all(ended for *_, ended in beam):
        rounds += 1
        candidates = []
        for total, ids, ended in beam:
            if ended:
                candidates.append((total, ids, True))
                continue
            [row] = next_log_probs([[sos_id, *ids]])
            for item, log_prob in enumerate(row):
                is_last = eos_id is not None and item == eos_id
                candidates.append((total + float(log_prob), (*ids, item), is_last))
        beam = heapq.nlargest(beam_width, candidates)
    return [(ids, total) for total, ids, _ in beam]
