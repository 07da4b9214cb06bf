"""Seeds and arguments."""

from grading.misconceptions import Library
from grading.misconceptions.generation.common import checked, written

LIBRARY = Library()


def _repeats(probe, args, kwargs, value):
    """Many draws with a seed, all of which gave the same character although others are likely."""
    if kwargs.get("seed") is None or kwargs.get("temperature", 1) < 1:
        return False
    if probe not in ("written", "frequencies"):
        return False
    _, chances, prompt, n_chars = args
    if probe == "frequencies":
        return max(chances) <= 0.6 and n_chars >= 60 and max(value) == 1
    new = value[len(prompt) :]
    return max(chances) <= 0.6 and len(new) == n_chars >= 60 and len(set(new)) == 1


@LIBRARY.add(
    "same-seed-for-every-character",
    "the same seed used for every character, so that chance always chooses alike",
    """In each round the draw starts from the very same seed, so chance makes the same choice each
    time. Where the probabilities hardly change, the text is one letter over and over; elsewhere it
    merely looks dull. The seed makes the text repeatable, not its characters: make one generator
    from it before the loop, or one seed for each round.""",
    recognise=_repeats,
)
def same_seed_for_every_character(reference):
    np = reference.np
    return written(reference, source=lambda seed: lambda: np.random.default_rng(seed))


@LIBRARY.add(
    "seed-0-is-no-seed",
    "seed 0 taken for no seed at all",
    """With seed 0 each call writes another text, with all other seeds the same. Somewhere stands
    "if seed:" or "seed or ...", and 0 counts as false in Python. But 0 is a seed like any other,
    says the docstring, and the one most people take first. What is meant is "seed is None".""",
    unrepeatable=lambda seed: seed == 0,
)
def seed_0_is_no_seed(reference):
    np = reference.np

    def source(seed):
        rng = np.random.default_rng(seed or None)
        return lambda: rng

    return written(reference, source=source)


def _came_twice(probe, args, kwargs, value):
    """Two calls without a seed that gave the same long text."""
    if probe != "written_with_seeds" or set(args[4]) != {None}:
        return False
    return args[3] >= 20 and len(set(value)) < len(value)


@LIBRARY.add(
    "fixed-seed-by-default",
    "the same text at every call although no seed was given",
    """Without a seed every call writes the same text: some fixed number, such as 42, takes the
    seed's place. That is pleasant while one tries things out, but somebody who asks a second time
    wants to read something new. None is no seed, says the docstring: then each text is fresh.""",
    recognise=_came_twice,
)
def fixed_seed_by_default(reference):
    np = reference.np

    def source(seed):
        rng = np.random.default_rng(42 if seed is None else seed)
        return lambda: rng

    return written(reference, source=source)


def _seed_left_behind(probe, args, kwargs, value):
    """After the same seed, a call without one gave the same long text again."""
    if probe != "written_with_seeds" or len(args[4]) != 5 or args[4][2] is not None:
        return False
    return args[3] >= 20 and value[2] == value[4] != value[0]


@LIBRARY.add(
    "global-seed-set",
    "a seed that is set for the whole program and stays behind",
    """The seed is set globally, with np.random.seed or tf.random.set_seed, and remains so when the
    text is finished. From then on texts without a seed are no longer fresh: they follow from the
    last seed used, and so does all else in the program that draws at random. A generator of the
    call's own leaves nothing behind.""",
    recognise=_seed_left_behind,
)
def global_seed_set(reference):
    np = reference.np

    def source(seed):
        if seed is not None:
            np.random.seed(seed)
        return lambda: np.random

    return written(reference, source=source)


@LIBRARY.add(
    "seed-without-effect",
    "a seed that does not make the text repeatable",
    """The same seed writes another text the second time: it is not used, or it went to
    tf.random.categorical, whose seed in eager mode only starts a counter that every further draw
    moves on. The docstring wants the same text for the same seed, whatever was drawn before; a
    generator made from the seed in this very call gives it, and so do stateless samplers.""",
    unrepeatable=lambda seed: True,
)
def seed_without_effect(reference):
    np = reference.np

    def source(seed):
        rng = np.random.default_rng()
        return lambda: rng

    return written(reference, source=source)


@LIBRARY.add(
    "empty-prompt-not-checked",
    "an empty prompt that is not refused",
    """An empty prompt goes all the way to predict, as ids of shape [1, 0]. There is no last step to
    draw from, and what the network makes of that is anyone's guess, mostly an error from deep
    inside. The docstring refuses it at once: a ValueError that names the prompt.""",
    unchecked=True,
)
def empty_prompt_not_checked(reference):
    def start(tokenizer, prompt):
        return reference.np.array(tokenizer.encode(prompt))

    return written(reference, check=checked(reference, ["prompt"]), start=start)


@LIBRARY.add(
    "negative-n-chars-adds-nothing",
    "an n_chars below 0 that quietly adds nothing",
    """range(-3) is empty in Python, so with n_chars=-3 the loop does not run and the prompt comes
    back as if all were well. Whoever asks for fewer than no characters has made a mistake and
    should hear of it: the docstring promises a ValueError that names n_chars and its value.""",
)
def negative_n_chars_adds_nothing(reference):
    return written(reference, check=checked(reference, ["n_chars"]))


@LIBRARY.add(
    "temperature-not-checked",
    "a temperature that is never checked",
    """Any temperature is accepted. Division by 0 gives infinities, a negative temperature makes the
    unlikeliest character the likeliest, NaN makes everything NaN. Nothing fails by itself; the text
    merely looks odd. The docstring promises a ValueError that names the temperature.""",
    unchecked=True,
)
def temperature_not_checked(reference):
    return written(reference, check=checked(reference, ["temperature"]))


@LIBRARY.add(
    "nan-slips-through",
    "a check of the temperature that NaN and infinity slip through",
    """The check asks whether the temperature is below or equal to 0. NaN is neither: every
    comparison with it is false, so it passes, and infinity passes as well. The docstring refuses
    all that is not finite; math.isfinite asks for just that.""",
)
def nan_slips_through(reference):
    check = checked(reference, ["temperature"])

    def refuse(prompt, n_chars, temperature):
        check(prompt=prompt, n_chars=n_chars, temperature=temperature)
        if temperature <= 0:
            raise ValueError(f"temperature must be above 0, got {temperature}")

    return written(reference, check=refuse)


@LIBRARY.add(
    "unknown-characters-left-out",
    "a prompt whose unknown characters are left out without a word",
    """Characters that the tokenizer does not know are taken out of the prompt before it is encoded,
    or its error is caught and passed over. The network then reads another prompt than the one that
    stands in front of the text. The docstring lets the tokenizer's own ValueError come through,
    which says what is wrong with the prompt.""",
)
def unknown_characters_left_out(reference):
    np = reference.np

    def start(tokenizer, prompt):
        ids = []
        for character in prompt:
            try:
                ids.extend(tokenizer.encode(character))
            except ValueError:
                continue
        return np.array(ids, dtype=int)

    return written(reference, start=start)
