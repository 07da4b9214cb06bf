"""Ways to pile up attention that learn nothing, copy, or look where they must not.

The functions of the module call each other, so most of these are made from the reference's own
text, with some of its lines replaced: what is wrong in a block is then wrong in the model, too.
"""

from grading.misconceptions import Library
from grading.misconceptions.transformer import attentions, blocks, model, sizes

LIBRARY = Library.of(sizes, blocks, attentions, model)
