"""Ways to search with a beam and to find something else."""

import math

from grading.misconceptions import Library, changed

LIBRARY = Library()


def _total(total, log_prob, length):
    return total + log_prob


def _best(ended, groups, width):
    """The likeliest of the ended and of all continuations: ``groups`` has a list a beginning."""
    pairs = ended + [pair for group in groups for pair in group]
    return sorted(pairs, key=lambda pair: -pair[1])[:width]


def _has_ended(ids, eos_id):
    return eos_id is not None and ids[-1:] == [eos_id]


def searched(
    reference,
    *,
    check=True,
    steps=lambda max_steps: max_steps,
    start=lambda width: [([], 0.0)],
    has_ended=_has_ended,
    prefix=lambda sos_id, ids: [sos_id, *ids],
    total=_total,
    keep=_best,
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


@LIBRARY.add(
    "each-beginning-for-itself",
    "one continuation for each beginning, its own best",
    """After the first round each beginning takes its own likeliest item, so the search is a few
    greedy searches side by side. None of them ever gives way to two good continuations of another.
    But all continuations of all beginnings compete: the docstring keeps the beam_width likeliest,
    wherever they come from, so that one beginning may go on in several ways and another not at
    all.""",
)
def each_beginning_for_itself(reference):
    def keep(ended, groups, width):
        if len(groups) == 1 and not ended and len(groups[0][0][0]) == 1:
            return _best(ended, groups, width)
        return _best(ended, [_best([], [group], 1) for group in groups], width)

    return searched(reference, keep=keep)


@LIBRARY.add(
    "never-pruned",
    "a search that goes on with ever more beginnings and cuts only at the end",
    """Each beginning keeps its beam_width best continuations, and all of them go on: after five
    rounds with a width of 3 there are 243. What comes out is often better, and for long sequences
    it never comes at all. The beam is cut down to beam_width sequences in every round, not once at
    the end.""",
)
def never_pruned(reference):
    most = 100  # so that a long search ends at all

    def beam_search(next_log_probs, sos_id, *, beam_width=3, **options):
        wide = searched(
            reference,
            keep=lambda ended, groups, width: _best(
                ended, [_best([], [group], width) for group in groups], most
            ),
        )
        found = wide.beam_search(next_log_probs, sos_id, beam_width=beam_width, **options)
        return found[:beam_width]

    return changed(reference, beam_search=beam_search)


@LIBRARY.add(
    "always-greedy",
    "a search that keeps only the best beginning, whatever the width",
    """Each round takes the likeliest item and nothing else, so beam_width has no effect and one
    sequence comes out. That is greedy decoding, which beam search is meant to improve on: it never
    learns that a slightly less likely item would have led further. Keep beam_width sequences in
    each round.""",
)
def always_greedy(reference):
    return searched(reference, keep=lambda ended, groups, width: _best(ended, groups, 1))


@LIBRARY.add(
    "log-probabilities-multiplied",
    "logarithms that are multiplied instead of added",
    """The log-probability of a sequence is multiplied by that of each new item. Probabilities are
    multiplied, but these are their logarithms, and the logarithm of a product is a sum. Products of
    negative numbers even change their sign with every item, so the least likely may come first.
    The docstring speaks of the sum over the items.""",
)
def log_probabilities_multiplied(reference):
    def total(before, log_prob, length):
        return log_prob if length == 1 else before * log_prob

    return searched(reference, total=total)


@LIBRARY.add(
    "only-the-last-item-counts",
    "sequences ranked by the probability of their last item alone",
    """What came before is forgotten in each round: the beam keeps the continuations whose new item
    is likeliest, although it may stand at the end of a very unlikely sequence. The score of a
    sequence is the logarithm of the probability of all of it; carry the sum so far along and add
    to it.""",
)
def only_the_last_item_counts(reference):
    return searched(reference, total=lambda before, log_prob, length: log_prob)


@LIBRARY.add(
    "averaged-over-the-length",
    "a log-probability divided by the length of the sequence",
    """The score is an average over the items. Many programs do that, because long sequences have
    small probabilities and short ones would win too often. But it finds other sequences than the
    likeliest, and the number that comes back is not the logarithm of a probability. The docstring
    wants the sum over the items, whatever the length.""",
)
def averaged_over_the_length(reference):
    def total(before, log_prob, length):
        return (before * (length - 1) + log_prob) / length

    return searched(reference, total=total)


@LIBRARY.add(
    "probabilities-instead-of-logarithms",
    "the probability of each sequence where its logarithm is asked for",
    """The right sequences come in the right order, but with their probabilities: 0.36 instead of
    -1.02. For people they are easier to read. For long sequences they are 0.0, all alike. The
    docstring wants log_prob, the logarithm, just as it has been added up.""",
)
def probabilities_instead_of_logarithms(reference):
    return searched(
        reference,
        finish=lambda beam, sos_id, eos_id: [(ids, math.exp(total)) for ids, total in beam],
    )


def _log(p):
    return math.log(p) if p > 0 else -math.inf


@LIBRARY.add(
    "probabilities-underflow",
    "probabilities multiplied on the way, which become 0 for long sequences",
    """The logarithms were turned back into probabilities, and those multiplied. For a few items it
    is the same. But a product of a thousand probabilities is smaller than the smallest number that
    floating point knows: all sequences get 0.0, and which one is best is no longer seen. Stay with
    the logarithms and add them.""",
)
def probabilities_underflow(reference):
    def total(before, log_prob, length):
        before = 1.0 if length == 1 else before
        return before * math.exp(log_prob)

    def finish(beam, sos_id, eos_id):
        return [(ids, _log(p)) for ids, p in beam]

    return searched(reference, total=total, finish=finish)


@LIBRARY.add(
    "end-of-sequence-ignored",
    "sequences that go on after their end",
    """eos_id plays no part: a sequence that has ended is continued like any other, so that items
    stand behind its end, and the ends may come twice. What a network says after the end means
    nothing, as it has never seen such a thing. A sequence that ends with eos_id stays in the beam
    as it is.""",
)
def end_of_sequence_ignored(reference):
    return searched(reference, has_ended=lambda ids, eos_id: False)


@LIBRARY.add(
    "end-of-sequence-0-ignored",
    "an end-of-sequence id of 0 taken for none",
    """With eos_id=0 no sequence ever ends; with any other id they do. Somewhere stands "if eos_id"
    or "eos_id and ...", and 0 counts as false in Python. But 0 is an id like all others, says the
    docstring. What is meant is "eos_id is not None".""",
)
def end_of_sequence_0_ignored(reference):
    return searched(reference, has_ended=lambda ids, eos_id: bool(eos_id) and ids[-1:] == [eos_id])


@LIBRARY.add(
    "ended-ones-thrown-away",
    "sequences that have ended and are thrown out of the beam",
    """What has ended is not continued, and it is not kept either: only what still grows goes on to
    the next round. So the very sequences that are complete are lost, and the result holds others
    that are less likely. A sequence that has ended competes with the others as it is.""",
)
def ended_ones_thrown_away(reference):
    return searched(reference, keep=lambda ended, groups, width: _best([], groups, width))


@LIBRARY.add(
    "ended-ones-set-aside",
    "sequences that have ended and are kept apart from the beam",
    """Sequences that have ended are put on a list of their own, and the beam is filled up with less
    likely beginnings in their place. At the end both are sorted together. Many programs do so; it
    searches further than asked. By this docstring an ended sequence keeps its place in the beam,
    as long as it is among the beam_width likeliest.""",
)
def ended_ones_set_aside(reference):
    np = reference.np

    def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
        reference.beam_search(
            lambda prefixes: np.zeros([len(prefixes), 1]),
            0,
            max_steps=min(1, max_steps),
            beam_width=min(1, beam_width),
        )
        apart, beam = [], [([], 0.0)]
        for _ in range(max_steps):
            if not beam:
                break
            rows = next_log_probs(np.array([[sos_id, *ids] for ids, _ in beam])).tolist()
            grown = [
                ([*ids, i], total + p)
                for (ids, total), row in zip(beam, rows, strict=True)
                for i, p in enumerate(row)
            ]
            best = _best([], [grown], beam_width)
            apart += [pair for pair in best if _has_ended(pair[0], eos_id)]
            beam = [pair for pair in best if not _has_ended(pair[0], eos_id)]
            going_on = [pair for pair in grown if not _has_ended(pair[0], eos_id)]
            beam = _best([], [going_on], beam_width)
        return _best(apart, [beam], beam_width)

    return changed(reference, beam_search=beam_search)


@LIBRARY.add(
    "over-at-the-first-end",
    "a search that is over as soon as one sequence has ended",
    """The search stops when the best sequence of the beam has ended, or when any of them has. The
    others then come back unfinished, and one of them might have become the second best, or changed
    its end. It is over only when all sequences of the beam have ended, or after max_steps
    rounds.""",
)
def over_at_the_first_end(reference):
    return searched(reference, is_over=lambda beam, growing: len(growing) < len(beam))


@LIBRARY.add(
    "asked-on-in-vain",
    "a search that goes on asking when all sequences have ended",
    """All max_steps rounds are run, and in each next_log_probs is called, although every sequence
    of the beam has ended and none of the answers is used. The result is right. But a call of the
    network is the costly part: with 60 steps allowed and 6 needed, nine tenths of the time is
    wasted. The docstring says when the search is over.""",
)
def asked_on_in_vain(reference):
    np = reference.np

    def beam_search(next_log_probs, sos_id, *, max_steps, **options):
        found = reference.beam_search(next_log_probs, sos_id, max_steps=max_steps, **options)
        if all(_has_ended(ids, options.get("eos_id")) for ids, _ in found):
            for length in range(max(len(ids) for ids, _ in found), max_steps):
                next_log_probs(np.array([[sos_id] + [0] * length]))
        return found

    return changed(reference, beam_search=beam_search)


@LIBRARY.add(
    "several-equal-starts",
    "a search that starts with beam_width equal beginnings",
    """The first beam holds the empty sequence beam_width times, to have its full width from the
    start. All of them find the same continuations, so the best one is kept several times, and the
    whole search is a greedy one done again and again. Start with a single empty sequence; the beam
    fills up by itself.""",
)
def several_equal_starts(reference):
    return searched(reference, start=lambda width: [([], 0.0)] * width)


@LIBRARY.add(
    "only-the-last-item-asked-for",
    "a next_log_probs that is shown only the last item, not the whole prefix",
    """In each round next_log_probs gets the start and the newest item, as if the items between them
    had never been. A network with a state of its own would remember, but this one knows only what
    it is shown. The docstring's prefixes hold the items so far, all of them.""",
)
def only_the_last_item_asked_for(reference):
    return searched(reference, prefix=lambda sos_id, ids: [sos_id, *ids[-1:]])


@LIBRARY.add(
    "start-in-the-results",
    "results that begin with the start-of-sequence id",
    """The ids that come back are the prefixes, with sos_id in front. It was needed to ask for the
    first item, but it is no part of what was found, says the docstring: a sequence of one item has
    one id.""",
)
def start_in_the_results(reference):
    return searched(
        reference,
        finish=lambda beam, sos_id, eos_id: [([sos_id, *ids], total) for ids, total in beam],
    )


@LIBRARY.add(
    "end-cut-off",
    "results without their end-of-sequence id",
    """The end is taken off before the sequences are returned. A translation would indeed be shown
    without it. But the caller can then no longer tell a sequence that has ended from one that was
    cut short after max_steps items. The docstring includes eos_id where a sequence has ended.""",
)
def end_cut_off(reference):
    return searched(
        reference,
        finish=lambda beam, sos_id, eos_id: [
            (ids[:-1] if _has_ended(ids, eos_id) else ids, total) for ids, total in beam
        ],
    )


@LIBRARY.add(
    "ended-ones-filled-up",
    "sequences that are filled up behind their end",
    """Sequences that have ended are made as long as the others by repeating the end, so that all
    fit into one array. That helps on the way, but it is no part of the result: a sequence ends with
    eos_id once, says the docstring, and nothing comes after it. Cut what was added before
    returning.""",
)
def ended_ones_filled_up(reference):
    def finish(beam, sos_id, eos_id):
        longest = max(len(ids) for ids, _ in beam)
        return [
            (ids + [eos_id] * (longest - len(ids)) if _has_ended(ids, eos_id) else ids, total)
            for ids, total in beam
        ]

    return searched(reference, finish=finish)


@LIBRARY.add(
    "least-likely-first",
    "the least likely sequence first",
    """The right sequences come in the wrong order: sorted upwards, as Python and NumPy sort by
    themselves, the best one stands last. Whoever takes the first gets the worst of the beam. The
    docstring has the likeliest first.""",
)
def least_likely_first(reference):
    return searched(reference, finish=lambda beam, sos_id, eos_id: beam[::-1])


@LIBRARY.add(
    "unlikeliest-kept",
    "a beam of the unlikeliest sequences",
    """The candidates are sorted upwards and cut after beam_width, so the worst ones go on.
    Logarithms of probabilities are negative, and -0.1 is a better one than -5: the largest is the
    likeliest, and the one nearest to zero.""",
)
def unlikeliest_kept(reference):
    def keep(ended, groups, width):
        pairs = ended + [pair for group in groups for pair in group]
        return sorted(pairs, key=lambda pair: pair[1])[:width]

    return searched(reference, keep=keep)


@LIBRARY.add(
    "start-counted-as-a-step",
    "sequences one item too short, as the start was counted",
    """The sequences have max_steps - 1 items: the start-of-sequence id was counted as one of them,
    or the loop began at 1. By the docstring max_steps is the number of items of the longest
    sequence, with the end counted and the start not; with 1 there is one round.""",
)
def start_counted_as_a_step(reference):
    return searched(reference, steps=lambda max_steps: max_steps - 1)


@LIBRARY.add(
    "sizes-not-checked",
    "sizes below 1 that are not refused",
    """With max_steps=0 the empty sequence comes back, and with beam_width=0 nothing at all, or a
    beam cut from the wrong end where the width is negative. None of that is a search, and the
    caller's mistake shows much later. The docstring promises a ValueError that names the
    argument and its value.""",
)
def sizes_not_checked(reference):
    return searched(reference, check=False)


@LIBRARY.add(
    "start-removed-everywhere",
    "results without any item that has the start's id",
    """The start was taken out of the results by its id, and where that id is one of the items, too,
    those items went with it: the sequences are too short, and no longer what log_prob was summed
    for. Only the first place of a prefix is the start. Leave that place out, not that id.""",
)
def start_removed_everywhere(reference):
    def finish(beam, sos_id, eos_id):
        return [([i for i in ids if i != sos_id], total) for ids, total in beam]

    return searched(reference, finish=finish)


@LIBRARY.add(
    "equal-scores-lost",
    "one sequence for each score: others that are equally likely are lost",
    """Candidates are kept in a dict by their log-probability, so of several equally likely ones
    only one is left. With a trained network that happens now and then, in a toy example all the
    time. There are beam_width pairs, or as many as there are sequences; of equally likely ones any
    may come first, but each counts.""",
)
def equal_scores_lost(reference):
    def keep(ended, groups, width):
        pairs = ended + [pair for group in groups for pair in group]
        by_score = {round(total, 9): (ids, total) for ids, total in pairs}
        return _best(list(by_score.values()), [], width)

    return searched(reference, keep=keep)


LIBRARY.hint(
    "log_prob",
    "log-probabilities-multiplied",
    "averaged-over-the-length",
    "probabilities-instead-of-logarithms",
    "only-the-last-item-counts",
)
LIBRARY.hint(
    "has_ended",
    "end-of-sequence-ignored",
    "end-of-sequence-0-ignored",
    "ended-ones-thrown-away",
    "over-at-the-first-end",
    "end-cut-off",
    "ended-ones-filled-up",
)
LIBRARY.hint(
    "begin_with_the_start",
    "only-the-last-item-asked-for",
    "start-in-the-results",
    "start-counted-as-a-step",
    "start-removed-everywhere",
)
LIBRARY.hint("no_more_than_beam_width", "never-pruned")
LIBRARY.hint("wide", "each-beginning-for-itself")
LIBRARY.hint("comes_first", "least-likely-first", "unlikeliest-kept", "several-equal-starts")
