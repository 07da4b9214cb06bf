"""The exercises, one file each, and their order."""

NAMES = (
    "windows",
    "tokenizer",
    "sampling",
    "stateful",
    "vocabulary",
    "positional_encoding",
    "attention",
    "generation",
    "reviews",
    "masking",
    "encoder_decoder",
    "transformer",
    "beam_search",
    "tokenizer_tests",
    "stateful_tests",
    "attention_tests",
)
