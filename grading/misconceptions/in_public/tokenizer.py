"""Mistakes with characters that were made in public."""

from collections import Counter

from grading.misconceptions import changed
from grading.misconceptions.tokenizer import LIBRARY


@LIBRARY.add(
    "ties-in-the-order-of-a-set",
    "equally frequent characters in the order of a set, which is none",
    """The characters are collected in a set and then sorted by how often they come. A stable sort
    keeps equally frequent ones in the order in which they came, but out of a set they come in an
    order that differs from one run of Python to the next. So the ids that a model was trained with
    are not those of tomorrow. The docstring says which of two comes first: the one seen first.""",
    found_in=["huggingface/tokenizers#717", "JulianoLagana/deep-machine-learning#10"],
)
def ties_in_the_order_of_a_set(reference):
    class CharTokenizer(reference.CharTokenizer):
        def fit(self, text):
            counts = Counter(text.lower())
            self._characters = sorted(set(counts), key=lambda character: -counts[character])
            self._ids = {character: i for i, character in enumerate(self._characters)}
            return self

    return changed(reference, CharTokenizer=CharTokenizer)
