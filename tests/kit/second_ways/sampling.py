"""Mistakes with sampling, written with NumPy's choice and with powers instead of logits."""

from grading.misconceptions import changed


def by_choice(reference, distribution=None, logits=None, pick=None):
    """Draws by NumPy, row by row.

    Args:
        distribution: ``(p, temperature) -> p``, what is drawn from.
        logits: ``(p, temperature) -> logits``, what ``rescale_logits`` gives.
        pick: ``(rng, distribution, num_samples, seed) -> ids``.
    """
    np = reference.np

    def right(p, temperature):
        powers = (p / p.max(axis=-1, keepdims=True)) ** (1 / temperature)
        return powers / powers.sum(axis=-1, keepdims=True)

    def choose(rng, distribution, num_samples, seed):
        n = distribution.shape[1]
        return np.array([rng.choice(n, num_samples, p=row) for row in distribution])

    distribution = distribution or right
    logits = logits or (lambda p, temperature: np.log(distribution(p, temperature)))

    def check(temperature):
        if not (np.isfinite(temperature) and temperature > 0):
            raise ValueError(f"temperature: {temperature}")

    def rescale_logits(probabilities, temperature):
        check(temperature)
        with np.errstate(all="ignore"):
            return logits(np.array(probabilities, dtype=float), temperature)

    def sample_ids(probabilities, temperature=1.0, num_samples=1, seed=None):
        check(temperature)
        p = np.array(probabilities, dtype=float)
        with np.errstate(all="ignore"):
            chances = distribution(p, temperature)
        return (pick or choose)(np.random.default_rng(seed), chances, num_samples, seed)

    return changed(reference, rescale_logits=rescale_logits, sample_ids=sample_ids)


def softmax(reference, x):
    np = reference.np
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def normalised(x):
    return x / x.sum(axis=-1, keepdims=True)


def flat(reference):
    return by_choice(
        reference,
        lambda p, t: softmax(reference, p / t),
        lambda p, t: p / t,
    )


def flat_draws(reference):
    np = reference.np

    def right(p, t):
        return normalised((p / p.max(axis=-1, keepdims=True)) ** (1 / t))

    return by_choice(
        reference, lambda p, t: softmax(reference, right(p, t)), lambda p, t: np.log(right(p, t))
    )


def cancelled(reference):
    return by_choice(reference, lambda p, t: normalised(p / t))


def raised(reference):
    np = reference.np

    def rule(p, t):
        return normalised((p / p.max(axis=-1, keepdims=True)) ** t)

    return by_choice(reference, rule, lambda p, t: t * np.log(p))


def stuck(reference):
    def pick(rng, distribution, num_samples, seed):
        np = reference.np
        best = [[int(np.argmax(row))] * num_samples for row in distribution]
        return np.array(best)

    return by_choice(reference, pick=pick)


def decimal(reference):
    np = reference.np
    scale = np.log(10)

    def rule(p, t):
        return normalised((p / p.max(axis=-1, keepdims=True)) ** (1 / (t * scale)))

    return by_choice(reference, rule)


def reseeded(reference):
    np = reference.np

    def pick(rng, distribution, num_samples, seed):
        seed = rng.integers(2**31)
        edges = np.cumsum(distribution, axis=1)
        return np.array(
            [
                np.searchsorted(
                    edge / edge[-1], np.random.default_rng(seed).random(num_samples), side="right"
                )
                for edge in edges
            ]
        )

    return by_choice(reference, pick=pick)


def always_seeded(reference):
    def pick(rng, distribution, num_samples, seed):
        np = reference.np
        rng = np.random.default_rng(0 if seed is None else seed + 1)
        return np.array([rng.choice(len(row), num_samples, p=row) for row in distribution])

    return by_choice(reference, pick=pick)


def globally_seeded(reference):
    def pick(rng, distribution, num_samples, seed):
        np = reference.np
        if seed is not None:
            np.random.seed(seed)
        return np.array([np.random.choice(len(row), num_samples, p=row) for row in distribution])

    return by_choice(reference, pick=pick)


def on_its_side(reference):
    def pick(rng, distribution, num_samples, seed):
        np = reference.np
        draws = range(num_samples)
        return np.array([[rng.choice(len(row), p=row) for row in distribution] for _ in draws])

    return by_choice(reference, pick=pick)


def sorted_draws(reference):
    def pick(rng, distribution, num_samples, seed):
        np = reference.np
        rows = [rng.choice(len(row), num_samples, p=row) for row in distribution]
        return np.sort(np.array(rows), axis=1)

    return by_choice(reference, pick=pick)


SECOND_WAYS = {
    "probabilities-taken-for-logits": flat,
    "categorical-fed-probabilities": flat_draws,
    "temperature-without-effect": cancelled,
    "logits-times-temperature": raised,
    "always-the-likeliest": stuck,
    "logarithm-to-another-base": decimal,
    "draws-sorted": sorted_draws,
    "rows-share-their-draws": reseeded,
    "fixed-seed-by-default": always_seeded,
    "global-seed-set": globally_seeded,
    "samples-before-rows": on_its_side,
}


def root_of_temperature(reference):
    return by_choice(
        reference, lambda p, t: normalised((p / p.max(axis=-1, keepdims=True)) ** (1 / t**0.5))
    )


def from_one(reference):
    def pick(rng, distribution, num_samples, seed):
        np = reference.np
        rows = [1 + rng.choice(len(row), num_samples, p=row) for row in distribution]
        return np.array(rows)

    return by_choice(reference, pick=pick)


def uniform_draws(reference):
    def pick(rng, distribution, num_samples, seed):
        return rng.integers(distribution.shape[1], size=(len(distribution), num_samples))

    return by_choice(reference, pick=pick)


def first_row_for_all(reference):
    def pick(rng, distribution, num_samples, seed):
        shape = (len(distribution), num_samples)
        return rng.choice(distribution.shape[1], shape, p=distribution[0])

    return by_choice(reference, pick=pick)


UNNAMED = {
    "root-of-the-temperature": root_of_temperature,
    "ids-from-one": from_one,
    "uniform-draws": uniform_draws,
    "first-row-for-all": first_row_for_all,
}
