"""Mistakes with beams that were made in public.

Where a network keeps a state, the state belongs to a beginning. Here the beginning itself is what
next_log_probs is asked for, so a state that was not moved along is another beginning's prefix.
"""

from grading.misconceptions import changed
from grading.misconceptions.beam_search import LIBRARY
from grading.misconceptions.beam_search.common import best_of, searched

LIBRARY.note("several-equal-starts", "facebookresearch/ParlAI#2047")
LIBRARY.note("least-likely-first", "ufal/neuralmonkey#424")


def checked(reference, max_steps, beam_width):
    """Refuse what the reference refuses."""
    reference.beam_search(
        lambda prefixes: reference.np.zeros([len(prefixes), 1]),
        0,
        max_steps=min(1, max_steps),
        beam_width=min(1, beam_width),
    )


@LIBRARY.add(
    "beginnings-not-reordered",
    "the best items appended to the beginnings in their old order",
    """Of all continuations the best are chosen, and their items are appended to the beam row by
    row. But the third best may go on from the first beginning, not from the third: which one it
    continues was never looked up. So items are glued to beginnings that they do not follow. Keep
    for each continuation where it comes from, and reorder beginnings (and states) by that.""",
    found_in=["awslabs/sockeye#731", "batra-mlp-lab/visdial-rl#11"],
)
def beginnings_not_reordered(reference):
    def keep(ended, groups, width):
        begun = [group[0][0][:-1] for group in groups]
        best = best_of([], groups, width)
        rows = [min(row, len(begun) - 1) for row in range(len(best))]
        moved = [
            ([*begun[row], ids[-1]], total) for row, (ids, total) in zip(rows, best, strict=True)
        ]
        return best_of(ended, [moved], width)

    return searched(reference, keep=keep)


@LIBRARY.add(
    "state-of-the-start-kept",
    "a network that is asked for what follows the start, in every round",
    """The state of the network after the first round is used in all rounds: what comes out of a
    round is never handed to the next. So next_log_probs is asked for the start alone, again and
    again, and the same few items are likely at every step. Each beginning has to be asked for with
    all of its items so far.""",
    found_in=["tensorflow/tensorflow#9904"],
)
def state_of_the_start_kept(reference):
    return searched(reference, prefix=lambda sos_id, ids: [sos_id])


@LIBRARY.add(
    "repeated-in-another-order",
    "log-probabilities so far that are added to the continuations of other beginnings",
    """To add the log-probability of each beginning to those of its V continuations, it is repeated:
    but in the order 1 2 3 1 2 3 where the continuations come as 1 1 1 2 2 2. So most continuations
    get what belongs to another beginning. With a single beginning, as in the first round, there is
    nothing to confuse. Add a column [n, 1] to the table [n, V], and nothing has to be repeated.""",
    found_in=["jadore801120/attention-is-all-you-need-pytorch#28"],
)
def repeated_in_another_order(reference):
    def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
        np = reference.np
        checked(reference, max_steps, beam_width)
        beam = [([], 0.0)]
        for _ in range(max_steps):
            ended = [pair for pair in beam if pair[0][-1:] == [eos_id]]
            growing = [pair for pair in beam if pair[0][-1:] != [eos_id]]
            if not growing:
                break
            rows = next_log_probs(np.array([[sos_id, *ids] for ids, _ in growing]))
            repeated = np.tile([total for _, total in growing], rows.shape[1])
            grown = [[*ids, i] for ids, _ in growing for i in range(rows.shape[1])]
            new = (np.ravel(rows) + repeated).tolist()
            beam = best_of(ended, [list(zip(grown, new, strict=True))], beam_width)
        return beam

    return changed(reference, beam_search=beam_search)


@LIBRARY.add(
    "over-when-enough-have-ended",
    "a search that is over as soon as beam_width sequences have ended",
    """Sequences that have ended are put aside, and when there are beam_width of them the search is
    over. Those are not the likeliest ones, but the first, so the shortest: what is still growing
    may be far likelier than they are. The docstring lets ended sequences stay in the beam and
    compete, and the search is over when the whole beam has ended.""",
    found_in=["neulab/xnmt#572", "ottokart/beam_search#1"],
)
def over_when_enough_have_ended(reference):
    def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
        checked(reference, max_steps, beam_width)
        beam, ended = [([], 0.0)], []
        for _ in range(max_steps):
            rows = next_log_probs(reference.np.array([[sos_id, *ids] for ids, _ in beam]))
            grown = [
                [([*ids, i], total + p) for i, p in enumerate(row)]
                for (ids, total), row in zip(beam, rows.tolist(), strict=True)
            ]
            best = best_of([], grown, beam_width)
            ended += [pair for pair in best if pair[0][-1] == eos_id]
            beam = [pair for pair in best if pair[0][-1] != eos_id]
            if len(ended) >= beam_width or not beam:
                break
        return best_of([], [(ended + beam)[:beam_width]], beam_width)

    return changed(reference, beam_search=beam_search)


@LIBRARY.add(
    "over-when-the-best-has-ended",
    "a search that is over as soon as the likeliest sequence has ended",
    """When the first sequence of the beam ends, the search is over. For a single answer that is
    right, as a longer sequence is never likelier than its beginning. But the others of the beam
    come back as they are, in the middle of a word, and what they would have become is never known.
    The docstring goes on until all sequences of the beam have ended, or for max_steps rounds.""",
    found_in=["joeynmt/joeynmt#148"],
)
def over_when_the_best_has_ended(reference):
    def is_over(beam, growing):
        return not growing or beam[0] not in growing

    return searched(reference, is_over=is_over)


LIBRARY.hint("log_prob", "repeated-in-another-order")
LIBRARY.hint("has_ended", "over-when-the-best-has-ended")
LIBRARY.hint("begin_with_the_start", "state-of-the-start-kept")
