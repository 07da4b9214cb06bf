"""Ways to attend wrongly: first in the function, then in the layer."""

from grading.misconceptions import Library
from grading.misconceptions.attention import heads, inputs, layer, masks, scores

LIBRARY = Library.of(scores, masks, inputs, heads, layer)
