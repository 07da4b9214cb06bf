"""What is compared."""

import math

from grading.misconceptions import Library, changed
from grading.misconceptions.beam_search.common import best_of, searched

LIBRARY = Library()


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
            return best_of(ended, groups, width)
        return best_of(ended, [best_of([], [group], 1) for group in groups], width)

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
            keep=lambda ended, groups, width: best_of(
                ended, [best_of([], [group], width) for group in groups], most
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
    return searched(reference, keep=lambda ended, groups, width: best_of(ended, groups, 1))


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
