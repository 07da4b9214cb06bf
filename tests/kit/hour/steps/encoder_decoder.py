"""Steps of the exercise ``encoder_decoder``: what is read, the model, and writing alone."""

from tests.kit.hour.steps import step

FORCED = (
    "    return np.concatenate([np.full([len(targets), 1], sos_id), targets[:, :-1]], axis=1)\n"
)
AMONG = """    if (np.asarray(targets) == sos_id).any():
        raise ValueError(f"sos_id={sos_id} is one of the targets")
"""
CHECKS = """    for name, size in (
        ("source_vocab_size", source_vocab_size),
        ("target_vocab_size", target_vocab_size),
        ("embed_size", embed_size),
        ("units", units),
    ):
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
"""
MODEL = """    source = keras.layers.Input([None], dtype="int64")
    read = keras.layers.Input([None], dtype="int64")
    x = keras.layers.Embedding(source_vocab_size, embed_size{mask})(source)
    _, h, c = keras.layers.LSTM(units, return_state=True)(x)
    y = keras.layers.Embedding({rows}, embed_size)(read)
    y = keras.layers.LSTM(units, return_sequences=True)(y{state})
    y = keras.layers.Dense(target_vocab_size{softmax})(y)
    return keras.Model([source, read], y)
"""
GREEDY = """    source_ids = np.asarray(source_ids)
    ids = np.full([len(source_ids), 1], sos_id)
    for _ in range(n_steps):
        probabilities = np.asarray(model([source_ids, ids]))
        new = probabilities[:, -1].argmax(axis=-1)
        ids = {grown}
    return ids{cut}
"""
N_STEPS = """    if n_steps < 1:
        raise ValueError(f"n_steps must be at least 1, got {n_steps}")
"""


def stub(name):
    return f'    raise NotImplementedError("Exercise encoder_decoder: {name} is not written yet")\n'


def model(
    mask=", mask_zero=True",
    rows="target_vocab_size + 1",
    state=", initial_state=[h, c]",
    softmax=', activation="softmax"',
):
    return MODEL.format(mask=mask, rows=rows, state=state, softmax=softmax)


def greedy(grown="np.concatenate([ids, new[:, np.newaxis]], axis=1)", cut="[:, 1:]"):
    return GREEDY.format(grown=grown, cut=cut)


def module(forced=AMONG + FORCED, build=None, write=None):
    build, write = build or CHECKS + model(), write or N_STEPS + greedy()
    return f"""import numpy as np
import tensorflow as tf
from tensorflow import keras


def teacher_forcing_inputs(targets, sos_id):
    targets = np.asarray(targets)
{forced}

def build_translator(source_vocab_size, target_vocab_size, *, embed_size=32, units=128):
{build}

def greedy_decode(model, source_ids, n_steps, sos_id):
{write}"""


LATER = {"build": stub("build_translator"), "write": stub("greedy_decode")}
STEPS = (
    step(
        "the start put before all targets",
        module(FORCED.replace("targets[:, :-1]]", "targets]"), **LATER),
        "one-step-too-long",
        leads="teacher_forcing",
    ),
    step(
        "the targets themselves",
        module("    return targets\n", **LATER),
        "targets-not-shifted",
        leads="teacher_forcing",
    ),
    step(
        "the start may be a target",
        module(FORCED, **LATER),
        "start-may-be-a-target",
        leads="refused",
    ),
    step(
        "the encoder's state left behind",
        module(build=model(state=""), write=stub("greedy_decode")),
        "encoder-state-forgotten",
        leads="encoders_state",
    ),
    step(
        "the padding read",
        module(build=CHECKS + model(mask=""), write=stub("greedy_decode")),
        "padding-is-read",
        leads="padding",
    ),
    step(
        "no row for the start",
        module(build=CHECKS + model(rows="target_vocab_size"), write=stub("greedy_decode")),
        "no-row-for-the-start",
        leads="embedding",
    ),
    step(
        "no softmax",
        module(build=CHECKS + model(softmax="")),
        "logits",
        leads="probabilities",
    ),
    step(
        "the start kept in what was written",
        module(write=N_STEPS + greedy(cut="")),
        "greedy-keeps-the-start",
        leads="greedy",
    ),
    step("right", module()),
)
