"""Probes of the exercise ``tokenizer``. They import no TensorFlow: the exercise needs none."""

import contextlib
import operator
import sys

import numpy as np

from grading.beside.probes.base import Unusable, array_of, find, probe
from grading.beside.show import describe


@probe("tokenizer.fit({text}); tokenizer.encode({other})")
def encoding(module, text, other):
    """The ids of a text, after a fit on another (or the same)."""
    return _encode(_fitted(module, text), other)


@probe("tokenizer.fit({text}); [tokenizer.encode(other) for other in {others}]")
def encodings(module, text, others):
    """The ids of several texts in turn, from one tokenizer."""
    tokenizer = _fitted(module, text)
    return [_encode(tokenizer, other) for other in others]


@probe("tokenizer.fit({text}); tokenizer.vocab_size")
def vocab_size(module, text):
    """The number of characters learnt."""
    return _size(_fitted(module, text))


@probe("tokenizer.fit({text}); tokenizer.decode({ids})")
def decoding(module, text, ids):
    """The text of a list of ids."""
    return _decode(_fitted(module, text), ids)


@probe("tokenizer.fit({text}); [tokenizer.decode(some) for some in {ids}]")
def decodings(module, text, ids):
    """The texts of several lists of ids in turn, from one tokenizer."""
    tokenizer = _fitted(module, text)
    return [_decode(tokenizer, list(some)) for some in ids]


@probe("tokenizer.fit({text}); tokenizer.decode({form} of {ids})")
def decoding_of(module, form, text, ids):
    """The text of ids given as a list, a tuple, an array or a tensor."""
    tokenizer = _fitted(module, text)
    given = _tensor_for(tokenizer, ids) if form == "a tensor" else _in_form(form, ids)
    return _decode(tokenizer, given)


@probe("tokenizer.fit({text}); tokenizer.decode(tokenizer.encode({other}))")
def round_trip(module, text, other):
    """A text, encoded and decoded again."""
    tokenizer = _fitted(module, text)
    return _decode(tokenizer, _encode(tokenizer, other))


@probe("tokenizer.fit({text}); ids = {form} of {ids}; tokenizer.decode(ids); ids")
def ids_afterwards(module, form, text, ids):
    """The list or array that was decoded, as an array, as it is afterwards."""
    given = _in_form(form, ids)
    _decode(_fitted(module, text), given)
    return np.array(given)


@probe("tokenizer.fit({text}) is tokenizer")
def fit_gives_the_tokenizer(module, text):
    """Whether ``fit`` returns the tokenizer it was called on."""
    tokenizer = find(module, "CharTokenizer")()
    return tokenizer.fit(text) is tokenizer


@probe("tokenizer.fit({first}); tokenizer.fit({second}); tokenizer.encode({other})")
def encoding_after_two_fits(module, first, second, other):
    """The ids of a text, from a tokenizer that was fitted twice."""
    tokenizer = _fitted(module, first)
    tokenizer.fit(second)
    return _encode(tokenizer, other)


@probe(
    "tokenizer.fit({first}); tokenizer.encode({other}); tokenizer.fit({second}); "
    "tokenizer.encode({other})"
)
def encoding_before_and_after_a_second_fit(module, first, second, other):
    """The ids of a text, which both fits know, after the first one and after the second one."""
    tokenizer = _fitted(module, first)
    before = _encode(tokenizer, other)
    tokenizer.fit(second)
    return [before, _encode(tokenizer, other)]


@probe(
    "tokenizer.fit({first}); tokenizer.vocab_size; tokenizer.fit({second}); tokenizer.vocab_size"
)
def vocab_size_after_two_fits(module, first, second):
    """The number of characters known to a tokenizer that was fitted twice."""
    tokenizer = _fitted(module, first)
    _size(tokenizer)
    tokenizer.fit(second)
    return _size(tokenizer)


@probe("tokenizer.fit({text}); another.fit({another}); tokenizer.encode({other})")
def encoding_beside_another(module, text, another, other):
    """The ids from one tokenizer, when a second one was made and fitted after it."""
    tokenizer = _fitted(module, text)
    _fitted(module, another)
    return _encode(tokenizer, other)


@probe("tokenizer.fit({text}); another.fit({another}); tokenizer.decode({ids})")
def decoding_beside_another(module, text, another, ids):
    """The text from one tokenizer, when a second one was made and fitted after it."""
    tokenizer = _fitted(module, text)
    _fitted(module, another)
    return _decode(tokenizer, ids)


@probe(
    "tokenizer.fit({text}); try: tokenizer.encode({unseen}) except ValueError: pass; "
    "tokenizer.vocab_size"
)
def vocab_size_after_refusal(module, text, unseen):
    """The number of characters known after the tokenizer refused a text."""
    tokenizer = _fitted(module, text)
    with contextlib.suppress(ValueError):
        tokenizer.encode(unseen)
    return _size(tokenizer)


@probe("CharTokenizer().encode({text})")
def encoding_before_fit(module, text):
    """Encode with a tokenizer that has learnt nothing."""
    return _encode(find(module, "CharTokenizer")(), text)


@probe("CharTokenizer().decode({ids})")
def decoding_before_fit(module, ids):
    """Decode with a tokenizer that has learnt nothing."""
    return _decode(find(module, "CharTokenizer")(), ids)


@probe("CharTokenizer().vocab_size")
def vocab_size_before_fit(module):
    """Ask a tokenizer that has learnt nothing for its size."""
    return _size(find(module, "CharTokenizer")())


def _fitted(module, text):
    """A new tokenizer that learnt a text; what ``fit`` returns has a probe of its own."""
    tokenizer = find(module, "CharTokenizer")()
    tokenizer.fit(text)
    return tokenizer


def _encode(tokenizer, text):
    return array_of(tokenizer.encode(text), "what encode returns")


def _decode(tokenizer, ids):
    text = tokenizer.decode(ids)
    if not isinstance(text, str):
        raise Unusable(f"decode must give a str, but it gave {describe(text)}")
    return text


def _size(tokenizer):
    size = tokenizer.vocab_size
    if callable(size):
        raise Unusable("vocab_size must be an int, but it is a method (is @property missing?)")
    try:
        return operator.index(size)
    except TypeError:
        raise Unusable(f"vocab_size must be an int, but it is {describe(size)}") from None


def _tensor_for(tokenizer, ids):
    """A tensor of int64, or of int32 where ``decode`` takes no other: which integers is free."""
    if "tensorflow" not in sys.modules:  # the answer itself does not use it
        return np.array(ids).view(_Tensor)
    tf = sys.modules["tensorflow"]
    try:
        tokenizer.decode(tf.constant([0], tf.int64))
    except (TypeError, ValueError, tf.errors.InvalidArgumentError):
        return tf.constant(ids, tf.int32)
    return tf.constant(ids, tf.int64)


def _in_form(form, ids):
    return {"a list": list, "a tuple": tuple, "an array": np.array}[form](ids)


class _Tensor(np.ndarray):
    """Stands in for TensorFlow's: items are tensors in turn, which no dict takes as keys."""

    def numpy(self):
        return np.array(self)

    def __iter__(self):
        return (self[i, ...] for i in range(len(self)))
