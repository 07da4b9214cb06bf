"""What is drawn from."""

import numpy as np

from grading.misconceptions import Library
from grading.misconceptions.generation.common import written

LIBRARY = Library()


@LIBRARY.add(
    "always-the-likeliest",
    "a text of the likeliest characters, with no chance in it",
    """Each character is the one with the largest probability. For a single guess that is best, but
    a text written so soon goes in circles, and neither the temperature nor the seed has any effect.
    The docstring wants each character drawn: an unlikely one now and then, just as often as its
    probability says.""",
)
def always_the_likeliest(reference):
    np = reference.np
    return written(reference, pick=lambda logits, rng: int(np.argmax(logits)))


@LIBRARY.add(
    "probabilities-taken-for-logits",
    "draws from a softmax of p / T: probabilities taken for logits",
    """The probabilities, divided by the temperature, went straight to a sampler such as
    tf.random.categorical, which wants logits and applies a softmax to them. What it draws from is
    nearly flat, impossible characters included, and the text is gibberish. Take the logarithm of
    the probabilities first, as in the exercise sampling.""",
)
def probabilities_taken_for_logits(reference):
    return written(reference, logits=lambda p, temperature: p / temperature)


@LIBRARY.add(
    "temperature-without-effect",
    "a temperature that changes nothing",
    """All draws are made at temperature 1, whatever was asked for: the temperature is never used,
    or the probabilities are divided by it and then by their sum, so that it cancels. With the
    default nothing shows. The temperature divides the logarithms of the probabilities, before the
    draw.""",
)
def temperature_without_effect(reference):
    np = reference.np
    return written(reference, logits=lambda p, temperature: np.log(p))


@LIBRARY.add(
    "logits-times-temperature",
    "logits multiplied by the temperature, so that hot and cold change places",
    """The logarithms are multiplied by the temperature, which makes p to the power T of each p. At
    temperature 1 nothing shows; elsewhere hot and cold change places, and a low temperature writes
    the wildest text. The docstring's power is 1 / T, so logarithms are divided by T.""",
)
def logits_times_temperature(reference):
    np = reference.np

    def logits(p, temperature):
        return np.where(p > 0, temperature * np.log(p), -np.inf)

    return written(reference, logits=logits)


def _draws_the_impossible(probe, args, kwargs, value):
    """Characters of probability 0 that were drawn when it was hot."""
    hot = probe == "frequencies" and kwargs.get("temperature", 1) > 1
    return hot and any(share > 0 for share, p in zip(value, args[1], strict=True) if p == 0)


@LIBRARY.add(
    "epsilon-added",
    "a small number added to the probabilities, which makes the impossible possible",
    """Something like 1e-7 was added before the logarithm, so that log(0) does not come up. At
    temperature 1 one would wait long to see it. But at temperature 100 its hundredth root is drawn
    from, and that is 0.85: an impossible character becomes nearly as likely as any. log(0) is minus
    infinity, and samplers that take logits know what that means: never.""",
    recognise=_draws_the_impossible,
)
def epsilon_added(reference):
    np = reference.np
    return written(reference, logits=lambda p, temperature: np.log(p + 1e-7) / temperature)


@LIBRARY.add(
    "powers-underflow",
    "powers of probabilities that all become 0 at a low temperature",
    """The probabilities are raised to the power 1 / T as the formula has it, and divided by their
    sum. At temperature 0.001 that is the thousandth power: all of them become 0 in floating point,
    and 0 / 0 is no number to draw with. On the scale of logarithms the same is a mere division,
    and nothing is lost.""",
)
def powers_underflow(reference):
    def powers(p, temperature):
        powers = p ** (1 / temperature)
        return powers / powers.sum()

    return written(reference, logits=powers, pick=lambda p, rng: rng.choice(len(p), p=p))


def _n_likeliest(probe, args, kwargs, value):
    """Among how many of the likeliest was drawn, where others ought to have come 20 times."""
    if probe != "frequencies" or kwargs.get("temperature", 1) < 1:
        return 0
    chances = np.array(args[1])
    by_chance = np.argsort(-chances)
    n_likeliest = 1 + np.flatnonzero(value[by_chance]).max(initial=0)
    rescaled = chances ** (1 / kwargs.get("temperature", 1))
    left_out = rescaled[by_chance[n_likeliest:]].sum() / rescaled.sum()
    return n_likeliest if left_out * args[3] > 20 else 0


@LIBRARY.add(
    "only-the-likeliest-few",
    "draws among a few of the likeliest characters only, all others left out",
    """All but a few of the largest probabilities are set to zero before the draw, as many writing
    programs do (top-k). It keeps out nonsense, and with a small alphabet nothing is left out. But
    the docstring wants each character drawn from the probabilities that predict gives: an unlikely
    one must come now and then, just as often as its probability says.""",
    recognise=lambda *call: 1 < _n_likeliest(*call) <= 20,
)
def only_the_likeliest_few(reference):
    return written(reference, logits=top_k(reference, 10))


@LIBRARY.add(
    "only-the-likeliest-forty",
    "draws among the forty likeliest characters only, all others left out",
    """The probabilities are cut off behind the forty largest before the draw (top-k with k = 40).
    That is more than most texts need, so it hardly ever shows. But alphabets may be larger, and
    the docstring wants each character drawn just as often as its probability says, the unlikely
    ones among them.""",
    recognise=lambda *call: 20 < _n_likeliest(*call) <= 40,
)
def only_the_likeliest_forty(reference):
    return written(reference, logits=top_k(reference, 40))


@LIBRARY.add(
    "unlikely-tail-left-out",
    "draws among the likeliest characters that make up 99% together, the rest left out",
    """The characters are sorted, and those behind the first 99% of the probability are never drawn
    (nucleus or top-p sampling). It makes texts tidier, but they no longer follow the network: the
    docstring wants what is unlikely drawn as well, and at a high temperature quite often.""",
)
def unlikely_tail_left_out(reference):
    np = reference.np

    def logits(p, temperature):
        order = np.argsort(-p)
        before = np.cumsum(p[order]) - p[order]
        kept = np.zeros(len(p), bool)
        kept[order[before < 0.99]] = True
        return np.where(kept, np.log(p) / temperature, -np.inf)

    return written(reference, logits=logits)


def top_k(reference, k):
    """Logits of the k likeliest; all others are minus infinity."""
    np = reference.np

    def logits(p, temperature):
        kept = np.argsort(np.argsort(-p, kind="stable")) < k
        return np.where(kept, np.log(p) / temperature, -np.inf)

    return logits
