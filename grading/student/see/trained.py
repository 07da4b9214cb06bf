"""The weights of two small trained translation models, which come with the kit.

They were made by ``python -m grading.develop.small_translators`` and are told apart by their
shapes, so that they fit into any right answer.
"""

from functools import cache
from pathlib import Path

import numpy as np

from grading.beside.probes.base import table

PATH = Path(__file__).parent / "date_models.npz"
ENCODER_DECODER = {"embed_size": 24, "units": 72}
TRANSFORMER = {"dims": 48, "n_heads": 2, "n_blocks": 1, "feed_forward": 100, "max_steps": 24}
SOURCE_IDS, TARGET_IDS = 35, 11  # of the date task
WEIGHTS = "a small trained model's weights" if PATH.is_file() else "weights drawn at random"


def key_of(shape):
    """The name of all weights of a shape."""
    return "x".join(str(int(size)) for size in shape)


@cache
def weights_of(name):
    """The weights of a model, by key."""
    if not PATH.is_file():
        return _drawn(name)
    with np.load(PATH) as kept:
        return {
            key.partition("/")[2]: kept[key] for key in kept.files if key.startswith(f"{name}/")
        }


def _drawn(name):
    """Weights of a model that is not trained: the pictures then show how it begins."""
    if name == "encoder_decoder":
        embed_size, units = ENCODER_DECODER["embed_size"], ENCODER_DECODER["units"]
        shapes = [(SOURCE_IDS, embed_size), (TARGET_IDS + 1, embed_size), (embed_size, 4 * units)]
        shapes += [(units, 4 * units), (4 * units,), (units, TARGET_IDS)]
        return {key_of(shape): table(7, *shape) for shape in shapes}
    dims, units = TRANSFORMER["dims"], TRANSFORMER["feed_forward"]
    shapes = [(SOURCE_IDS, dims), (TARGET_IDS + 1, dims), (dims, units), (units, dims)]
    shapes += [(dims, TARGET_IDS)]
    drawn = {key_of(shape): table(7, *shape) for shape in shapes}
    return drawn | {f"attention {k}": table(k, dims, dims) for k in range(4)}
