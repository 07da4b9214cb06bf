"""Where it starts, and what it gives."""

from grading.misconceptions import Library
from grading.misconceptions.beam_search.common import best_of, has_ended, searched

LIBRARY = Library()


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
            (ids[:-1] if has_ended(ids, eos_id) else ids, total) for ids, total in beam
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
            (ids + [eos_id] * (longest - len(ids)) if has_ended(ids, eos_id) else ids, total)
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
    unchecked=True,
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
        return best_of(list(by_score.values()), [], width)

    return searched(reference, keep=keep)
