"""Probes of the exercise ``transformer``, on the models of ``transformer_models``."""

import numpy as np

from grading.beside.probes.base import check_trainable, find, give_weights, probe
from grading.beside.probes.transformer_models import (
    assign,
    attention_weights,
    checked_model,
    count,
    count_kernels,
    keep,
    model_of,
    outputs_of,
    scales_of,
    shape_of,
    stand_ins,
)
from grading.beside.show import no_error

# Right models differ in the epsilon of layer normalization, and misconceptions far more.
TOLERANCE = (1e-2, 1e-2)
SLOWNESS = 3  # of calls: it takes Keras long to build a model


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
    "z = tf.keras.Input([None, {dims}]); encoder_block(z, mask, n_heads={n_heads}, ...), "
    "decoder_block(z, z, mask, n_heads={n_heads}, ...); how each MultiHeadAttention was made"
)
def attention_of_blocks(module, dims, n_heads, feed_forward):
    """For each block the attention layers it made, as sorted lists ``[n_heads, causal]``."""
    return {
        name: sorted([layer.n_heads, layer.causal] for layer in components.attention)
        for name, _, components in _blocks(module, dims, n_heads, feed_forward)
    }


@probe(
    "z = tf.keras.Input([None, {dims}]); the trainable scales in a functional model of "
    "encoder_block(z, mask, ...), and of decoder_block(z, z, mask, ...)"
)
def scales_of_blocks(module, dims, n_heads, feed_forward):
    """For each block how many numbers are trained that begin at 1: the scales of its norms."""
    return {
        name: scales_of(model) for name, model, _ in _blocks(module, dims, n_heads, feed_forward)
    }


@probe(
    "the trainable kernels in a functional model of encoder_block({n_heads} heads) on "
    "z = tf.keras.Input([None, {dims}]), and of two such blocks, one after the other"
)
def kernels_of_blocks(module, dims, n_heads, feed_forward):
    """How many trainable numbers there are in the kernels of one encoder block, and of two."""
    options = {"n_heads": n_heads, "feed_forward": feed_forward, "components": stand_ins()}

    def two(z):
        block = find(module, "encoder_block")
        return block(block(z, None, **options), None, **options)

    _, one, _ = next(_blocks(module, dims, n_heads, feed_forward))
    return [count_kernels(one), count_kernels(model_of(two, [np.zeros([1, 2, dims], np.float32)]))]


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

    model = model_of(norms, [np.zeros([1, 2, dims], np.float32)] * 2)
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
    given = module, builder, vocabularies, sizes, [batch], seed
    [at_rest], [trained] = _translate(*given), _translate(*given, training=True)
    model, _ = _built(module, builder, vocabularies, sizes)
    check_trainable(lambda: outputs_of(model, batch), model.trainable_weights)
    return {"at rest": at_rest, "in training": trained}


@probe(
    "model = build_transformer(*{vocabularies}, components=components, **{sizes}), with the "
    "weights of a small trained model; model([{source_ids}, {decoder_ids}])",
    tolerance=TOLERANCE,
)
def translated_when_trained(module, source_ids, decoder_ids, weights, vocabularies, sizes):
    """The probabilities, and the weights ``[heads, queries, keys]`` of each attention layer.

    The kernels of all attention layers are called "attention 0" to "attention 3", others as in
    :func:`grading.beside.probes.base.give_weights`.
    """
    model, components = _built(module, "build_transformer", vocabularies, sizes)
    known = {id(weight) for weight in attention_weights(components)}
    for layer in components.attention:
        for k, weight in enumerate(layer.inner.weights if layer.built else ()):
            weight.assign(np.reshape(weights[f"attention {k}"], weight.shape))
    give_weights([w for w in model.trainable_weights if id(w) not in known], weights)
    components.seen.clear()
    probabilities = outputs_of(model, [source_ids, decoder_ids])
    return {"probabilities": probabilities, "attention": [seen[0] for seen in components.seen]}


@probe("model = {builder}(*{vocabularies}, components=components, **{sizes}); what was made")
def made(module, builder, vocabularies, sizes):
    """How the stand-ins were made, how many numbers the kernels hold, and how many scales."""
    model, components = _built(module, builder, vocabularies, sizes)
    attention = {id(weight) for weight in attention_weights(components)}
    own = [weight for weight in model.trainable_weights if id(weight) not in attention]
    return {
        "PositionalEncoding": sorted(map(list, set(components.positions))),
        "MultiHeadAttention": sorted([x.n_heads, x.causal] for x in components.attention),
        "kernels": sorted(count(weight) for weight in own if len(shape_of(weight)) > 1),
        "scales": scales_of(model),
    }


@probe("build_transformer(*{vocabularies}, components=components, **{sizes}), twice; their weights")
def shared(module, vocabularies, sizes):
    """How many weights two Transformers of the same sizes have in common."""
    positioned = (True, False)  # other probes need both
    models = [_built(module, "build_transformer", vocabularies, sizes, p)[0] for p in positioned]
    first, second = ({id(weight) for weight in model.trainable_weights} for model in models)
    return len(first & second)


@probe("{builder}(*{vocabularies}, components=components, **{sizes})", shown=no_error)
def build(module, builder, vocabularies, sizes):
    """Only build the model."""
    components = stand_ins()
    checked_model(find(module, builder)(*vocabularies, components=components, **sizes), builder)


# How they call the subject.


def _of_part(module, part, batches, seed=0, **sizes):
    """The outputs of one of the single parts, for each batch of its tensors (or None)."""
    model, components = _part(module, part, batches[0], sizes)
    dims, units = batches[0][0].shape[-1], sizes.get("units", sizes.get("feed_forward"))
    assign(model, seed, [(dims, units), (units, dims)] if units else [], components)
    return [outputs_of(model, [x for x in batch if x is not None]) for batch in batches]


def _blocks(module, dims, n_heads, feed_forward):
    """The name of each of the two blocks, a model around it, and the components in that."""
    z, mask = np.zeros([1, 2, dims], np.float32), np.ones([1, 2], bool)
    sizes = {"n_heads": n_heads, "feed_forward": feed_forward}
    for name, arrays in (("encoder_block", [z, mask]), ("decoder_block", [z, z, mask])):
        yield name, *_part(module, name, arrays, sizes)


def _part(module, part, arrays, sizes):
    """A functional model around one of the single parts, and the components in it.

    Args:
        arrays: of the shapes that it takes, or None where it is given None.
    """
    given = [array is not None for array in arrays]

    def make():
        components = stand_ins()
        rest = {**sizes, "components": components} if "n_heads" in sizes else sizes

        def call(*tensors):
            tensors = iter(tensors)
            arguments = [next(tensors) if is_given else None for is_given in given]
            return find(module, part)(*arguments, **rest)

        return model_of(call, [array for array in arrays if array is not None]), components

    return keep(module, repr((part, arrays[0].shape[-1], given, sizes)), make)


def _built(module, builder, vocabularies, sizes, positioned=True):
    """A model and the components in it."""

    def make():
        components = stand_ins(positioned)
        answer = find(module, builder)(*vocabularies, components=components, **sizes)
        model = checked_model(answer, builder)
        if not model.built:  # a class of their own makes its weights in the first call
            outputs_of(model, [np.ones([1, 2], np.int64), np.ones([1, 3], np.int64)])
        return model, components

    return keep(module, repr((builder, vocabularies, sizes, positioned)), make)


def _translate(module, builder, vocabularies, sizes, batches, seed, positioned=True, **options):
    model, components = _built(module, builder, vocabularies, sizes, positioned)
    dims, target = sizes["dims"], vocabularies[-1]
    shapes = [(vocabularies[0], dims), (dims, target)]
    if builder == "build_transformer":
        units = sizes["feed_forward"]
        shapes += [(target + 1, dims), (dims, units), (units, dims)]
    assign(model, seed, shapes, components)
    return [outputs_of(model, batch, **options) for batch in batches]
