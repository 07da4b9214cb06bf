"""Ways to keep the wrong words, and to look words up wrongly."""

from grading.misconceptions import Library
from grading.misconceptions.vocabulary import buckets, look_ups, truncation

LIBRARY = Library.of(truncation, buckets, look_ups)
