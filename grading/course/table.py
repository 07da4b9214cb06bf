"""A table in a CSV file: a few cells are replaced, and all else stays, byte for byte."""

import re
from dataclasses import dataclass

from grading.catalogue.refused import Refused

SEPARATORS = (",", ";", "\t")
_BOM = "\ufeff"


@dataclass(frozen=True)
class Cell:
    """A cell: where it stands in the text of the file, with its quotes, and what it says."""

    start: int
    end: int
    text: str


class Table:
    """The cells of a file.

    Args:
        path: the file.
        needed: titles of columns, of which one tuple has to be there: they tell what separates the
            columns.

    Attributes:
        titles: those of the columns.
        rows: lists of :class:`Cell`, without that of the titles.
        separator: what stands between two columns.

    Raises:
        Refused: it cannot be read, or is no such table; the message says why.
    """

    def __init__(self, path, needed):
        self.path, self._new = path, {}
        try:
            self._text = path.read_bytes().decode("utf-8")
        except OSError as error:
            raise Refused(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise Refused(f"{path} is not in UTF-8: export it again, as CSV") from None
        start = len(_BOM) if self._text.startswith(_BOM) else 0
        for self.separator in SEPARATORS:
            self.titles = [cell.text for cell in next(self._rows_from(start), [])]
            if any(set(titles) <= set(self.titles) for titles in needed):
                break
        else:
            wanted = " or ".join(", ".join(titles) for titles in needed)
            raise Refused(f"{path} has no columns {wanted}: give the file that was exported")
        self.rows = [row for row in self._rows_from(start) if any(cell.text for cell in row)][1:]

    def _rows_from(self, at):
        between = re.escape(self.separator)
        cell = re.compile(
            rf'(?:"((?:[^"]|"")*)"|((?:[^"{between}\r\n][^{between}\r\n]*)?))'
            rf"({between}|\r\n|\n|\r|\Z)"
        )
        row = []
        while at < len(self._text) or row:
            found = cell.match(self._text, at)
            if found is None:
                line = self._text.count("\n", 0, at) + 1
                raise Refused(f'{self.path}, line {line}: a quotation mark (") is not closed')
            text = found[2] if found[1] is None else found[1].replace('""', '"')
            row.append(Cell(at, found.start(3), text))
            at = found.end()
            if found[3] != self.separator:
                yield row
                row = []

    def cell(self, row, title):
        """The cell of a row in the column of this title.

        Raises:
            Refused: the row is too short.
        """
        place = self.titles.index(title)
        if place >= len(row):
            line = self._text.count("\n", 0, row[0].start) + 1
            raise Refused(f"{self.path}, line {line}: it has fewer columns than there are titles")
        return row[place]

    def texts(self, row):
        """A dict from the titles to what the cells of a row say, without blanks around it."""
        return {title: self.cell(row, title).text.strip() for title in self.titles}

    def set(self, cell, text):
        """Replace the text of a cell."""
        was_quoted = self._text[cell.start : cell.start + 1] == '"'
        self._new[cell.start, cell.end] = (
            f'"{text}"' if was_quoted or self.separator in text else text
        )

    def data(self):
        """The file with the new cells, as bytes."""
        parts, at = [], 0
        for (start, end), text in sorted(self._new.items()):
            parts += [self._text[at:start], text]
            at = end
        return "".join([*parts, self._text[at:]]).encode()
