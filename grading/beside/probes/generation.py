"""Probes of the exercise ``generation``.

The network and the tokenizer that a subject is given are made here from plain arguments: an
alphabet, whose characters have the ids 0, 1, 2, ... in order, and what follows what.
"""

import numpy as np

from grading.beside.probes.base import Unusable, find, probe
from grading.beside.show import describe

FREQUENCIES = (0.0, 0.2)  # nearly 6 standard deviations between two answers, from 400 draws on
CALL = "complete_text({*}, predict=predict, tokenizer=tokenizer), alphabet {alphabet}, "


@probe(CALL + "where predict is sure: after {alphabet} come {after}")
def continued(module, alphabet, after, prompt, n_chars, **options):
    """The text where each character of the alphabet has one that surely follows it."""
    return _text(module, alphabet, _sure(alphabet, after), prompt, n_chars, options)


@probe(
    CALL + "where predict is sure, and gives {form}: after {alphabet} come {after}",
)
def continued_by(module, form, alphabet, after, prompt, n_chars, **options):
    """The same, with probabilities as "an array", "a float32 array" or "a tensor"."""
    return _text(module, alphabet, _sure(alphabet, after), prompt, n_chars, options, form)


@probe(
    CALL + "where predict is sure, at the last step: after {alphabet} come {after}; "
    "and at all other steps: {elsewhere} comes"
)
def continued_despite(module, alphabet, after, elsewhere, prompt, n_chars, **options):
    """The text where all steps but the last are sure of some other character."""

    def rows(ids):
        found = np.eye(len(alphabet))[[alphabet.index(elsewhere)] * len(ids)]
        found[-1] = _sure(alphabet, after)(ids)[-1]
        return found

    return _text(module, alphabet, rows, prompt, n_chars, options)


@probe(
    CALL + "where predict is sure of the character with the id sum(i + 1 for i in ids so far) % "
    "len(alphabet)"
)
def continued_by_sum(module, alphabet, prompt, n_chars, **options):
    """The text where all characters so far decide which one surely follows."""

    def rows(ids):
        return np.eye(len(alphabet))[np.cumsum(ids + 1) % len(alphabet)]

    return _text(module, alphabet, rows, prompt, n_chars, options)


@probe(CALL + "where predict always gives {chances}")
def written(module, alphabet, chances, prompt, n_chars, **options):
    """The text where the probabilities are the same at every step."""
    return _text(module, alphabet, _always(chances), prompt, n_chars, options)


@probe(CALL + "where predict always gives {chances}, for each of the seeds {seeds} in this order")
def written_with_seeds(module, alphabet, chances, prompt, n_chars, seeds, **options):
    """The texts of several calls, one after the other, that differ in their seeds."""
    return [
        _text(module, alphabet, _always(chances), prompt, n_chars, {**options, "seed": seed})
        for seed in seeds
    ]


@probe(
    "how often each character of {alphabet} is among the new ones of complete_text({*}, "
    "predict=predict, tokenizer=tokenizer), where predict always gives {chances}",
    tolerance=FREQUENCIES,
)
def frequencies(module, alphabet, chances, prompt, n_chars, **options):
    """The share of each character among the new ones, the probabilities being the same: ``[V]``."""
    text = _text(module, alphabet, _always(chances), prompt, n_chars, options)
    new = text[len(prompt) :]
    if len(new) != n_chars:
        raise Unusable(
            f"complete_text must add {n_chars} characters to the {len(prompt)} of the prompt, but "
            f"it gave {len(text)} in all"
        )
    if set(new) - set(alphabet):
        raise Unusable("complete_text must add characters that the tokenizer knows, as it has them")
    return np.array([new.count(character) / max(1, n_chars) for character in alphabet])


@probe(CALL + "where predict gives {table}, a row for each id, and the ids that predict was given")
def read(module, alphabet, table, prompt, n_chars, **options):
    """The text, and the ids of each call of ``predict``, where each character has its own row."""
    predict = _Predict(lambda ids: np.array(table)[ids], len(alphabet))
    text = _call(module, alphabet, predict, prompt, n_chars, options)
    return {"text": text, "ids": predict.seen}


def is_repeatable(probe_name, args, kwargs):
    """Whether all right answers give the same result, at least within the probe's tolerance.

    Args:
        probe_name: a probe of this module.
        args, kwargs: what it was called with.
    """
    return probe_name not in ("written", "written_with_seeds", "read")


def _sure(alphabet, after):
    rows = np.eye(len(alphabet))[[alphabet.index(character) for character in after]]
    return lambda ids: rows[ids]


def _always(chances):
    return lambda ids: np.tile(np.array(chances, dtype=float), (len(ids), 1))


def _text(module, alphabet, rows, prompt, n_chars, options, form="a float32 array"):
    predict = _Predict(rows, len(alphabet), form)
    return _call(module, alphabet, predict, prompt, n_chars, options)


def _call(module, alphabet, predict, prompt, n_chars, options):
    function, tokenizer = find(module, "complete_text"), _Alphabet(alphabet)
    text = function(prompt, n_chars, predict=predict, tokenizer=tokenizer, **options)
    if not isinstance(text, str):
        raise Unusable(f"complete_text must give a str, but it gave {describe(text)}")
    return text


class _Predict:
    """Stands in for a network: notes the ids it is given and answers with rows for them.

    Args:
        rows: from ids ``[steps]`` to probabilities ``[steps, V]``.
        n_ids: V.
        form: what the probabilities are given as.
    """

    def __init__(self, rows, n_ids, form="a float32 array"):
        self.rows, self.n_ids, self.form, self.seen = rows, n_ids, form, []

    def __call__(self, ids):
        ids = np.array(ids)
        if ids.ndim != 2 or ids.shape[0] != 1 or ids.shape[1] < 1 or ids.dtype.kind not in "iu":
            raise Unusable(
                "predict must be given integer ids of shape [1, steps], steps at least 1, but it "
                f"was given {describe(ids)}"
            )
        if not (ids.min() >= 0 and ids.max() < self.n_ids):
            raise Unusable(
                f"predict must be given ids in 0 ... {self.n_ids - 1}, but it was given "
                f"{ids.min() if ids.min() < 0 else ids.max()}"
            )
        self.seen.append(ids[0].tolist())
        probabilities = self.rows(ids[0])[np.newaxis]
        if self.form == "a tensor":
            import tensorflow as tf

            return tf.constant(probabilities, tf.float32)
        return probabilities.astype(np.float32 if self.form == "a float32 array" else np.float64)


class _Alphabet:
    """Stands in for a fitted tokenizer: the id of a character is its place in the alphabet."""

    def __init__(self, characters):
        self._characters = characters
        self.vocab_size = len(characters)

    def encode(self, text):
        text = text.lower()
        unknown = [character for character in text if character not in self._characters]
        if unknown:
            raise ValueError(f"text holds a character that the tokenizer does not know: {unknown}")
        return np.array([self._characters.index(c) for c in text], dtype=np.int64)

    def decode(self, ids):
        ids = [int(i) for i in np.asarray(ids)]
        for i in ids:
            if not 0 <= i < self.vocab_size:
                raise ValueError(f"ids must be at least 0 and below {self.vocab_size}, got {i}")
        return "".join(self._characters[i] for i in ids)
