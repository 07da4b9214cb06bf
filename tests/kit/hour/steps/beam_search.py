"""Steps of the exercise ``beam_search``: greedy first, then a beam, then sequences that end."""

from tests.kit.hour.steps import step

CHECKS = """    for name, value in (("max_steps", max_steps), ("beam_width", beam_width)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
"""
ENDED = """            if eos_id is not None and ids and ids[-1] == eos_id:
                candidates.append((ids, total))
                continue
"""
KEPT = "sorted(candidates, key=lambda pair: pair[1], reverse=True)[:beam_width]"
TOTAL = "total + float(log_prob)"
OVER = """        if eos_id is not None and all(ids[-1] == eos_id for ids, _ in beam):
            break
"""


def search(
    checks=CHECKS,
    ended=ENDED,
    over=OVER,
    asked="[[sos_id, *ids]]",
    total=TOTAL,
    kept=KEPT,
    given="beam",
    start="([], 0.0)",
):
    return f"""import numpy as np


def beam_search(next_log_probs, sos_id, *, max_steps, beam_width=3, eos_id=None):
{checks}    beam = [{start}]
    for _ in range(max_steps):
        candidates = []
        for ids, total in beam:
{ended}            row = np.asarray(next_log_probs(np.array({asked})))[0]
            for item, log_prob in enumerate(row):
                candidates.append(([*ids, item], {total}))
        beam = {kept}
{over}    return {given}
"""


EARLY = {"checks": "", "ended": "", "over": ""}
STEPS = (
    step(
        "everything kept, nothing ends",
        search(kept="sorted(candidates, key=lambda pair: pair[1], reverse=True)", **EARLY),
        leads="",
    ),
    step(
        "sorted the wrong way",
        search(kept=KEPT.replace(", reverse=True", ""), **EARLY),
        "least-likely-first",
        "unlikeliest-kept",
        leads="beam",
    ),
    step(
        "log-probabilities multiplied, from a total of 1",
        search(total="total * float(log_prob)", start="([], 1.0)", **EARLY),
        "log-probabilities-multiplied",
        leads="log_prob",
    ),
    step(
        "the last item's probability alone",
        search(total="float(log_prob)", **EARLY),
        "only-the-last-item-counts",
        leads="log_prob",
    ),
    step(
        "the end of a sequence ignored",
        search(ended="", over=""),
        "end-of-sequence-ignored",
        leads="is_the_end",
    ),
    step(
        "0 taken for no end",
        search(
            ended=ENDED.replace("eos_id is not None", "eos_id"),
            over=OVER.replace("eos_id is not None", "eos_id"),
        ),
        "end-of-sequence-0-ignored",
        leads="is_the_end",
    ),
    step(
        "over at the first end",
        search(over=OVER.replace("all(", "any(")),
        "over-at-the-first-end",
        leads="ends_with_the_end",
    ),
    step(
        "the start left in the results",
        search(given="[([sos_id, *ids], total) for ids, total in beam]"),
        "start-in-the-results",
        leads="",
    ),
    step("nothing checked", search(checks=""), "sizes-not-checked", leads="refuse"),
    step("right", search()),
)
