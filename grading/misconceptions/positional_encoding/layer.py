"""The layer."""

import numpy as np
import tensorflow as tf

from grading.misconceptions import Library, changed
from grading.misconceptions.positional_encoding.common import angles_of, table_of

LIBRARY = Library()


@LIBRARY.add(
    "dims-of-the-inputs",
    "exponents that depend on the inputs' dims instead of max_dims",
    """The table is worked out anew for the size of the inputs. It is right where dims equals
    max_dims, which is how the layer is mostly used. But D is max_dims, rounded up to even: a
    smaller embedding gets the first columns of one and the same table, PE[:steps, :dims].""",
)
def dims_of_the_inputs(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            super().call(inputs)  # the sizes are checked
            dims = inputs.shape[2]
            self.table = table_of(angles_of(self.max_steps, dims)).astype(np.float32)
            return super().call(inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "mask-dropped",
    "a layer that does not pass the Keras mask on",
    """The sums are right, but the mask ends here: Keras hands a mask on only through layers that
    say they can deal with one. Nothing fails; the attention after this layer simply looks at the
    padding as if it were words. The chapter's own layer has this slip. The docstring of __init__
    points to where Keras says how a layer lets masks through.""",
)
def mask_dropped(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.supports_masking = False

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "padding-not-encoded",
    "steps that the mask hides left without an encoding",
    """Padded steps get no position here. It is tidy, but a mask only marks steps: later layers look
    at it and leave these steps out, whatever they hold. The docstring asks for inputs + PE at every
    step, and a layer that reads the mask to change its outputs does more than it should.""",
)
def padding_not_encoded(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs, mask=None):
            outputs = super().call(inputs)
            return outputs if mask is None else tf.where(mask[..., tf.newaxis], outputs, inputs)

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "table-trainable",
    "a table that is a trainable weight",
    """The first results are right, but the table is a weight that the optimizer changes with every
    batch, so after training it is no longer made of sines. Learned positions exist, and the chapter
    mentions them; this layer is the other kind. Its docstring says that it has no trainable
    weights.""",
)
def table_trainable(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(max_steps, max_dims, **kwargs)
            table = tf.convert_to_tensor(self.table)
            self.table = self.add_weight(
                name="table",
                shape=table.shape,
                initializer=tf.keras.initializers.Constant(table.numpy()),
            )

    return changed(reference, PositionalEncoding=PositionalEncoding)


@LIBRARY.add(
    "inputs-scaled",
    "inputs multiplied by the square root of their dims before the encoding is added",
    """The Transformer's paper multiplies embeddings by the square root of their size (section 3.4),
    and many programs do it just before the positions are added. Here that is not this layer's
    business: its docstring gives inputs + PE, and a scaling that hides in this layer would come
    twice in a model that scales its embeddings itself.""",
)
def inputs_scaled(reference):
    class PositionalEncoding(reference.PositionalEncoding):
        def call(self, inputs):
            return super().call(inputs * tf.sqrt(tf.cast(tf.shape(inputs)[2], inputs.dtype)))

    return changed(reference, PositionalEncoding=PositionalEncoding)
