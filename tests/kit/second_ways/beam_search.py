"""Mistakes with beam search, made in NumPy on arrays of ids, scores and marks for the ended."""

from grading.misconceptions import changed


def by_arrays(
    reference, score=None, mark=None, choose=None, rounds=None, seen=None, ask=None, finish=None
):
    """Arrays ``ids [k, t]``, ``scores [k]`` and ``ended [k]``; ended rows are padded with -1.

    Args:
        score: ``(scores [k, 1], log_probs [k, V], step) -> totals [k, V]``.
        mark: ``(items, eos_id) -> bool array``, which ones end.
        choose: ``(totals [k, V + 1], width) -> flat places`` of the new beam, the last column being
            the ended ones.
        rounds: from ``max_steps`` to the number of rounds.
        seen: ``ids [n, t] -> ids`` that are shown.
        ask: called when all have ended, ``(next_log_probs, sos_id, step)``; True to go on.
        finish: ``(ids, score, eos_id, sos_id) -> pair``.
    """
    np = reference.np
    score = score or (lambda scores, log_probs, step: scores + log_probs)
    mark = mark or (lambda items, eos_id: items == (-2 if eos_id is None else eos_id))
    choose = choose or (lambda totals, width: np.argsort(-totals.ravel(), kind="stable")[:width])
    finish = finish or (lambda ids, score, eos_id, sos_id: (ids, score))

    def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
        if max_steps <= 0:
            raise ValueError(f"max_steps: {max_steps}")
        if beam_width <= 0:
            raise ValueError(f"beam_width: {beam_width}")
        ids, scores, ended = np.zeros([1, 0], int), np.zeros(1), np.zeros(1, bool)
        for step in range(rounds(max_steps) if rounds else max_steps):
            if ended.all():
                if not ask:
                    break
                ask(next_log_probs, sos_id, step)
                continue
            growing = ids[~ended]
            shown = seen(growing) if seen else growing
            log_probs = next_log_probs(np.insert(shown, 0, sos_id, axis=1))
            totals = np.full([len(ids), log_probs.shape[1] + 1], -np.inf)
            totals[~ended, :-1] = score(scores[~ended, None], log_probs, step)
            totals[ended, -1] = scores[ended]
            real = np.zeros(totals.shape, bool)
            real[~ended, :-1], real[ended, -1] = True, True
            places = [p for p in choose(totals, beam_width) if real.ravel()[p]]
            rows, items = np.unravel_index(places, totals.shape)
            new = np.where(items == log_probs.shape[1], -1, items)
            ids = np.column_stack([ids[rows], new])
            scores, ended = totals[rows, items], ended[rows] | mark(new, eos_id)
        return [
            finish([int(i) for i in row if i != -1], float(total), eos_id, sos_id)
            for row, total in zip(ids, scores, strict=True)
        ]

    return changed(reference, beam_search=beam_search)


def alone(reference):
    np = reference.np

    def choose(totals, width):
        if len(totals) == 1:
            return np.argsort(-totals.ravel())[:width]
        places = np.argmax(totals, axis=1) + np.arange(len(totals)) * totals.shape[1]
        return places[np.argsort(-totals.ravel()[places])]

    return by_arrays(reference, choose=choose)


def single(reference):
    return by_arrays(reference, choose=lambda totals, width: [totals.argmax()])


def upwards(reference):
    np = reference.np

    def choose(totals, width):
        return np.argsort(np.where(np.isfinite(totals), totals, np.inf).ravel())[:width]

    return by_arrays(reference, choose=choose)


def backwards(reference):
    np = reference.np
    return by_arrays(
        reference, choose=lambda totals, width: np.argsort(-totals.ravel())[:width][::-1]
    )


def forgotten(reference):
    np = reference.np

    def choose(totals, width):
        totals = np.where(np.isfinite(totals[:, -1:]), -np.inf, totals).ravel()
        return np.argsort(-totals)[: min(width, np.isfinite(totals).sum())]

    return by_arrays(reference, choose=choose)


def mean(reference):
    return by_arrays(
        reference, score=lambda scores, log_probs, step: scores + (log_probs - scores) / (step + 1)
    )


def product(reference):
    def score(scores, log_probs, step):
        return log_probs * (scores if step else 1)

    return by_arrays(reference, score=score)


def vain(next_log_probs, sos_id, step):
    next_log_probs([[sos_id] + [0] * step])


SECOND_WAYS = {
    "each-beginning-for-itself": alone,
    "always-greedy": single,
    "log-probabilities-multiplied": product,
    "only-the-last-item-counts": lambda reference: by_arrays(
        reference, score=lambda scores, log_probs, step: log_probs
    ),
    "averaged-over-the-length": mean,
    "probabilities-instead-of-logarithms": lambda reference: by_arrays(
        reference, finish=lambda ids, total, eos_id, sos_id: (ids, reference.np.exp(total))
    ),
    "end-of-sequence-ignored": lambda reference: by_arrays(
        reference, mark=lambda items, eos_id: items == -2
    ),
    "end-of-sequence-0-ignored": lambda reference: by_arrays(
        reference, mark=lambda items, eos_id: items == (eos_id or -2)
    ),
    "ended-ones-thrown-away": forgotten,
    "asked-on-in-vain": lambda reference: by_arrays(reference, ask=vain),
    "only-the-last-item-asked-for": lambda reference: by_arrays(
        reference, seen=lambda ids: ids[:, -1:]
    ),
    "start-in-the-results": lambda reference: by_arrays(
        reference, finish=lambda ids, total, eos_id, sos_id: ((sos_id, *ids), total)
    ),
    "end-cut-off": lambda reference: by_arrays(
        reference,
        finish=lambda ids, total, eos_id, sos_id: ([i for i in ids if i != eos_id], total),
    ),
    "least-likely-first": backwards,
    "unlikeliest-kept": upwards,
    "start-counted-as-a-step": lambda reference: by_arrays(
        reference, rounds=lambda max_steps: max_steps - 1
    ),
}


def discounted(reference):
    return by_arrays(reference, score=lambda scores, log_probs, step: 0.9 * scores + log_probs)


def second_best(reference):
    np = reference.np
    return by_arrays(
        reference, choose=lambda totals, width: np.argsort(-totals.ravel())[1 : width + 1]
    )


UNNAMED = {
    "earlier-items-discounted": discounted,
    "best-one-skipped": second_best,
    "prefixes-reversed": lambda reference: by_arrays(reference, seen=lambda ids: ids[:, ::-1]),
}
