"""A beam search in steps that a wrong one can take differently."""

from grading.misconceptions import changed


def total_of(total, log_prob, length):
    return total + log_prob


def best_of(ended, groups, width):
    """The likeliest of the ended and of all continuations: ``groups`` has a list a beginning."""
    pairs = ended + [pair for group in groups for pair in group]
    return sorted(pairs, key=lambda pair: -pair[1])[:width]


def has_ended(ids, eos_id):
    return eos_id is not None and ids[-1:] == [eos_id]


def searched(
    reference,
    *,
    check=True,
    steps=lambda max_steps: max_steps,
    start=lambda width: [([], 0.0)],
    has_ended=has_ended,
    prefix=lambda sos_id, ids: [sos_id, *ids],
    total=total_of,
    keep=best_of,
    is_over=lambda beam, growing: not growing,
    finish=lambda beam, sos_id, eos_id: beam,
):
    """The search in plain Python, with some of its parts replaced.

    Args:
        check: whether sizes below 1 are refused.
        steps: from ``max_steps`` to the number of rounds.
        start: from the width to the first beam.
        has_ended: ``(ids, eos_id) -> bool``.
        prefix: ``(sos_id, ids) -> prefix`` that is asked for.
        total: ``(total so far, log_prob of the item, new length) -> total``.
        keep: ``(ended, groups of continuations, width) -> beam``.
        is_over: ``(beam, growing pairs) -> bool``, at the start of a round.
        finish: ``(beam, sos_id, eos_id) -> result``.
    """
    np = reference.np

    def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
        if check:
            reference.beam_search(
                lambda prefixes: np.zeros([len(prefixes), 1]),
                0,
                max_steps=min(1, max_steps),
                beam_width=min(1, beam_width),
            )
        beam = start(beam_width)
        for _ in range(steps(max_steps)):
            ended = [pair for pair in beam if has_ended(pair[0], eos_id)]
            growing = [pair for pair in beam if not has_ended(pair[0], eos_id)]
            if is_over(beam, growing):
                break
            groups = []
            if growing:
                rows = next_log_probs(np.array([prefix(sos_id, ids) for ids, _ in growing]))
                for (ids, before), row in zip(growing, rows.tolist(), strict=True):
                    new = enumerate(row)
                    groups.append([([*ids, i], total(before, p, len(ids) + 1)) for i, p in new])
            beam = keep(ended, groups, beam_width)
        return finish(beam, sos_id, eos_id)

    return changed(reference, beam_search=beam_search)
