"""Probes of the exercise ``sampling``.

Draws depend on chance, so what can be compared between two answers are the frequencies of many
draws: wide tolerances, and enough draws that a right answer stays inside them.
"""

import numpy as np

from grading.beside.probes.base import Unusable, array_of, find, in_form, probe
from grading.beside.show import MOST_ROWS, describe, no_error, show

FREQUENCIES = (0.0, 0.08)  # 6 standard deviations and more between two answers, from 4000 draws on


@probe("tf.nn.softmax(rescale_logits({*}))", tolerance=(2e-3, 1e-5))
def softmax_of_logits(module, probabilities, temperature):
    """The distribution that the logits stand for: a constant added to a row makes no difference."""
    logits = _logits(module, np.array(probabilities), temperature)
    if not logits.size:
        return logits
    with np.errstate(invalid="ignore"):
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@probe(
    "tf.nn.softmax(rescale_logits({form} {probabilities}, {temperature}))", tolerance=(2e-3, 1e-5)
)
def softmax_of_logits_of(module, form, probabilities, temperature):
    """The same, for probabilities given as a list, an array or a tensor."""
    logits = _logits(module, _in_form(form, probabilities), temperature)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@probe("rescale_logits({*})", shown=no_error)
def rescale(module, probabilities, temperature):
    """Only call it, whatever comes back."""
    find(module, "rescale_logits")(np.array(probabilities), temperature)


@probe("sample_ids({*})")
def draws(module, probabilities, **options):
    """The ids drawn."""
    ids = array_of(find(module, "sample_ids")(np.array(probabilities), **options), "sample_ids")
    return np.array(ids)


@probe("how often each id was drawn, row by row, by sample_ids({*})", tolerance=FREQUENCIES)
def frequencies(module, probabilities, **options):
    """The share of each id among the draws of each row: ``[batch, V]``."""
    ids = _ids(module, np.array(probabilities), options)
    return _shares(ids, np.shape(probabilities)[1])


@probe(
    "how often each id was drawn by sample_ids({form} {probabilities}, {*})", tolerance=FREQUENCIES
)
def frequencies_of(module, form, probabilities, **options):
    """The same, for probabilities given as a list, an array or a tensor."""
    ids = _ids(module, _in_form(form, probabilities), options)
    return _shares(ids, np.shape(probabilities)[1])


@probe(
    "how often each id was drawn, all rows together, by sample_ids([{row}] * {n_rows}, {*})",
    tolerance=FREQUENCIES,
)
def frequencies_over_rows(module, row, n_rows, **options):
    """The share of each id among single draws from many equal rows: ``[V]``."""
    ids = _ids(module, np.array([row] * n_rows), options)
    return _shares(ids.reshape(1, -1), len(row))[0]


@probe(
    "how often each id followed each other one in the draws of sample_ids([{row}], {*})",
    tolerance=FREQUENCIES,
)
def pairs_of_draws(module, row, **options):
    """The share of each pair (one draw, the next draw) in one row: ``[V, V]``."""
    ids = _ids(module, np.array([row]), options)[0]
    return _pair_shares(ids[:-1], ids[1:], len(row))


@probe(
    "how often each two ids were drawn by sample_ids([{row}] * 2, {*}), draw k in row 0 and draw "
    "k + {later} in row 1",
    tolerance=FREQUENCIES,
)
def pairs_of_rows(module, row, later, **options):
    """The share of each pair (a draw of row 0, one of row 1), rows being equal: ``[V, V]``."""
    ids = _ids(module, np.array([row, row]), options)
    shared = ids.shape[1] - abs(later)
    one, other = max(-later, 0), max(later, 0)
    return _pair_shares(ids[0, one : one + shared], ids[1, other : other + shared], len(row))


@probe(
    "how often each two ids were drawn one after the other, all rows together, by "
    "sample_ids([{row}] * {n_rows}, num_samples=2, {*})",
    tolerance=FREQUENCIES,
)
def pairs_over_rows(module, row, n_rows, **options):
    """The share of each pair (first draw, second draw) of many equal rows: ``[V, V]``."""
    ids = _ids(module, np.array([row] * n_rows), {**options, "num_samples": 2})
    return _pair_shares(ids[:, 0], ids[:, 1], len(row))


def calls_picture(calls):
    """The ids that each of several calls drew, a line a call."""
    lines = [show(ids) for ids in calls[:MOST_ROWS]]
    return "\n".join([*lines, *[f"... {len(calls)} calls in all"] * (len(calls) > MOST_ROWS)])


@probe(
    "sample_ids({probabilities}, {*}), for each of the seeds {seeds} in this order",
    shown=calls_picture,
)
def draws_with_seeds(module, probabilities, seeds, **options):
    """The ids drawn by several calls, one after the other, that differ in their seeds."""
    sample_ids, given = find(module, "sample_ids"), np.array(probabilities)
    return [
        np.array(array_of(sample_ids(given, seed=seed, **options), "sample_ids")) for seed in seeds
    ]


@probe("probabilities = {form} {probabilities}; {function}(probabilities, {*}); probabilities")
def probabilities_afterwards(module, function, form, probabilities, temperature):
    """The probabilities that were given, as they are after the call."""
    given = _in_form(form, probabilities)
    array_of(find(module, function)(given, temperature), function)
    return np.array(given)


def is_repeatable(probe_name, args, kwargs):
    """Whether all right answers give the same result, at least within the probe's tolerance.

    Args:
        probe_name: a probe of this module.
        args, kwargs: what it was called with.
    """
    # Where rows share their draws, what all of them drew is one throw of the dice.
    over_rows = ("frequencies_over_rows", "pairs_over_rows")
    return probe_name not in ("draws", "draws_with_seeds", *over_rows)


def _logits(module, probabilities, temperature):
    logits = array_of(find(module, "rescale_logits")(probabilities, temperature), "rescale_logits")
    if tuple(logits.shape) != np.shape(probabilities):
        raise Unusable(
            f"the logits must have the shape of the probabilities, {np.shape(probabilities)}, "
            f"but they are {describe(logits)}"
        )
    logits = np.array(logits)
    if logits.dtype.kind != "f":
        raise Unusable(f"the logits must be floats, but they are {describe(logits)}")
    return logits.astype(np.float64)


def _ids(module, given, options):
    """The ids drawn, once it is sure that they are ids and as many as there must be."""
    ids = array_of(find(module, "sample_ids")(given, **options), "sample_ids")
    (n_rows, n_ids), num_samples = np.shape(given), options.get("num_samples", 1)
    wanted = f"sample_ids must give an integer array of shape {(n_rows, num_samples)}"
    ids = np.array(ids)
    if ids.shape != (n_rows, num_samples) or ids.dtype.kind not in "iu":
        raise Unusable(f"{wanted}, but it gave {describe(ids)}")
    if ids.size and not (ids.min() >= 0 and ids.max() < n_ids):
        strange = int(ids.min() if ids.min() < 0 else ids.max())
        raise Unusable(f"ids must be in 0 ... {n_ids - 1}, but sample_ids drew {strange}")
    return ids


def _shares(ids, n_ids):
    return np.array([np.bincount(row, minlength=n_ids) / max(1, row.size) for row in ids])


def _pair_shares(one, other, n_ids):
    shares = np.bincount(one * n_ids + other, minlength=n_ids * n_ids) / one.size
    return shares.reshape(n_ids, n_ids)


def _in_form(form, probabilities):
    if form == "a float32 array":
        return np.array(probabilities, dtype=np.float32)
    if form == "a nested list":
        return [list(row) for row in probabilities]
    return in_form(form, probabilities)
