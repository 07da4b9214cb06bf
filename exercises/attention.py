"""Exercise 7: attention. Let each word look at the words that matter to it.

A query ("which word is my subject?") is compared with the keys of all words; the softmax of these
scores says how much of each word's value to take. Two details carry the Transformer: the scores
are divided by the square root of the key's size, since the softmax of large scores has no gradient
left; and the embedding is shared out over several heads, each of which attends in its own way.

Chapter 16, "Multi-Head Attention"; Vaswani et al. 2017, "Attention Is All You Need", section 3.2.
"""

import tensorflow as tf


def scaled_dot_product_attention(query, value, key=None, *, mask=None, causal=False):
    """Attend: softmax(Q K^T / sqrt(d_key)) V over the last two axes.

    Args:
        query: shape ``[..., queries, d_key]``.
        value: shape ``[..., keys, d_value]``.
        key: shape ``[..., keys, d_key]``; the values themselves if None.
        mask: booleans that broadcast over the scores ``[..., queries, keys]``: True where a
            query may see a key, False where the key is hidden. None hides nothing.
        causal: hide key j from query i for every j > i: no look at the future.

    Returns:
        A pair ``(outputs, weights)`` of shapes ``[..., queries, d_value]`` and
        ``[..., queries, keys]``, in the dtype of the query (float32 and float64 both work). Each
        row of the weights sums to 1, and a hidden key has weight 0, also if its score is larger by
        tens of thousands.
        Free: what a query gets from which all keys are hidden.

    Example:
        >>> query, key = tf.constant([[[2.0]]]), tf.constant([[[1.0], [0.0], [9.0]]])
        >>> value = tf.constant([[[10.0], [20.0], [30.0]]])
        >>> outputs, weights = scaled_dot_product_attention(
        ...     query, value, key, mask=[[[True, True, False]]])
        >>> weights.numpy().round(2).tolist()
        [[[0.8799999952316284, 0.11999999731779099, 0.0]]]
    """
    raise NotImplementedError("Exercise attention: scaled_dot_product_attention is not written yet")


class MultiHeadAttention(tf.keras.layers.Layer):
    """Attend with several heads, each on its own share of the dims.

    Four linear maps without bias, from dims to dims: ``q_linear``, ``k_linear`` and ``v_linear``
    make the queries, keys and values, and ``out_linear`` mixes what the heads bring back. Head h
    works on columns ``h * d ... (h + 1) * d`` of the three, with d = dims / n_heads, and its scores
    are divided by sqrt(d). All four maps can be trained.

    Args:
        n_heads: the number of heads; dims must be a multiple of it.
        causal: hide from each step the steps after it.

    Example:
        >>> attention = MultiHeadAttention(n_heads=8)
        >>> attention([tf.zeros([2, 50, 512]), tf.zeros([2, 80, 512])]).shape.as_list()
        [2, 50, 512]
    """

    def __init__(self, n_heads, causal=False, **kwargs):
        """Keep the settings; the sizes are known only in ``build``.

        Other keyword arguments (``name``, ``dtype``) go to Keras.
        """
        super().__init__(**kwargs)
        raise NotImplementedError("Exercise attention: MultiHeadAttention.__init__ is not written yet")

    def build(self, input_shapes):
        """Make the four linear maps. Keras calls this once, before the first ``call``.

        Args:
            input_shapes: one shape ``[batch, steps, dims]`` for each input.

        Raises:
            ValueError: dims is not a multiple of ``n_heads``; the message names both.
        """
        raise NotImplementedError("Exercise attention: MultiHeadAttention.build is not written yet")
        super().build(input_shapes)

    def call(self, inputs, mask=None):
        """Attend from the query to the value, head by head.

        Args:
            inputs: ``[query, value]`` or ``[query, value, key]``, in Keras' order, of shapes
                ``[batch, queries, dims]`` and ``[batch, keys, dims]``; without a key, the value
                serves as key. In a functional model, batch and lengths may be unknown.
            mask: None, or ``[query_mask, value_mask]`` (Keras adds a third for a third input),
                each None or booleans ``[batch, steps]``. The value mask hides keys where it is
                False; the others hide nothing.

        Returns:
            A tensor ``[batch, queries, dims]``.
        """
        raise NotImplementedError("Exercise attention: MultiHeadAttention.call is not written yet")

    def compute_mask(self, inputs, mask=None):
        """Give the mask that goes on with the outputs: the query's, one step for each query."""
        return mask[0] if mask is not None else None
