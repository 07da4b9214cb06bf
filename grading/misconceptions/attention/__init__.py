"""Ways to attend wrongly: first in the function, then in the layer."""

from grading.misconceptions import Library
from grading.misconceptions.attention import heads, inputs, layer, masks, scores

LIBRARY = Library.of(scores, masks, inputs, heads, layer)

LIBRARY.hint("square_root", "no-scale", "scale-without-root", "scale-by-all-dims")
LIBRARY.hint("causal", "causal-replaces-mask")
LIBRARY.hint("keys_may_differ", "key-ignored")
LIBRARY.hint("heads", "split-without-transpose", "merge-without-transpose", "reshape-both-ways")
LIBRARY.hint("maps", "no-output-map", "key-and-value-maps-swapped", "maps-with-bias")
LIBRARY.hint("maps", "one-map-for-all")
