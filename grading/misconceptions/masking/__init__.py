"""Ways to mask the wrong steps, or none, and to build another model."""

from grading.misconceptions import Library
from grading.misconceptions.masking import mask, masks_in_model, model

LIBRARY = Library.of(mask, masks_in_model, model)

LIBRARY.hint("probability", "two-outputs", "softmax-of-one", "logits-not-probabilities")
LIBRARY.hint("last_bucket", "buckets-masked", "buckets-without-vectors")
LIBRARY.hint("vector_of_its_own", "buckets-share-a-vector")
LIBRARY.hint("every_word", "last-word-hidden", "id-1-taken-for-padding")
