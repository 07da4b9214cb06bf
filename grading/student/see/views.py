"""The views of all exercises, by name, in the order of the exercises."""

from grading.student.see import attending, chances, characters, path, reading, translating

_ALL = (
    characters.WINDOWS,
    characters.TOKENIZER,
    chances.SAMPLING,
    characters.STATEFUL,
    reading.VOCABULARY,
    attending.POSITIONAL_ENCODING,
    attending.ATTENTION,
    chances.GENERATION,
    reading.REVIEWS,
    reading.MASKING,
    translating.ENCODER_DECODER_VIEW,
    translating.TRANSFORMER_VIEW,
    chances.BEAM_SEARCH,
    path.PATH,
)
VIEWS = {view.name: view for view in _ALL}


def defaults(view, columns=20):
    """The inputs as they are at first, as keywords for a namespace."""
    return {"columns": columns, **{field.name: field.value for field in view.fields}}
