"""Beginnings that have ended."""

from grading.misconceptions import Library, changed
from grading.misconceptions.beam_search.common import best_of, has_ended, searched

LIBRARY = Library()


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
    return searched(reference, keep=lambda ended, groups, width: best_of([], groups, width))


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
            best = best_of([], [grown], beam_width)
            apart += [pair for pair in best if has_ended(pair[0], eos_id)]
            beam = [pair for pair in best if not has_ended(pair[0], eos_id)]
            going_on = [pair for pair in grown if not has_ended(pair[0], eos_id)]
            beam = best_of([], [going_on], beam_width)
        return best_of(apart, [beam], beam_width)

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
        if all(has_ended(ids, options.get("eos_id")) for ids, _ in found):
            for length in range(max(len(ids) for ids, _ in found), max_steps):
                next_log_probs(np.array([[sos_id] + [0] * length]))
        return found

    return changed(reference, beam_search=beam_search)
