"""Ways to make batches through which no state can be carried, or that teach the wrong thing."""

from grading.misconceptions import Library
from grading.misconceptions.stateful import batches, windows

LIBRARY = Library.of(windows, batches)

LIBRARY.hint("rows_walk", "rows-interleaved", "all-rows-the-same")
LIBRARY.hint("every_batch", "steps-before-rows", "smaller-last-batch", "shorter-last-window")
LIBRARY.hint("goes_on_where", "shift-1", "an-item-skipped-between-windows", "batches-shuffled")
LIBRARY.hint(
    "targets",
    "targets-cut-from-the-inputs-chunk",
    "targets-wrap-inside-the-window",
    "targets-equal-inputs",
)
LIBRARY.hint("ends_when", "last-batch-lost", "never-ends")
