"""Ways to attend wrongly: first in the function, then in the layer."""

from grading.misconceptions import Library
from grading.misconceptions.attention import heads, inputs, layer, masks, scores

LIBRARY = Library.of(scores, masks, inputs, heads, layer)

LIBRARY.hint("square_root", "no-scale", "scale-without-root", "scale-by-all-dims")
LIBRARY.hint("hidden_key_has", "mask-inverted", "mask-of-zero-scores")
LIBRARY.hint("visible_keys", "mask-after-softmax")
LIBRARY.hint("causal_a_query", "causal-hides-diagonal", "causal-shows-the-future", "causal-ignored")
LIBRARY.hint("causal", "causal-replaces-mask")
LIBRARY.hint("keys_may_differ", "key-ignored")
LIBRARY.hint("heads", "split-without-transpose", "merge-without-transpose", "reshape-both-ways")
LIBRARY.hint("maps", "no-output-map", "key-and-value-maps-swapped", "maps-with-bias")
LIBRARY.hint("maps", "one-map-for-all")
LIBRARY.hint("query_mask", "query-mask-on-keys", "query-mask-blanks-outputs")
