"""Probes of the exercise ``transformer``.

The layers of other exercises come in as stand-ins, which hold none of those exercises' answers:
Keras' own multi-head attention under our way to call it, and a table of random numbers for the
positions. All kernels of a model are drawn anew, each from the seed and its own shape alone, so
right models give the same numbers in whatever order they make their layers.
"""

from types import SimpleNamespace

import numpy as np

from grading.beside.probes.base import Unusable, array_of, find, probe, table
from grading.beside.show import describe

# Right models differ in the epsilon of layer normalization, and misconceptions far more.
TOLERANCE = (1e-2, 1e-2)
SLOWNESS = 3  # of calls: it takes Keras long to build a model
MOST_KEPT = 24  # models: to build one takes far longer than to call it, or to change its weights
_kept = {}


def positions(max_steps, max_dims):
    """What the stand-in for the positions adds."""
    return np.random.RandomState([max_steps, max_dims]).uniform(-1, 1, (max_steps, max_dims))


def is_repeatable(name, args, kwargs):
    """Whether a call gives the same each time: dropout, where there is any, draws anew."""
    return name != "in_training"


# The single parts, in a functional model around each.


@probe("add_and_normalize({*}), in a functional model", tolerance=TOLERANCE)
def normalized(module, z, new):
    """The outputs of ``add_and_normalize``."""
    return _of_part(module, "add_and_normalize", [[z, new]])[0]


@probe(
    "feed_forward_block({*}), in a functional model, its kernels drawn with seed {seed}",
    tolerance=TOLERANCE,
)
def fed_forward(module, z, units, seed):
    """The outputs of ``feed_forward_block``."""
    return _of_part(module, "feed_forward_block", [[z]], seed, units=units)[0]


@probe(
    "[encoder_block(z, mask, n_heads={n_heads}, feed_forward={feed_forward}, "
    "components=components) for z, mask in {batches}], in one functional model, its kernels drawn "
    "with seed {seed}",
    tolerance=TOLERANCE,
)
def encoded(module, batches, n_heads, feed_forward, seed):
    """The outputs of one encoder block for batches ``[z, mask]``; all masks arrays, or all None."""
    sizes = {"n_heads": n_heads, "feed_forward": feed_forward}
    return _of_part(module, "encoder_block", batches, seed, **sizes)


@probe(
    "[decoder_block(z, encoder_outputs, encoder_mask, n_heads={n_heads}, "
    "feed_forward={feed_forward}, components=components) for z, encoder_outputs, encoder_mask in "
    "{batches}], in one functional model, its kernels drawn with seed {seed}",
    tolerance=TOLERANCE,
)
def decoded(module, batches, n_heads, feed_forward, seed):
    """The outputs of one decoder block for batches ``[z, encoder_outputs, encoder_mask]``."""
    sizes = {"n_heads": n_heads, "feed_forward": feed_forward}
    return _of_part(module, "decoder_block", batches, seed, **sizes)


@probe(
    "x = tf.keras.Input([None, {dims}]); encoder_block(x, None, n_heads={n_heads}, ...), "
    "decoder_block(x, x, None, n_heads={n_heads}, ...); how each MultiHeadAttention was made"
)
def attention_of_blocks(module, dims, n_heads):
    """For each block the attention layers it made, as sorted lists ``[n_heads, causal]``."""
    import tensorflow as tf

    made = {}
    for name, inputs in (("encoder_block", 1), ("decoder_block", 2)):
        components = _components()
        x = [tf.keras.Input([None, dims]) for _ in range(inputs)]
        block = find(module, name)
        _symbolic(block(*x, None, n_heads=n_heads, feed_forward=3, components=components), name)
        made[name] = sorted([layer.n_heads, layer.causal] for layer in components.attention)
    return made


@probe(
    "the trainable weights of the blocks in a functional model of encoder_block({n_heads} heads) "
    "on z = tf.keras.Input([None, {dims}]), called {times} times, one after the other"
)
def weights_of_blocks(module, dims, n_heads, feed_forward, times):
    """How many trainable numbers there are in encoder blocks that follow each other."""
    components = _components()

    def blocks(z):
        for _ in range(times):
            z = find(module, "encoder_block")(
                z, None, n_heads=n_heads, feed_forward=feed_forward, components=components
            )
        return z

    model = _model_of(blocks, [np.zeros([1, 2, dims], np.float32)])
    # Biases are free.
    return sum(_count(weight) for weight in model.trainable_weights if len(weight.shape) > 1)


@probe(
    "z = tf.keras.Input([None, {dims}]); the trainable scales in a functional model of "
    "encoder_block(z, None, ...), and of decoder_block(z, z, None, ...)"
)
def scales_of_blocks(module, dims, n_heads, feed_forward):
    """For each block how many numbers are trained that begin at 1: the scales of its norms."""
    found = {}
    for name, inputs in (("encoder_block", 1), ("decoder_block", 2)):
        options = {"n_heads": n_heads, "feed_forward": feed_forward, "components": _components()}
        block = find(module, name)
        tensors = [np.zeros([1, 2, dims], np.float32)] * inputs
        model = _model_of(
            lambda *z, block=block, options=options: block(*z, None, **options), tensors
        )
        found[name] = _scales(model)
    return found


@probe(
    "the trainable weights of a functional model of add_and_normalize(z, new), called {times} "
    "times, one after the other, on inputs [None, {dims}]"
)
def weights_of_norms(module, dims, times):
    """All trainable numbers of normalizations that follow each other, smallest first."""

    def norms(z, new):
        for _ in range(times):
            z = find(module, "add_and_normalize")(z, new)
        return z

    model = _model_of(norms, [np.zeros([1, 2, dims], np.float32)] * 2)
    weights = [np.ravel(weight.numpy()) for weight in model.trainable_weights]
    return np.sort(np.concatenate([np.zeros(0, np.float32), *weights]))


# The whole models.


@probe(
    "model = build_simple({vocab_size}, components=components, **{sizes}), its kernels drawn with "
    "seed {seed}; [model([source_ids, decoder_ids]) for source_ids, decoder_ids in {batches}]",
    tolerance=TOLERANCE,
)
def simple(module, batches, seed, vocab_size, sizes):
    """The probabilities from the chapter's stack, for each ``[source_ids, decoder_ids]``."""
    return _translate(module, "build_simple", [vocab_size], sizes, batches, seed)


@probe(
    "model = build_transformer({source_vocab_size}, {target_vocab_size}, components=components, "
    "**{sizes}), its kernels drawn with seed {seed}; "
    "[model([source_ids, decoder_ids]) for source_ids, decoder_ids in {batches}]",
    tolerance=TOLERANCE,
)
def translated(module, batches, seed, source_vocab_size, target_vocab_size, sizes):
    """The probabilities from the Transformer, for each ``[source_ids, decoder_ids]``."""
    vocabularies = [source_vocab_size, target_vocab_size]
    return _translate(module, "build_transformer", vocabularies, sizes, batches, seed)


@probe(
    "model = build_transformer({source_vocab_size}, {target_vocab_size}, components=components, "
    "**{sizes}), its kernels drawn with seed {seed}, and its PositionalEncoding adding nothing; "
    "[model([source_ids, decoder_ids]) for source_ids, decoder_ids in {batches}]",
    tolerance=TOLERANCE,
)
def translated_without_positions(
    module, batches, seed, source_vocab_size, target_vocab_size, sizes
):
    """The same, where the stand-in for the positions adds nothing."""
    vocabularies = [source_vocab_size, target_vocab_size]
    return _translate(
        module, "build_transformer", vocabularies, sizes, batches, seed, positioned=False
    )


@probe(
    "model = {builder}(*{vocabularies}, components=components, **{sizes}), its kernels drawn with "
    "seed {seed}; model([source_ids, decoder_ids]) and the same with training=True, for {batch}",
    tolerance=TOLERANCE,
)
def in_training(module, builder, batch, seed, vocabularies, sizes):
    """The probabilities for a batch ``[source_ids, decoder_ids]``, at rest and in training."""
    at_rest, trained = (
        _translate(module, builder, vocabularies, sizes, [batch], seed, **options)[0]
        for options in ({}, {"training": True})
    )
    return {"at rest": at_rest, "in training": trained}


@probe("model = {builder}(*{vocabularies}, components=components, **{sizes}); what was made")
def made(module, builder, vocabularies, sizes):
    """How the stand-ins were made, how many numbers the kernels hold, and how many scales."""
    model, components = _built(module, builder, vocabularies, sizes)
    if not model.built:
        _outputs(model, [np.ones([1, 2], np.int64), np.ones([1, 3], np.int64)])
    attention = {id(weight) for weight in _attention_weights(components)}
    own = [weight for weight in model.trainable_weights if id(weight) not in attention]
    return {
        "PositionalEncoding": sorted(map(list, set(components.positions))),
        "MultiHeadAttention": sorted([x.n_heads, x.causal] for x in components.attention),
        "kernels": sorted(_count(weight) for weight in own if len(_shape(weight)) > 1),
        "scales": _scales(model),
    }


@probe("{builder}(*{vocabularies}, components=components, **{sizes})")
def build(module, builder, vocabularies, sizes):
    """Only build the model."""
    components = _components()
    _model(find(module, builder)(*vocabularies, components=components, **sizes), builder)


# Stand-ins.


def _components(positioned=True):
    """The namespace that a subject gets; its lists say how the layers in it were made."""
    import tensorflow as tf

    positions_made, attention_made = [], []

    class PositionalEncoding(tf.keras.layers.Layer):
        def __init__(self, max_steps, max_dims, **kwargs):
            super().__init__(**kwargs)
            self.supports_masking = True
            positions_made.append((int(max_steps), int(max_dims)))
            self.table = positions(max_steps, max_dims).astype(np.float32) * positioned

        def call(self, inputs):
            return inputs + tf.constant(self.table)[: tf.shape(inputs)[1]]

    class MultiHeadAttention(tf.keras.layers.Layer):
        def __init__(self, n_heads, causal=False, **kwargs):
            super().__init__(**kwargs)
            self.n_heads, self.causal = int(n_heads), bool(causal)
            attention_made.append(self)

        def build(self, input_shapes):
            dims = input_shapes[0][-1]
            if dims % self.n_heads:
                raise ValueError(f"dims={dims} cannot be shared equally by n_heads={self.n_heads}")
            self.inner = tf.keras.layers.MultiHeadAttention(
                self.n_heads, dims // self.n_heads, use_bias=False
            )
            super().build(input_shapes)

        def call(self, inputs, mask=None):
            query, value = inputs[0], inputs[1]
            key = inputs[2] if len(inputs) > 2 else value
            hidden = None
            if mask is not None:
                if not isinstance(mask, list | tuple) or len(mask) != len(inputs):
                    raise ValueError(
                        "MultiHeadAttention takes mask=[query_mask, value_mask], a list with one "
                        f"mask (or None) for each of its {len(inputs)} inputs"
                    )
                hidden = None if mask[1] is None else tf.cast(mask[1], tf.bool)[:, tf.newaxis]
            # Without their Keras masks: those of queries would hide keys in this layer.
            query, value, key = tf.identity(query), tf.identity(value), tf.identity(key)
            return self.inner(query, value, key, attention_mask=hidden, use_causal_mask=self.causal)

        def compute_mask(self, inputs, mask=None):
            return None if mask is None else mask[0]

    return SimpleNamespace(
        PositionalEncoding=PositionalEncoding,
        MultiHeadAttention=MultiHeadAttention,
        positions=positions_made,
        attention=attention_made,
    )


# Models and their weights.


def _model_of(function, arrays):
    """A functional model of a function of tensors; batch size and steps are unknown to it."""
    import tensorflow as tf

    inputs = [
        tf.keras.Input([None, *array.shape[2:]], dtype=tf.as_dtype(array.dtype)) for array in arrays
    ]
    return tf.keras.Model(inputs, _symbolic(function(*inputs), "it"))


def _symbolic(outputs, name):
    import tensorflow as tf

    if tf.keras.backend.is_keras_tensor(outputs):
        return outputs
    raise Unusable(
        f"in a functional model {name} must give a tensor that Keras can go on with, but it gave "
        f"{describe(outputs)}"
    )


def _of_part(module, part, batches, seed=0, **sizes):
    """The outputs of one of the single parts, for each batch of its tensors (or None)."""
    dims, given = batches[0][0].shape[-1], [array is not None for array in batches[0]]
    units = sizes.get("units", sizes.get("feed_forward"))

    def make():
        components = _components()
        rest = {**sizes, "components": components} if "n_heads" in sizes else sizes

        def call(*tensors):
            tensors = iter(tensors)
            arguments = [next(tensors) if is_given else None for is_given in given]
            return find(module, part)(*arguments, **rest)

        return _model_of(call, [array for array in batches[0] if array is not None]), components

    model, components = _keep(module, repr((part, dims, given, sizes)), make)
    batches = [[array for array in batch if array is not None] for batch in batches]
    _assign(model, seed, [(dims, units), (units, dims)] if units else [], components)
    return [_outputs(model, batch) for batch in batches]


def _keep(module, key, make):
    """What ``make()`` gave for this module and key; the last few are kept."""
    key = (id(module), key)
    if key not in _kept:
        made = make()
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = made, module  # as long as that is there, no other has its id
    return _kept[key][0]


def _model(answer, builder):
    import tensorflow as tf

    if isinstance(answer, tf.keras.Model):
        return answer
    raise Unusable(f"{builder} must give a keras.Model, but it gave {describe(answer)}")


def _built(module, builder, vocabularies, sizes, positioned=True):
    """A model and the components in it."""

    def make():
        components = _components(positioned)
        answer = find(module, builder)(*vocabularies, components=components, **sizes)
        return _model(answer, builder), components

    return _keep(module, repr((builder, vocabularies, sizes, positioned)), make)


def _translate(module, builder, vocabularies, sizes, batches, seed, positioned=True, **options):
    model, components = _built(module, builder, vocabularies, sizes, positioned)
    if not model.built:  # a class of their own makes its weights in the first call
        _outputs(model, batches[0])
    dims, target = sizes["dims"], vocabularies[-1]
    shapes = [(vocabularies[0], dims), (dims, target)]
    if builder == "build_transformer":
        units = sizes["feed_forward"]
        shapes += [(target + 1, dims), (dims, units), (units, dims)]
    _assign(model, seed, shapes, components)
    return [_outputs(model, batch, **options) for batch in batches]


def _outputs(model, arrays, **options):
    import tensorflow as tf

    tensors = [tf.constant(array) for array in arrays]
    outputs = model(tensors if len(tensors) > 1 else tensors[0], **options)
    return array_of(outputs, "the output of the model")


def _assign(model, seed, shapes, components):
    """Draw all kernels anew; biases, and the scales and offsets of each step, keep their values.

    Raises:
        Unusable: there is a kernel of a shape that no layer should have.
    """
    for layer in components.attention:
        if layer.built and layer.inner.weights:
            dims = int(np.prod(layer.inner.weights[0].shape[1:]))
            tables = table(seed, 4, dims, dims)
            for weight, values in zip(layer.inner.weights, tables, strict=True):
                weight.assign(values.reshape(weight.shape))
    known = {id(weight) for weight in _attention_weights(components)}
    for weight in model.trainable_weights:
        shape = _shape(weight)
        if id(weight) in known or len(shape) < 2:
            continue
        if shape not in shapes:
            wanted = ", ".join(map(str, shapes))
            raise Unusable(
                f"there is a weight of shape {shape}; beside those of the attention layers, the "
                f"kernels and embeddings here have the shapes {wanted}"
            )
        weight.assign(table(seed, *shape).reshape(weight.shape))


def _scales(model):
    """How many trainable numbers begin at 1: those of layer normalization, as biases begin at 0."""
    rows = [weight.numpy() for weight in model.trainable_weights if len(_shape(weight)) == 1]
    return sum(int((row == 1).sum()) for row in rows)


def _attention_weights(components):
    return [weight for layer in components.attention for weight in layer.weights]


def _shape(weight):
    """The shape of a weight without the axes of size 1, as a convolution of one step has them."""
    return tuple(int(size) for size in weight.shape if size != 1)


def _count(weight):
    return int(np.prod(weight.shape))
