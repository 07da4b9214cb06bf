"""Mistakes with encoders and decoders that were made in public."""

from grading.misconceptions.encoder_decoder import LIBRARY

LIBRARY.note("dropout", "ageron/handson-ml2#34")
