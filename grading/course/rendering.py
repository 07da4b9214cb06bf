"""Texts made from ``templates/``. What students wrote cannot steer a terminal or a browser."""

import functools
import re

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grading.running.outcome import UNPRINTED

_CONTROL = re.compile(rf"\x1b\[[0-9;]*[A-Za-z]|[{UNPRINTED}]")


def render(template, **values):
    """Fill in a template.

    Args:
        template: its file in ``templates/``. In one that ends in ``.html`` all values are escaped.
        values: what it uses.
    """
    return _environment().get_template(template).render(values)


def plain(text):
    """A text without control characters, half surrogates and terminal colours."""
    text = _CONTROL.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")


@functools.cache
def _environment():
    def without_controls(value):
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=PackageLoader("grading.course"),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        finalize=without_controls,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
