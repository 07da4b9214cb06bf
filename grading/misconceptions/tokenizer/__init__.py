"""Ways to number characters wrongly."""

from grading.misconceptions import Library
from grading.misconceptions.tokenizer import ids, state, texts

LIBRARY = Library.of(texts, ids, state)

LIBRARY.hint(
    "vocab_size", "punctuation-dropped", "newlines-dropped", "stripped", "words-not-characters"
)
