"""Ways to keep the wrong words, and to look words up wrongly."""

from grading.misconceptions import Library
from grading.misconceptions.vocabulary import buckets, look_ups, truncation

LIBRARY = Library.of(truncation, buckets, look_ups)

LIBRARY.hint("seen_first", "ties-alphabetical", "ties-reversed")
LIBRARY.hint("generator", "generator-used-up", "pairs-counted", "only-a-dict")
LIBRARY.hint("case", "words-lower-cased", "lower-cased-look-up", "stripped-look-up")
LIBRARY.hint("behind_the_vocabulary", "hash-over-all-ids", "buckets-first", "ids-from-1")
