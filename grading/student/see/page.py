"""One tab of the browser: fields to set, what is said of them, and the pictures."""

import html
from pathlib import Path
from types import SimpleNamespace

from bokeh.models import Column, CustomJS, Div, InlineStyleSheet, Row, Slider, TextInput
from bokeh.models import Switch as Toggle

from grading.student.see.colours import DARK, LIGHT
from grading.student.see.drawing import draw
from grading.student.see.fields import Number, Switch, Text
from grading.student.see.parts import Trouble
from grading.student.see.path import PATH
from grading.student.see.views import VIEWS, defaults

TEMPLATE = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
SIDE_BY_SIDE = 820  # pixels that two pictures need beside each other
GAPS = 40  # between them and around them
BUSY_MS = 400  # after so long the page says that code is running

# The page tells its width and whether it is dark, at first and whenever that changes.
TELL = """
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const tell = () => {
  told.value = `${document.documentElement.clientWidth} ${dark.matches ? "dark" : "light"}`;
};
let waiting = null;
window.addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(tell, 200);
});
dark.addEventListener("change", tell);
tell();
"""

STYLE = """
:host { color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
.bk-input { color: var(--text); background: var(--page); border: 1px solid var(--frame);
  font: 15px ui-monospace, Menlo, Consolas, monospace; }
.bk-input:focus { outline: 2px solid var(--link); }
.bk-slider-title, label { color: var(--text); }
.noUi-target { background: var(--page); border-color: var(--frame); }
.noUi-connect { background: var(--link); }
.noUi-handle:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
:host(:focus-visible) { outline: 2px solid var(--link); outline-offset: 2px; }
h2 { font-size: 17px; margin: 18px 0 2px; }
h3 { font-size: 14px; margin: 4px 0; color: var(--faint); }
p { margin: 2px 0; } .note { color: var(--faint); font-size: 13px; }
.frame { border: 2px dashed var(--frame); border-radius: 6px; padding: 18px 14px; }
.frame.bad { border-style: solid; border-left-width: 6px; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 13px/1.4 ui-monospace, monospace; }
.verdict { font-size: 16px; font-weight: 600; padding: 8px 0; } summary { cursor: pointer; }
"""
BEGINNINGS = {
    "not written": "This part is not written yet.",
    "not there": "There is no such file yet.",
    "not run": "Not run.",
    "refused": "The reference refuses this input:",
    "no answer": "The reference did not answer:",
    "hung": "Your code did not return, so it was ended.",
}


class Page:
    """One tab, of one exercise.

    Args:
        document: Bokeh's.
        name: the exercise.
        desk: where code is run; see :class:`grading.student.see.desk.Desk`.
    """

    def __init__(self, document, name, desk):
        self.document, self.view, self.desk = document, VIEWS[name], desk
        self.width, self.colours = None, LIGHT
        self.style = InlineStyleSheet(css=STYLE)
        self.inputs = defaults(self.view)
        self.verdict = self._text("", role="status", **{"aria-live": "polite"})
        self.pictures = Column(name="pictures", sizing_mode="stretch_width")
        self.seen, self._busy = None, None
        told = TextInput(visible=False, name="told")
        told.on_change("value", self._told)
        document.js_on_event("document_ready", CustomJS(args={"told": told}, code=TELL))
        texts = [self._field(field) for field in self.view.fields if isinstance(field, Text)]
        others = [self._field(field) for field in self.view.fields if not isinstance(field, Text)]
        wrapped = Row(*others, styles={"flex-wrap": "wrap"}, sizing_mode="stretch_width")
        body = [*texts, wrapped, self.verdict, self.pictures, told]
        document.add_root(Column(*body, sizing_mode="stretch_width"))
        document.title = f"{name} · unrolled see"
        document.template = TEMPLATE
        document.template_variables.update(names=list(VIEWS), here=name, about=self.view.about)
        document.on_session_destroyed(lambda context: desk.forget(self))

    # What the student does.

    def _field(self, field):
        options = {"stylesheets": [self.style], "name": field.name}
        if isinstance(field, Text):
            widget = TextInput(
                title=field.label, value=field.value, sizing_mode="stretch_width", **options
            )
            widget.on_change("value_input", self._set(field.name))
            widget.on_change("value", self._set(field.name))
            return widget
        if isinstance(field, Number):
            widget = Slider(
                title=field.label,
                value=field.value,
                start=field.low,
                end=field.high,
                step=field.step,
                width=270,
                **options,
            )
            widget.on_change("value", self._set(field.name))
            return widget
        assert isinstance(field, Switch)
        toggle = Toggle(active=field.value, html_attributes={"aria-label": field.label}, **options)
        toggle.on_change("active", self._set(field.name))
        return Row(toggle, self._text(html.escape(field.label)))

    def _set(self, name):
        def changed(attribute, old, new):
            if self.inputs[name] != new:
                self.inputs[name] = new
                self.look()

        return changed

    def _told(self, attribute, old, new):
        width, scheme = new.split()
        self.colours = DARK if scheme == "dark" else LIGHT
        self.width = max(280, min(int(width), 1240) - 32)
        self.inputs["columns"] = max(8, min(26, self._each() // 27))
        self.look()

    def look(self):
        """Ask for new pictures; they come by :meth:`show`."""
        if self.width is None:
            return  # the browser has not told yet
        self.desk.want(self, self.view, SimpleNamespace(**self.inputs))
        if self._busy is None:
            self._busy = self.document.add_timeout_callback(self._say_busy, BUSY_MS)

    def _say_busy(self):
        self._busy = None
        if self.desk.is_wanted(self):
            self.verdict.text = '<p class="verdict">… running your code</p>'

    # What the student sees.

    def show(self, seen, message):
        """Show pictures, or a message where there can be none; called in Bokeh's thread."""
        if self._busy is not None:
            self.document.remove_timeout_callback(self._busy)
            self._busy = None
        if message is not None:
            self.verdict.text = f'<p class="verdict">! {html.escape(message)}</p>'
            self.pictures.children = []
            return
        self.verdict.text = _verdict(seen, self.desk.saved_at)
        self.pictures.children = [part for one in seen for part in self._panel(one)]

    def _panel(self, seen):
        yield self._text(f"<h2>{html.escape(seen.panel.title)}</h2>")
        sides = [self._side("Yours", seen.yours, seen)]
        if seen.reference is not None:
            sides.append(self._side("Reference", seen.reference, seen))
        if self._is_wide():
            yield Row(*sides, spacing=16)
        else:
            yield Column(*sides)

    def _side(self, whose, part, seen):
        width, is_yours = self._each(), whose == "Yours"
        told = "" if self.view is PATH else f"<h3>{whose}</h3>"  # there a note says whose it is
        heading = self._text(told, width)
        if isinstance(part, Trouble):
            return Column(heading, self._text(_trouble(part), width))
        difference = seen.difference if is_yours else None
        plot = draw(part, f"{whose}: {seen.panel.title}", width, self.colours, difference)
        below = []
        if difference:
            below.append(f"<p><b>≠ {html.escape(difference.sentence())}</b></p>")
        below.append(f'<p class="note">{html.escape(part.note)}</p>')
        lines = html.escape("\n".join(part.words()[:40]))
        below.append(
            f'<details class="note"><summary>as text</summary><pre>{lines}</pre></details>'
        )
        return Column(heading, plot, self._text("".join(below), width))

    def _text(self, markup, width=None, **attributes):
        options = {"width": width} if width else {"sizing_mode": "stretch_width"}
        return Div(text=markup, stylesheets=[self.style], html_attributes=attributes, **options)

    def _is_wide(self):
        return self.width >= SIDE_BY_SIDE and not self.desk.alone

    def _each(self):
        return (self.width - GAPS) // 2 if self._is_wide() else min(self.width, 760)


def _trouble(trouble):
    bad = "" if trouble.kind in ("not written", "not there", "not run") else " bad"
    beginning = BEGINNINGS.get(trouble.kind, "")
    lines = html.escape("\n".join(trouble.lines))
    return f'<div class="frame{bad}"><p>{beginning}</p><pre>{lines}</pre></div>'


def _verdict(seen, saved_at):
    """The line over the pictures."""
    at = f" · saved {saved_at}" if saved_at else ""
    for one in seen:
        title = one.panel.title
        both_refuse = isinstance(one.reference, Trouble) and isinstance(one.yours, Trouble)
        if one.difference:
            text = f"≠ {title}: {one.difference.sentence()}"
        elif isinstance(one.yours, Trouble) and one.yours.kind == "not written":
            text = f"○ {title}: not written yet"
        elif both_refuse and one.yours.kind == "raised":
            text = "= Your code refuses this input, as the reference does."
        elif isinstance(one.yours, Trouble):
            text = f"✗ {title}: {one.yours.kind}"
        elif isinstance(one.reference, Trouble) and one.reference.kind == "no answer":
            text = f"? {title}: the reference did not answer in time"
        elif isinstance(one.reference, Trouble):
            text = f"≠ {title}: the reference refuses this input, your code does not"
        else:
            continue
        return f'<p class="verdict">{html.escape(text + at)}</p>'
    text = "= Here your code gives what the reference gives." + at
    if seen and seen[0].reference is None:
        text = "All of it ran." + at
    return f'<p class="verdict">{html.escape(text)}</p>'
