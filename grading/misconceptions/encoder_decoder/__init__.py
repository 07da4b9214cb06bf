"""Ways to translate that forget the source, read the future, or never get going."""

from grading.misconceptions import Library
from grading.misconceptions.encoder_decoder import greedy, inputs, model

LIBRARY = Library.of(inputs, model, greedy)

LIBRARY.hint("embedding_and_an_lstm_each", "no-row-for-the-start", "start-can-be-written")
LIBRARY.hint("probabilities", "logits")
LIBRARY.hint("padding", "padding-is-read")
LIBRARY.hint("later_id", "decoder-reads-both-ways")
LIBRARY.hint("id_0", "id-0-skipped-in-the-decoder")
LIBRARY.hint(
    "begins_with_the_encoders_state",
    "encoder-state-forgotten",
    "memory-forgotten",
    "h-for-both-states",
    "states-swapped",
)
LIBRARY.hint("greedy_decoding_reads_the_start", "greedy-starts-with-0")
