"""Change nbgrader's gradebook by way of a copy: all changes are made at once, or none.

The gradebook's file may be in use meanwhile, by formgrader for example. It is changed in one
transaction, and only where nobody else has changed it since the copy was made.
"""

import contextlib
import sqlite3
from pathlib import Path

from grading.catalogue.refused import Refused


class GradebookError(Refused):
    """The gradebook cannot be read or written; nothing in it was changed."""


class GradebookCopy:
    """A copy of a gradebook that can be given back; a context manager.

    Args:
        path: the gradebook, an SQLite database.
        copy: the path of the copy; it is made at once.

    Raises:
        GradebookError: there is no gradebook that can be read.
    """

    def __init__(self, path, copy):
        self.path, self.copy = Path(path), Path(copy)
        uri = f"{self.path.resolve().as_uri()}?mode=rw"
        with self._told():
            self._db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=60)
        self.renew()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._db.close()

    @property
    def url(self):
        """The copy, as nbgrader names it."""
        return f"sqlite:///{self.copy}"

    def renew(self):
        """Make the copy again, whatever became of it."""
        for path in self.copy.parent.glob(f"{self.copy.name}*"):
            path.unlink()
        with self._told():
            self._version = self._data_version()
            with contextlib.closing(sqlite3.connect(self.copy)) as copy:
                self._db.backup(copy)

    def is_behind(self):
        """Whether somebody else has changed the gradebook since the copy was made."""
        with self._told():
            return self._data_version() != self._version

    def give_back(self):
        """Make the gradebook what the copy is, in one transaction.

        Returns:
            False if somebody else has changed the gradebook since the copy was made; then nothing
            is done.

        Raises:
            GradebookError: it cannot be written.
        """
        with self._told():
            self._db.execute("ATTACH ? AS copy", (str(self.copy),))
            try:
                self._db.execute("BEGIN IMMEDIATE")  # from here on nobody else can write
                if self._data_version() != self._version:
                    return False
                tables = "SELECT name FROM copy.sqlite_master WHERE type = 'table'"
                names = [name for (name,) in self._db.execute(tables).fetchall()]
                for name in names:
                    self._delete(name)
                for name in names:
                    self._insert(name)
                self._db.execute("COMMIT")
                return True
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._db.execute("DETACH copy")

    def _delete(self, name):
        """Delete the rows of a table that the copy does not have."""
        gone = f'SELECT rowid, * FROM main."{name}" EXCEPT SELECT rowid, * FROM copy."{name}"'
        self._db.execute(f'DELETE FROM main."{name}" WHERE rowid IN (SELECT rowid FROM ({gone}))')

    def _insert(self, name):
        """Insert the rows of a table that only the copy has."""
        names = [row[1] for row in self._db.execute(f'PRAGMA copy.table_info("{name}")')]
        columns = ", ".join(["rowid", *(f'"{column}"' for column in names)])
        new = f'SELECT {columns} FROM copy."{name}" EXCEPT SELECT {columns} FROM main."{name}"'
        self._db.execute(f'INSERT INTO main."{name}" ({columns}) {new}')

    def _data_version(self):
        """A number that changes when another connection changes the database."""
        return self._db.execute("PRAGMA data_version").fetchone()[0]

    @contextlib.contextmanager
    def _told(self):
        try:
            yield
        except sqlite3.Error as error:
            raise GradebookError(f"{self.path}: {error}") from None
