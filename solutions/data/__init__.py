"""Data of the chapter: Shakespeare, movie reviews and dates.

Small samples are shipped beside this file, so that everything works without a network; the real
data are downloaded once, checked, and cached where Keras keeps its own. Importing this package
imports no TensorFlow.
"""

from solutions.data.dates import random_dates
from solutions.data.files import DataError, OfflineError, cache_dir, fingerprint
from solutions.data.reviews import Reviews, load_reviews
from solutions.data.shakespeare import find_shakespeare, load_shakespeare, sample_text

__all__ = [
    "DataError",
    "OfflineError",
    "Reviews",
    "cache_dir",
    "find_shakespeare",
    "fingerprint",
    "load_reviews",
    "load_shakespeare",
    "random_dates",
    "sample_text",
]
