"""Makes the pictures of a notebook's cells, request after request.

    python -m grading.student.see.answers    JSON lines in, JSON lines out

It ends where its standard input does, as the processes of :mod:`grading.running.server` do.
"""

import json
import os
import sys
import tempfile
from html import escape
from pathlib import Path
from types import SimpleNamespace

from grading.processes.forkserver import ForkServers
from grading.student.see import svg
from grading.student.see.fields import Unfit
from grading.student.see.looking import Looking
from grading.student.see.parts import Trouble
from grading.student.see.views import VIEWS, defaults

_SIDE = "display:inline-block;vertical-align:top;margin:0 1.5em .5em 0;max-width:100%"


def look(name, source, alone, inputs):
    """What :func:`grading.student.see.cell.see` shows: a dict of its ``text`` and its ``html``."""
    view = VIEWS.get(name)
    if view is None:
        return {"text": f"There are no pictures of {name!r}; there are: {', '.join(VIEWS)}"}
    kinds = {field.name: type(field.value) for field in view.fields}
    for key, value in inputs.items():
        if key not in kinds:
            return {"text": f"see() has no input {key!r} here; there are: {', '.join(kinds)}"}
        if isinstance(value, str) != (kinds[key] is str):
            what = "a text" if kinds[key] is str else "a number"
            return {"text": f"{key} must be {what}, such as {key}={defaults(view)[key]!r}"}
    inputs = defaults(view) | inputs
    try:
        seen = _room(alone).look(view, source, SimpleNamespace(**inputs))
    except Unfit as unfit:
        return {"text": str(unfit)}
    del inputs["columns"]
    return {"text": as_text(seen), "html": as_html(view, seen, inputs)}


def as_text(seen):
    """The pictures in words."""
    lines = []
    for one in seen:
        words = one.yours.lines if isinstance(one.yours, Trouble) else one.yours.words()
        lines += [one.panel.title, *(f"  {line}" for line in words)]
        lines += [f"  ≠ {one.difference.sentence()}"] if one.difference else []
    return "\n".join(lines)


def as_html(view, seen, inputs):
    """The pictures: no script, and nothing from elsewhere."""
    parts = [f"<p>{escape(view.about)}</p>"]
    for one in seen:
        parts.append(f"<h4>{escape(one.panel.title)}</h4><div>")
        parts.append(_side("yours", one.yours, one.difference))
        if one.reference is not None:
            parts.append(_side("reference", one.reference, None))
        note = getattr(one.yours, "note", "")
        if one.difference:
            note = f"≠ {one.difference.sentence()}"
        parts.append(f"</div><p><small>{escape(note)}</small></p>")
    given = ", ".join(f"{key}={value!r}" for key, value in inputs.items())
    return "".join([*parts, f"<p><small>Inputs: <code>{escape(given)}</code></small></p>"])


def _side(whose, part, difference):
    """One picture with whose it is above it."""
    drawn = svg.draw(part, difference, whose, tips=True)
    return f'<div style="{_SIDE}"><small>{whose}</small><br>{drawn}</div>'


class _Room:
    """The processes and the folder of a kernel's pictures, kept from call to call."""

    def __init__(self, alone):
        self._folder = tempfile.TemporaryDirectory(prefix="unrolled-see-")
        self._servers = ForkServers()
        self._looking = Looking(self._servers, Path(self._folder.name), alone)

    def look(self, view, source, inputs):
        path = Path(self._folder.name) / f"{view.name}.py"
        path.write_text(source, encoding="utf-8")
        self._looking.saved([view.name])
        return self._looking.look(view, inputs)

    def close(self):
        self._looking.close()
        self._servers.close()
        self._folder.cleanup()


_rooms = {}


def _room(alone):
    return _rooms.get(alone) or _rooms.setdefault(alone, _Room(alone))


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what is printed must not mix with the answers
    try:
        for line in sys.stdin:
            what = json.loads(line)
            del what["task"]
            print(json.dumps({"result": look(**what)}), file=answers, flush=True)
    finally:
        for room in _rooms.values():
            room.close()


if __name__ == "__main__":
    main()
