"""Mistakes with positions that were made in public."""

from grading.misconceptions.positional_encoding import LIBRARY

LIBRARY.note("sines-then-cosines", "tensorflow/tensor2tensor#177")
LIBRARY.note("odd-dims-crash", "zhouhaoyi/Informer2020#224", "gc-os-ai/pyaptamer#526")
