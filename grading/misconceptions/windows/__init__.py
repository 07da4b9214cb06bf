"""Ways to cut windows wrongly."""

from grading.misconceptions import Library
from grading.misconceptions.windows import order, pairs

LIBRARY = Library.of(pairs, order)

LIBRARY.hint("targets", "inputs-and-targets-swapped", "only-the-last-target")
LIBRARY.hint("targets", "windows-one-item-short", "targets-from-the-next-window")
LIBRARY.hint("shift", "shift-always-1", "shift-always-n-steps", "shift-taken-for-stride")
LIBRARY.hint("shift", "short-windows-kept", "end-padded", "wraps-round", "last-window-lost")
LIBRARY.hint("shuffled", "never-ends")
LIBRARY.hint("batches_hold", "last-batch-dropped")
LIBRARY.hint("iterated_again", "only-one-iteration", "goes-on-where-it-was-left")
LIBRARY.hint("same_seed", "seed-alone-shuffles", "seed-0-is-no-seed")
