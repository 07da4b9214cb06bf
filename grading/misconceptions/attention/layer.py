"""The maps, masks and settings of the layer."""

import tensorflow as tf

from grading.misconceptions import Library, changed
from grading.misconceptions.attention.common import steps_of

LIBRARY = Library()


@LIBRARY.add(
    "no-output-map",
    "heads that are only put side by side, without the output map",
    """The merged heads are given back as they are, and out_linear is never used. The shape is right
    already, so it seems that nothing is missing. But then no output could combine what two heads
    found; the docstring's fourth linear map, out_linear, mixes what the heads bring back.""",
)
def no_output_map(reference):
    class MultiHeadAttention(steps_of(reference)):
        def finish(self, x, mask):
            return x

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "key-and-value-maps-swapped",
    "k_linear used for the values and v_linear for the keys",
    """Two of the maps have changed places. With random starting weights nobody can tell, since all
    four have the same shape, and training makes of each what it is used for. By their names and the
    docstring, k_linear makes the keys and v_linear the values.""",
)
def key_and_value_maps_swapped(reference):
    class MultiHeadAttention(steps_of(reference)):
        def call(self, inputs, mask=None):
            keys, values = self.k_linear, self.v_linear
            self.k_linear, self.v_linear = values, keys
            outputs = super().call(inputs, mask=mask)
            self.k_linear, self.v_linear = keys, values
            return outputs

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "query-key-value-order",
    "inputs taken as [query, key, value]",
    """Papers write attention as (Q, K, V), so the second input is easily taken for the key. Keras'
    own attention layers, and this one, take [query, value] and an optional key at the end: see the
    docstring of call. With two inputs both readings agree, and only a third one shows the
    difference.""",
)
def query_key_value_order(reference):
    class MultiHeadAttention(steps_of(reference)):
        def parts_of(self, inputs):
            return inputs[0], inputs[-1], inputs[1]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "third-input-ignored",
    "a third input that is never looked at",
    """The layer takes a query and a value and always uses the value as key. Where a key is given,
    it is dropped without a word. The docstring of call allows [query, value, key]: then queries are
    compared with the key, and the value is what they bring back.""",
)
def third_input_ignored(reference):
    class MultiHeadAttention(steps_of(reference)):
        def parts_of(self, inputs):
            return inputs[0], inputs[1], inputs[1]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "layer-ignores-mask",
    "a layer that takes masks and does nothing with them",
    """All keys are seen, padding too. The chapter's own sketch has no mask, and while nothing is
    padded the results are right. Keras hands the masks of the inputs to call; the docstring says
    that the value mask hides keys where it is False.""",
)
def layer_ignores_mask(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return None

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "query-mask-on-keys",
    "the query's mask used to hide keys",
    """The first mask belongs to the first input, the query; the keys have the lengths of the value
    and share its mask, the second. In self-attention both are the same, so it goes unnoticed until
    an encoder's outputs are attended to. The docstring says: the value mask hides keys, the others
    hide nothing.""",
)
def query_mask_on_keys(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return super().mask_of_keys([None, mask[0]])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "last-mask-on-keys",
    "the last of three masks used to hide keys, instead of the value's",
    """The mask list is read from its end. With two inputs the last mask is the value's; with three
    it is the key's, which by the docstring hides nothing, as Keras' own layers have it. The value
    mask is the second in both cases.""",
)
def last_mask_on_keys(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return super().mask_of_keys([None, mask[-1]])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "query-mask-blanks-outputs",
    "outputs set to 0 where the query mask is False",
    """Outputs of padded queries are wiped out. Older Keras layers did so, and it looks tidy. But a
    mask only marks steps, for later layers to leave out; the docstring of call says that the query
    mask hides nothing, so these steps attend like the others.""",
)
def query_mask_blanks_outputs(reference):
    class MultiHeadAttention(steps_of(reference)):
        def finish(self, x, mask):
            outputs = super().finish(x, mask)
            if mask is None or mask[0] is None:
                return outputs
            return outputs * tf.cast(mask[0], outputs.dtype)[..., tf.newaxis]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "mask-without-head-axis",
    "a value mask with one new axis where the scores have two more",
    """Scores have the shape [batch, n_heads, queries, keys]. A mask of shape [batch, 1, keys] is
    lined up with the last three of these, so its batch meets the heads: an error for most sizes,
    and for a batch of as many sequences as there are heads, each head quietly gets the mask of
    another sequence. The mask needs an axis for the heads and one for the queries.""",
)
def mask_without_head_axis(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            return None if mask[1] is None else mask[1][:, tf.newaxis, :]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "masks-in-another-order",
    "heads put beside the batch in one order and their masks in the other",
    """Heads were folded into the batch, all heads of the first sequence before those of the
    second, but the masks were repeated the other way: all sequences for the first head, then all
    for the second. So sequences get each other's masks. With a single sequence, or masks that are
    all alike, nothing shows. Repeating each mask and tiling all of them are not the same.""",
)
def masks_in_another_order(reference):
    class MultiHeadAttention(steps_of(reference)):
        def mask_of_keys(self, mask):
            if mask[1] is None:
                return None
            batch, keys = tf.shape(mask[1])[0], tf.shape(mask[1])[1]
            tiled = tf.tile(mask[1], [self.n_heads, 1])
            return tf.reshape(tiled, [batch, self.n_heads, 1, keys])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "layer-ignores-causal",
    "a layer that keeps causal and never uses it",
    """The setting is stored in __init__, and call does not hand it on: every step sees the steps
    after it. A decoder trained so looks at the word it should predict. The layer's docstring says
    that causal hides from each step the steps after it.""",
)
def layer_ignores_causal(reference):
    class MultiHeadAttention(steps_of(reference)):
        def attend(self, query, value, key, mask):
            return reference.scaled_dot_product_attention(query, value, key, mask=mask)[0]

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "maps-with-bias",
    "linear maps with a bias each",
    """Dense layers have a bias unless told otherwise, so the layer has eight trainable weights
    instead of four. At first they are zero and change nothing, but training moves them. The
    docstring asks for four linear maps without bias, as in the paper's formula.""",
)
def maps_with_bias(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def build(self, input_shapes):
            super().build(input_shapes)
            dims = input_shapes[0][-1]
            for name in ("q_linear", "k_linear", "v_linear", "out_linear"):
                setattr(self, name, tf.keras.layers.Dense(dims))

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "one-map-for-all",
    "one linear map that makes the queries, the keys and the values",
    """Three names stand for one and the same layer, so whatever is learned for the queries is also
    done to keys and values: a word then mostly looks like itself. It happens when a layer is made
    once and handed to three names. The docstring asks for four maps, each with a kernel of its
    own.""",
)
def one_map_for_all(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def build(self, input_shapes):
            super().build(input_shapes)
            self.k_linear = self.v_linear = self.q_linear

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "heads-unchecked",
    "a number of heads that nobody checks against the dims",
    """Where dims can be shared equally, all is right. Where not, the division of whole numbers
    drops the rest, and the user meets TensorFlow's complaint about a reshape in the middle of call.
    The docstring of build asks for a ValueError that names dims and n_heads.""",
    unchecked=True,
)
def heads_unchecked(reference):
    class MultiHeadAttention(steps_of(reference)):
        def build(self, input_shapes):
            n_heads, self.n_heads = self.n_heads, 1
            super().build(input_shapes)
            self.n_heads = n_heads

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "static-sizes",
    "reshapes with a batch size and a length that are unknown in a functional model",
    """In a functional model the batch size and the lengths are None when the layer is put in, and
    None is no size for a reshape. With data at hand everything works, so it only shows when a model
    is built. The docstring of call says that they may be unknown: TensorFlow can tell a tensor's
    shape at run time.""",
)
def static_sizes(reference):
    class MultiHeadAttention(steps_of(reference)):
        def split(self, x):
            batch, steps, dims = x.shape
            x = tf.reshape(x, [batch, steps, self.n_heads, dims // self.n_heads])
            return tf.transpose(x, [0, 2, 1, 3])

    return changed(reference, MultiHeadAttention=MultiHeadAttention)


@LIBRARY.add(
    "settings-not-handed-on",
    "keyword arguments such as name and dtype that never reach Keras",
    """The constructor takes any keyword arguments, but calls super().__init__() without them. The
    layer works, yet it cannot be found by its name, and whoever asks for another dtype gets float32
    without a word. What the layer does not know itself goes on to Keras:
    super().__init__(**kwargs).""",
)
def settings_not_handed_on(reference):
    class MultiHeadAttention(reference.MultiHeadAttention):
        def __init__(self, n_heads, causal=False, **kwargs):
            super().__init__(n_heads, causal)

    return changed(reference, MultiHeadAttention=MultiHeadAttention)
