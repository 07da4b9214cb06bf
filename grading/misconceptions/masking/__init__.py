"""Ways to mask the wrong steps, or none, and to build another model."""

from grading.misconceptions import Library
from grading.misconceptions.masking import mask, masks_in_model, model

LIBRARY = Library.of(mask, masks_in_model, model)
