"""The weights of two small trained translation models, which come with the kit.

They were made by ``python -m grading.develop.small_translators`` and are told apart by their
shapes, so that they fit into any right answer.
"""

from functools import cache
from pathlib import Path

import numpy as np

PATH = Path(__file__).parent / "date_models.npz"
ENCODER_DECODER = {"embed_size": 24, "units": 72}
TRANSFORMER = {"dims": 48, "n_heads": 2, "n_blocks": 1, "feed_forward": 100, "max_steps": 24}


def key_of(shape):
    """The name of all weights of a shape."""
    return "x".join(str(int(size)) for size in shape)


@cache
def weights_of(name):
    """The weights of a model, by key."""
    with np.load(PATH) as kept:
        return {
            key.partition("/")[2]: kept[key] for key in kept.files if key.startswith(f"{name}/")
        }
