"""Ways to pile up attention that learn nothing, copy, or look where they must not.

The functions of the module call each other, so most of these are made from the reference's own
text, with some of its lines replaced: what is wrong in a block is then wrong in the model, too.
"""

from grading.misconceptions import Library
from grading.misconceptions.transformer import attentions, blocks, model, sizes

LIBRARY = Library.of(sizes, blocks, attentions, model)

LIBRARY.hint("mean_0", "pre-norm", "feed-forward-without-residual")
LIBRARY.hint("feed_forward_block", "feed-forward-without-activation", "feed-forward-relu-twice")
LIBRARY.hint("decoder_block", "second-attention-to-itself", "second-attention-to-later-steps")
LIBRARY.hint("later_ids", "decoder-not-causal")
LIBRARY.hint(
    "padding",
    "padding-not-hidden-in-the-encoder",
    "padding-not-hidden-from-the-decoder",
    "mask-inverted",
)
LIBRARY.hint("every_id", "id-0-hidden-in-the-decoder")
LIBRARY.hint("without_positions", "no-positions")
LIBRARY.hint("shares_its_weights", "blocks-share-weights")
LIBRARY.hint("all_its_own", "one-embedding-for-both-texts")
