"""How it is drawn: rows, seeds, arguments."""

from grading.misconceptions import Library, changed
from grading.misconceptions.sampling.common import over

LIBRARY = Library()


@LIBRARY.add(
    "one-draw-repeated",
    "one draw a row, repeated num_samples times",
    """Each row was drawn once, and that id copied num_samples times. The shape is right, and over
    many rows so are the frequencies, but the ids of a row are all the same. Draws are independent:
    what came first says nothing about what comes next.""",
)
def one_draw_repeated(reference):
    np = reference.np

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        once = reference.sample_ids(probabilities, temperature, 1, seed).numpy()
        return np.repeat(once, num_samples, axis=1)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "draws-sorted",
    "draws that were sorted",
    """The ids of a row come in ascending order. Nothing is wrong with how often each comes, and for
    a look at the frequencies sorted ids are handy. But draws are independent: after a small id a
    large one must be as likely as before, or the text written with them runs through the alphabet.
    Leave the ids in the order in which they were drawn.""",
)
def draws_sorted(reference):
    np = reference.np

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        return np.sort(reference.sample_ids(probabilities, temperature, num_samples, seed), axis=1)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "rows-share-their-draws",
    "equal rows that always draw the same ids",
    """All rows use the same random numbers: the generator was started with the same seed for each
    row, or one row of noise serves them all. Each row alone looks right, but two equal rows draw
    equal ids, so a batch of a hundred prompts writes the same text a hundred times. One generator
    for the whole call, made before the loop over the rows, is enough.""",
)
def rows_share_their_draws(reference):
    np = reference.np

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        logits = reference.rescale_logits(probabilities, temperature).numpy()
        noise = np.random.default_rng(seed).gumbel(size=(1, num_samples, logits.shape[1]))
        return np.argmax(logits[:, np.newaxis, :] + noise, axis=-1)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "without-replacement",
    "draws without replacement: no id comes twice in a row of draws",
    """An id that was drawn is out of the game here, as with replace=False or the k largest of
    noisy logits. Ids are then anything but independent, rare ones come far too often, and no
    more can be drawn than there are. A text may well hold the same letter twice: draws are made
    with replacement.""",
)
def without_replacement(reference):
    np = reference.np

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        rng = np.random.default_rng(seed)
        logits = reference.rescale_logits(probabilities, temperature).numpy().astype(float)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.array(
            [rng.choice(len(w), num_samples, replace=False, p=w / w.sum()) for w in weights]
        )

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "seed-0-is-no-seed",
    "seed 0 taken for no seed at all",
    """With seed 0 each call gives other ids, and with all other seeds the same. Somewhere stands
    "if seed:" or "seed or ...", and 0 counts as false in Python. Seeds are often 0, so an
    experiment somebody thought repeatable is not. What is meant is "if seed is not None".""",
    unrepeatable=lambda seed: seed == 0,
)
def seed_0_is_no_seed(reference):
    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        return reference.sample_ids(probabilities, temperature, num_samples, seed or None)

    return changed(reference, sample_ids=sample_ids)


def _came_twice(probe, args, kwargs, value):
    """Two calls without a seed that gave the same many ids."""
    if probe != "draws_with_seeds" or set(args[1]) != {None}:
        return False
    drawn = [str(ids.tolist()) for ids in value]
    return all(ids.size >= 20 for ids in value) and len(set(drawn)) < len(drawn)


@LIBRARY.add(
    "fixed-seed-by-default",
    "the same ids at every call although no seed was given",
    """Without a seed every call gives the same ids: some fixed number, such as 42, stands in for
    the missing seed. It makes tests pleasant, but a text is written one character a call, and when
    all calls draw alike, chance is gone. Only a seed makes draws repeatable; None gives fresh ones
    each time.""",
    recognise=_came_twice,
)
def fixed_seed_by_default(reference):
    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        seed = 42 if seed is None else seed
        return reference.sample_ids(probabilities, temperature, num_samples, seed)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "seed-of-the-operation-only",
    "draws that depend on how many were made before, in spite of the seed",
    """The same seed gives other ids the second time. tf.random.categorical has a seed argument, but
    in eager mode it only starts a counter that every further call moves on; so the ids depend on
    how often it was called in this process. The docstring wants the same ids for the same seed,
    which TensorFlow's stateless_ operations, or a generator made from the seed, give.""",
    unrepeatable=lambda seed: True,
)
def seed_of_the_operation_only(reference):
    tf = reference.tf

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        logits = reference.rescale_logits(probabilities, temperature)
        return tf.random.categorical(logits, num_samples, seed=seed)

    return changed(reference, sample_ids=sample_ids)


def _seed_left_behind(probe, args, kwargs, value):
    """After the same seed, a call without one gave the same many ids again."""
    if probe != "draws_with_seeds" or len(args[1]) != 5 or args[1][2] is not None:
        return False
    drawn = [ids.tolist() for ids in value]
    return value[2].size >= 20 and drawn[2] == drawn[4] != drawn[0]


@LIBRARY.add(
    "global-seed-set",
    "a seed that is set for the whole program and stays behind",
    """The seed of this call was set globally, with np.random.seed or tf.random.set_seed, and
    remains set when the call is over. From then on draws without a seed are no longer fresh: they
    follow from the last seed that was used, and so does everything else in the program that draws
    at random. A seed should be the business of its own call only.""",
    recognise=_seed_left_behind,
)
def global_seed_set(reference):
    tf = reference.tf

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        logits = reference.rescale_logits(probabilities, temperature)
        if seed is not None:
            tf.random.set_seed(seed)
        return tf.random.categorical(logits, num_samples)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "samples-before-rows",
    "an array of shape [num_samples, batch] instead of [batch, num_samples]",
    """The result lies on its side: one row for each draw instead of one for each distribution. It
    happens when draws are collected in a loop over num_samples and stacked. With as many draws as
    rows even the shape looks right. The docstring gives the shape [batch, num_samples].""",
    recognise=lambda probe, args, kwargs, value: (
        probe == "draws"
        and kwargs.get("num_samples", 1) != len(args[0])
        and value.shape == (kwargs.get("num_samples", 1), len(args[0]))
    ),
)
def samples_before_rows(reference):
    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        ids = reference.sample_ids(probabilities, temperature, num_samples, seed)
        return reference.tf.transpose(ids)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "nan-slips-through",
    "a check of the temperature that NaN and infinity slip through",
    """The check asks whether the temperature is below or equal to 0. NaN is neither: every
    comparison with it is false, so it passes, and infinity passes as well. NaN then turns every
    logit into NaN, and ids are drawn from nothing. The docstring refuses all that is not finite;
    math.isfinite asks for just that.""",
)
def nan_slips_through(reference):
    tf = reference.tf

    def rescale_logits(probabilities, temperature):
        if temperature <= 0:
            raise ValueError(f"temperature must be a finite number above 0, got {temperature}")
        return tf.math.log(tf.cast(probabilities, tf.float32)) / temperature

    return over(reference, rescale_logits)


@LIBRARY.add(
    "temperature-not-checked",
    "a temperature that is never checked",
    """Any temperature is accepted. Division by 0 gives infinities, a negative temperature makes the
    unlikeliest character the likeliest, NaN makes everything NaN; none of it raises an error by
    itself, and the text that comes out looks merely odd. The docstring promises a ValueError that
    names the temperature.""",
    unchecked=True,
)
def temperature_not_checked(reference):
    tf = reference.tf

    def rescale_logits(probabilities, temperature):
        return tf.math.log(tf.cast(probabilities, tf.float32)) / temperature

    return over(reference, rescale_logits)


@LIBRARY.add(
    "probabilities-changed-in-place",
    "the caller's own probabilities overwritten",
    """The array that was given is worked on directly, with /=, **= or out=, so after the call the
    caller's probabilities are no longer what they were; a second call with the same array gives
    something else. np.asarray makes no copy of what is an array already. Work on a copy, or with
    operations that make a new array.""",
)
def probabilities_changed_in_place(reference):
    np = reference.np

    def rescale_logits(probabilities, temperature):
        logits = np.asarray(probabilities)
        right = reference.rescale_logits(probabilities, temperature).numpy()
        logits[...] = right
        return logits

    return over(reference, rescale_logits)
