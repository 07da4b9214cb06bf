"""Exercise 6: positional encoding. Tell a network without recurrence where each word stands.

Attention looks at all the words at once: shuffle the sentence and it notices nothing. The
Transformer therefore adds to each word's embedding a vector that depends on its position only:
sines and cosines of many wavelengths, from 2 pi up to 10000 * 2 pi. Each position gets its own
pattern, and a shift by k positions is the same linear map everywhere, so the network can learn
to attend "three words back".

Chapter 16, "Positional encodings"; Vaswani et al. 2017, "Attention Is All You Need", section 3.5.
"""

import numpy as np
import tensorflow as tf


class PositionalEncoding(tf.keras.layers.Layer):
    """Add sinusoidal positions to a batch of embeddings.

    With p the position and D = ``max_dims``, rounded up to an even number:

        PE[p, 2i]     = sin(p / 10000^(2i / D))
        PE[p, 2i + 1] = cos(p / 10000^(2i / D))

    Sines stand in the even columns and cosines in the odd ones: a sine and its cosine side by
    side share one wavelength.

    Args:
        max_steps: the longest sequence that can come.
        max_dims: the largest embedding that can come; odd sizes work too.

    Example:
        >>> PositionalEncoding(max_steps=10, max_dims=4)(tf.zeros([1, 2, 4])).numpy().round(2)
        array([[[0.  , 1.  , 0.  , 1.  ],
                [0.84, 0.54, 0.01, 1.  ]]], dtype=float32)
    """

    def __init__(self, max_steps, max_dims, **kwargs):
        """Prepare the table of positions. The layer has no trainable weights.

        Any Keras mask of the inputs must pass through: see ``supports_masking`` in Keras'
        ``Layer``. So must gradients. Other keyword arguments (``name``, ``dtype``) go to Keras.
        """
        super().__init__(**kwargs)
        raise NotImplementedError("Exercise positional_encoding: PositionalEncoding.__init__ is not written yet")

    def call(self, inputs):
        """Give ``inputs + PE[:steps, :dims]``.

        Args:
            inputs: float32, shape ``[batch, steps, dims]`` with ``steps <= max_steps`` and
                ``dims <= max_dims``. In a functional model, batch and steps may be unknown.

        Returns:
            A tensor of the same shape and dtype.

        Raises:
            ValueError: the inputs have more steps than ``max_steps``, or more dims than
                ``max_dims``; the message names both sizes.
        """
        raise NotImplementedError("Exercise positional_encoding: PositionalEncoding.call is not written yet")
