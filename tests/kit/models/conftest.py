"""Models are small here: what saves time in a training of hours takes longer than the training."""

from tests.kit.models.tiny import prepare

prepare()
