"""The views of all exercises, by name."""

from grading.student.see import attending, characters

_ALL = (
    characters.WINDOWS,
    characters.TOKENIZER,
    characters.STATEFUL,
    attending.POSITIONAL_ENCODING,
    attending.ATTENTION,
)
VIEWS = {view.name: view for view in _ALL}


def defaults(view, columns=20):
    """The inputs as they are at first, as keywords for a namespace."""
    return {"columns": columns, **{field.name: field.value for field in view.fields}}
