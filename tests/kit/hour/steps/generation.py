"""Steps of the exercise ``generation``: one character, the loop, the draw, the seeds."""

from tests.kit.hour.steps import step

CHECKS = """    if not prompt:
        raise ValueError("prompt must not be empty")
    if n_chars < 0:
        raise ValueError(f"n_chars must not be below 0, got {n_chars}")
    if not math.isfinite(temperature) or temperature <= 0:
        raise ValueError(f"temperature must be finite and above 0, got {temperature}")
"""
DRAW = "rng.choice(len(p), p=p)"
HEATED = """        logits = np.log(np.maximum(p, 1e-300)) / temperature
        p = np.where(p > 0, np.exp(logits - logits.max()), 0.0)
        p = p / p.sum()
"""


def complete(
    checks=CHECKS,
    rng="np.random.default_rng(seed)",
    read="ids",
    heated=HEATED,
    draw=DRAW,
    inside="",
    given="prompt + tokenizer.decode(np.array(new))",
    step_of="-1",
):
    return f"""import math

import numpy as np


def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
{checks}    rng = {rng}
    ids, new = list(tokenizer.encode(prompt)), []
    for _ in range(n_chars):
{inside}        p = np.asarray(predict(np.array([{read}])), np.float64)[0, {step_of}]
{heated}        new.append(int({draw}))
        ids.append(new[-1])
    return {given}
"""


STEPS = (
    step(
        "the likeliest character each time, nothing checked",
        complete(checks="", heated="", draw="np.argmax(p)"),
        "always-the-likeliest",
        leads="drawn",
    ),
    step(
        "drawn, but the temperature not used yet",
        complete(checks="", heated="        p = p / p.sum()\n"),
        "temperature-without-effect",
        leads="temperature",
    ),
    step(
        "the network reads the last character only",
        complete(read="ids[-1:]"),
        "only-the-last-character-read",
        leads="predict_reads",
    ),
    step(
        "the first step decides",
        complete(step_of="0"),
        "first-step-decides",
        leads="last_step",
    ),
    step(
        "the new characters alone",
        complete(given="tokenizer.decode(np.array(new))"),
        "new-characters-alone",
        leads="goes_on",
    ),
    step(
        "a generator made anew for each character",
        complete(inside="        rng = np.random.default_rng(seed)\n"),
        "same-seed-for-every-character",
        leads="drawn",
    ),
    step(
        "seed 0 taken for none",
        complete(rng="np.random.default_rng(seed or None)"),
        "seed-0-is-no-seed",
        leads="seed",
    ),
    step(
        "a temperature that is not checked",
        complete(checks=CHECKS[: CHECKS.index("    if not math")]),
        "temperature-not-checked",
        leads="refuse",
    ),
    step("right", complete()),
)
