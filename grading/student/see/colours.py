"""The colours of pictures, for light and for dark pages; nothing is said by colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colours:
    """The colours of one page."""

    page: str
    text: str
    faint: str
    frame: str
    strong: str
    wrong: str
    groups: tuple
    ramp: tuple  # from pale to strong

    def shade(self, part):
        """The colour of a share from 0 to 1."""
        pairs = zip(*(map(_numbers, self.ramp)), strict=True)
        part = min(max(part, 0.0), 1.0)
        return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)

    def text_on(self, part):
        """A colour that can be read on that shade."""
        return self.page if part > 0.55 else self.text


def _numbers(colour):
    return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]


LIGHT = Colours(
    "#ffffff",
    "#16202b",
    "#5a6672",
    "#9aa5b1",
    "#0b5394",
    "#b3261e",
    ("#cfe4f7", "#fde3b8", "#cdebd0", "#f3d0e3", "#dcd6f5", "#e4e4d2"),
    ("#ffffff", "#0b4f8c"),
)
DARK = Colours(
    "#14181d",
    "#e8edf2",
    "#a2adb8",
    "#5b6672",
    "#8cc4ff",
    "#ff8a80",
    ("#1f4566", "#6b4a12", "#24552b", "#672a4d", "#433a7a", "#4d4d2e"),
    ("#14181d", "#9fd0ff"),
)
