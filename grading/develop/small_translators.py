"""Train the two small translation models whose weights ``unrolled see`` shows at work.

    python -m grading.develop.small_translators

The weights must fit into any right answer, whatever its layers are called and in whatever order
they are made, so they are told apart by shape alone: all weights of one shape have the same values
(encoder and decoder share one LSTM's, all attention layers share one's). While it trains, their
gradients are added. Biases of other layers and the scales of normalizations stay as they begin.
"""

import argparse
import time

import numpy as np

from grading.beside.probes.transformer_models import stand_ins
from grading.catalogue.paths import ROOT
from grading.student.see.trained import ENCODER_DECODER, PATH, TRANSFORMER, key_of

BATCH, RATE = 128, 3e-3


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300, help="of training, for each model")
    parser.add_argument("--only", choices=("encoder_decoder", "transformer"))
    args = parser.parse_args(arguments)
    from solutions import tokenizer
    from solutions.models.dates import DateTask

    task = DateTask(tokenizer)
    for name, make in (("encoder_decoder", _encoder_decoder), ("transformer", _transformer)):
        if args.only in (None, name):
            model, keys = make(task)
            weights = train(model, keys, task, args.seconds)
            kept = dict(np.load(PATH)) if PATH.is_file() else {}
            kept.update({f"{name}/{key}": value for key, value in weights.items()})
            np.savez_compressed(PATH, **kept)
            print(f"wrote {PATH.relative_to(ROOT)}: {PATH.stat().st_size:,} bytes", flush=True)


def _encoder_decoder(task):
    """The reference's model, and for each of its weights the key by which it is shared."""
    from solutions.encoder_decoder import build_translator

    model = build_translator(task.source_vocab_size, task.target_vocab_size, **ENCODER_DECODER)
    return model, [key_of(weight.shape) for weight in model.trainable_weights]


def _transformer(task):
    from solutions.transformer import build_transformer

    components = stand_ins()
    model = build_transformer(
        task.source_vocab_size, task.target_vocab_size, components=components, **TRANSFORMER
    )
    attention = {
        id(weight): f"attention {k}"
        for layer in components.attention
        for k, weight in enumerate(layer.inner.weights)
    }
    keys = [
        attention.get(id(weight)) or (key_of(weight.shape) if len(weight.shape) > 1 else None)
        for weight in model.trainable_weights
    ]
    return model, keys


def train(model, keys, task, seconds):
    """Train with all weights of one key the same; gives them by key."""
    import tensorflow as tf
    from tensorflow import keras

    source_ids, targets = task.examples(20_000, seed=1)
    decoder_ids = np.pad(targets, [[0, 0], [1, 0]], constant_values=task.sos_id)[:, :-1]
    masters = {}
    for weight, key in zip(model.trainable_weights, keys, strict=True):
        if key is not None and key not in masters:
            masters[key] = tf.Variable(weight.value())
    optimizer = keras.optimizers.Adam(RATE)
    optimizer.build(list(masters.values()))

    def hand_out():
        for weight, key in zip(model.trainable_weights, keys, strict=True):
            if key is not None:
                weight.assign(masters[key])

    @tf.function
    def step(source, decoder, target):
        with tf.GradientTape() as tape:
            chances = model([source, decoder], training=True)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(target, chances))
        gradients = tape.gradient(loss, model.trainable_weights)
        sums = {}
        for gradient, key in zip(gradients, keys, strict=True):
            if key is not None:
                gradient = tf.convert_to_tensor(gradient)
                sums[key] = sums[key] + gradient if key in sums else gradient
        clipped, _ = tf.clip_by_global_norm([sums[key] for key in masters], 1.0)
        optimizer.apply_gradients(zip(clipped, masters.values(), strict=True))
        hand_out()
        right = tf.reduce_all(tf.argmax(chances, axis=-1) == target, axis=-1)
        return loss, tf.reduce_mean(tf.cast(right, tf.float32))

    hand_out()
    rng, start, count, good = np.random.default_rng(1), time.monotonic(), 0, 0
    while time.monotonic() - start < seconds and good < 30:
        rows = rng.integers(len(targets), size=BATCH)
        loss, right = step(source_ids[rows], decoder_ids[rows], targets[rows])
        count, good = count + 1, good + 1 if right > 0.99 else 0
        share = (time.monotonic() - start) / seconds
        optimizer.learning_rate.assign(RATE * max(0.1, 1 - share))
        if count % 50 == 0:
            print(f"{count} steps, {time.monotonic() - start:.0f} s: loss {float(loss):.4f}, "
                  f"{float(right):.1%} of dates right", flush=True)  # fmt: skip
    return {key: master.numpy() for key, master in masters.items()}


if __name__ == "__main__":
    main()
