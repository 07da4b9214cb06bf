"""What is drawn from."""

from grading.misconceptions import Library, changed
from grading.misconceptions.sampling.common import over

LIBRARY = Library()


def with_logits(reference, rule):
    """Both functions over other logits: ``rule(p, temperature)``, an array of the shape of p."""
    np = reference.np

    def rescale_logits(probabilities, temperature):
        reference.rescale_logits(probabilities, temperature)  # checks the temperature
        with np.errstate(all="ignore"):
            return rule(np.array(probabilities, dtype=np.float64), temperature)

    return over(reference, rescale_logits)


@LIBRARY.add(
    "probabilities-taken-for-logits",
    "a softmax of p / T: probabilities taken for logits",
    """The probabilities themselves were divided by the temperature and used as logits. Keras' loss
    functions speak of from_logits so often that any output of a network may pass for logits. But
    the softmax of probabilities is nearly flat: [0.2, 0.8] becomes [0.35, 0.65], and an impossible
    character becomes quite possible. Logits are logarithms of probabilities; the logarithm comes
    first, then the division.""",
)
def probabilities_taken_for_logits(reference):
    return with_logits(reference, lambda p, temperature: p / temperature)


@LIBRARY.add(
    "categorical-fed-probabilities",
    "probabilities given to a sampler that wants logits",
    """rescale_logits is right, but on the way to the sampler the logits were turned back into
    probabilities. tf.random.categorical and its relatives take logits, although their name speaks
    of a distribution, and do the softmax themselves. Given probabilities they draw from a nearly
    flat distribution, zeros included, and never complain. Look up what the sampler's first
    argument is called.""",
)
def categorical_fed_probabilities(reference):
    tf = reference.tf

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        distribution = tf.nn.softmax(reference.rescale_logits(probabilities, temperature))
        return reference.sample_ids(tf.nn.softmax(distribution), 1.0, num_samples, seed)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "logits-times-temperature",
    "logits multiplied by the temperature, so that hot and cold change places",
    """The logits are multiplied by the temperature here, which raises p to the power T instead of
    1 / T. At temperature 1 nothing shows. Elsewhere hot and cold change places: a low temperature
    makes the text wilder and a high one duller, although heat should mean more disorder. By the
    docstring's formula, p^(1/T), logits are divided by T.""",
)
def logits_times_temperature(reference):
    np = reference.np
    return with_logits(reference, lambda p, temperature: np.log(p) * temperature)


@LIBRARY.add(
    "temperature-without-effect",
    "a temperature that changes nothing",
    """Whatever the temperature, the probabilities stay what they were. Either it is never used; or
    the probabilities, not their logarithms, are divided by it, and when they are made to sum to 1
    again, the division cancels. On the scale of probabilities the temperature is an exponent,
    1 / T; it is a mere division only on the scale of logits.""",
)
def temperature_without_effect(reference):
    np = reference.np
    return with_logits(reference, lambda p, temperature: np.log(p))


@LIBRARY.add(
    "temperature-not-passed-on",
    "draws at temperature 1, whatever temperature is asked for",
    """rescale_logits is right, but sample_ids does not hand its temperature on to it, so all draws
    are made at temperature 1. With the default temperature nothing shows, and at others the ids
    still look random. Every argument of a function should be used in it somewhere.""",
)
def temperature_not_passed_on(reference):
    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        reference.rescale_logits(probabilities, temperature)
        return reference.sample_ids(probabilities, num_samples=num_samples, seed=seed)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "temperature-twice",
    "draws for which the logits were divided by the temperature twice",
    """The logits that come from rescale_logits know the temperature already, and sample_ids divides
    by it once more. At temperature 1 it makes no difference; at 0.5 the draws are as sharp as they
    should be at 0.25. Rescale once: sample_ids only has to draw from what rescale_logits gives.""",
)
def temperature_twice(reference):
    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        logits = reference.rescale_logits(probabilities, temperature)
        distribution = reference.tf.nn.softmax(logits)
        return reference.sample_ids(distribution, temperature, num_samples, seed)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "only-the-likeliest-few",
    "draws among a few of the likeliest ids only, all others left out",
    """All but a few of the largest probabilities are set to zero before the draw, as many writing
    programs do (top-k). It keeps out nonsense, and with few ids nothing is left out at all. But the
    docstring wants every id drawn as its probability says: an unlikely one now and then, too. Draw
    from the whole row.""",
)
def only_the_likeliest_few(reference):
    return with_kept(reference, lambda rows: ranks(reference, rows) < 10)


@LIBRARY.add(
    "only-the-likeliest-forty",
    "draws among the forty likeliest ids only, all others left out",
    """The probabilities are cut off behind the forty largest before the draw (top-k with k = 40).
    That is more than the chapter's alphabet has, so it hardly ever shows. But the rows may be
    longer, and the docstring wants every id drawn as its probability says, the unlikely ones among
    them.""",
)
def only_the_likeliest_forty(reference):
    return with_kept(reference, lambda rows: ranks(reference, rows) < 40)


@LIBRARY.add(
    "unlikely-tail-left-out",
    "draws among the likeliest ids that make up 95% together, the rest left out",
    """The ids are sorted, and those behind the first 95% of the probability are never drawn
    (nucleus or top-p sampling). It makes texts tidier, but they no longer follow the network: the
    docstring wants every id drawn as its probability says, and at a high temperature the unlikely
    ones quite often.""",
)
def unlikely_tail_left_out(reference):
    np = reference.np

    def kept(rows):
        before = np.cumsum(-np.sort(-rows), axis=1) + np.sort(-rows)
        return np.take_along_axis(before, ranks(reference, rows), axis=1) < 0.95

    return with_kept(reference, kept)


def ranks(reference, rows):
    """The place of each id in its row, the likeliest first."""
    return reference.np.argsort(reference.np.argsort(-rows, kind="stable"), kind="stable")


def with_kept(reference, kept):
    """sample_ids where only some ids may be drawn: ``kept(probabilities)`` says which."""
    np = reference.np

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        rows = np.array(probabilities, dtype=np.float64)
        return reference.sample_ids(rows * kept(rows), temperature, num_samples, seed)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "always-the-likeliest",
    "always the likeliest id, with no chance in it",
    """The largest probability wins every time. That is the best single guess, and right at a
    temperature near 0. But the whole point here is not to do it: a text written so soon repeats
    itself ("the the the"). Each id has to be drawn as often as its probability says, and of two
    equally likely ones not always the first.""",
)
def always_the_likeliest(reference):
    np = reference.np

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        logits = reference.rescale_logits(probabilities, temperature).numpy()
        return np.repeat(logits.argmax(axis=-1)[:, np.newaxis], num_samples, axis=1)

    return changed(reference, sample_ids=sample_ids)


@LIBRARY.add(
    "probabilities-returned",
    "the rescaled probabilities instead of their logits",
    """What rescale_logits gives here are probabilities that sum to 1. The power was applied and the
    result normalised, all correct, but the function's name and docstring ask for logits, numbers
    whose softmax is that distribution. Whoever takes the softmax of probabilities gets something
    nearly flat. The logarithm is missing.""",
)
def probabilities_returned(reference):
    tf = reference.tf

    def rescale_logits(probabilities, temperature):
        return tf.nn.softmax(reference.rescale_logits(probabilities, temperature))

    return changed(reference, rescale_logits=rescale_logits)


@LIBRARY.add(
    "zeros-made-small",
    "zeros replaced by a small number before the logarithm",
    """A small number such as 1e-7 was added to the probabilities, or put in place of zeros, to
    spare the logarithm its minus infinity. At temperature 1 nobody will notice. But a high
    temperature makes small probabilities large: at T = 100 1e-7 becomes 0.85 of its neighbours,
    and what is impossible gets drawn. Minus infinity is a fine logit: its softmax is exactly 0.""",
)
def zeros_made_small(reference):
    np = reference.np
    return with_logits(reference, lambda p, temperature: np.log(p + 1e-7) / temperature)


@LIBRARY.add(
    "power-underflows",
    "a power p^(1/T) that becomes 0 for every id at low temperatures",
    """The formula was taken at its word: p raised to 1 / T, divided by the sum, then the logarithm.
    On paper that is right, but at T = 0.001 the power is 0.4^1000, too small for any float: all
    ids get 0, and 0 / 0 is NaN. On the scale of logits the same thing is a harmless division by T,
    which is why the docstring speaks of the logarithm.""",
)
def power_underflows(reference):
    np = reference.np

    def rule(p, temperature):
        powers = p ** (1 / temperature)
        return np.log(powers / powers.sum(axis=-1, keepdims=True))

    return with_logits(reference, rule)


@LIBRARY.add(
    "softmax-over-the-wrong-axis",
    "rows normalised together, over the first axis",
    """Sums were taken over the first axis, down the columns, where the probabilities of one id in
    different rows stand. NumPy's sum(axis=0) is quickly written, and with one row, or equal ones,
    little shows. But each row is a distribution of its own: whatever is normalised is normalised
    over the last axis, and no row may change with its neighbours.""",
)
def softmax_over_the_wrong_axis(reference):
    tf = reference.tf

    def rule(p, temperature):
        logits = reference.rescale_logits(p, temperature)
        return tf.math.log_softmax(logits, axis=0).numpy()

    return with_logits(reference, rule)


@LIBRARY.add(
    "logarithm-to-another-base",
    "logarithms to base 10 or 2 instead of e",
    """The logarithm has base 10 here, but the softmax raises e to what it gets. So even at
    temperature 1 the probabilities do not come back: all draws are made at a temperature of 2.3.
    log10 and log2 are for people to read; the inverse of exp is the natural logarithm.""",
)
def logarithm_to_another_base(reference):
    np = reference.np
    return with_logits(reference, lambda p, temperature: np.log10(p) / temperature)
