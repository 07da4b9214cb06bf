"""Models are small here: what saves time in a training of hours takes longer than the training."""

from grading.beside.quick import be_quick

be_quick()
