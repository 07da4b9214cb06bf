"""Mistakes with sampling that were made in public."""

from grading.misconceptions.sampling import LIBRARY

LIBRARY.note("temperature-twice", "RL-Align/RL-Kernel#86")
