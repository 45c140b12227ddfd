"""SQLite databases of other programs. They are read without being locked, changed or trusted. Blocking."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line

Row = dict[str, Any]

MAGIC = b"SQLite format 3\0"

_STEPS = 1_000_000
"""Instructions of SQLite between two looks at whether a query takes too long."""
_MOST = 20_000
"""Such looks: some minutes."""


class Database:
    """The tables of a file, by name; a column that a version does not have is missing from the rows."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        self._columns = {name: self._columns_of(name) for (name,) in names if isinstance(name, str)}

    def has(self, table: str, *columns: str) -> bool:
        """Return whether there is such a table with these columns."""
        return set(columns) <= self._columns.get(table, set()) and table in self._columns

    def rows(self, table: str, where: str = "", value: object = None, order: str = "rowid") -> list[Row]:
        """Return the rows of a table; with `where`, those with this value in that column."""
        if not self.has(table, *([where] if where else [])):
            return []
        condition = f'WHERE "{where}" IS ?' if where else ""
        order = f'"{order}"' if order in self._columns[table] else "rowid"
        cursor = self._connection.execute(
            f'SELECT * FROM "{table}" {condition} ORDER BY {order}, rowid',  # noqa: S608 - names that the file has
            (value,) if where else (),
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def grouped(self, table: str, by: str, order: str = "rowid") -> dict[str, list[Row]]:
        """Return the rows of a table, by the id that a column holds."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows(table, order=order) if self.has(table, by) else []:
            groups.setdefault(str(row[by]), []).append(row)
        return groups

    def _columns_of(self, table: str) -> set[str]:
        quoted = table.replace('"', '""')
        return {row[1] for row in self._connection.execute(f'PRAGMA table_info("{quoted}")')}


@contextmanager
def open_database(path: Path) -> Iterator[Database]:
    """Open a database for reading. StoreError if it turns out to be damaged."""
    ticks = iter(range(_MOST))
    beside = path.with_name(path.name + "-wal").exists()  # its program may be running
    uri = f"{path.absolute().as_uri()}?mode=ro{'' if beside else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(uri, uri=True, check_same_thread=False)) as connection:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.set_progress_handler(lambda: next(ticks, None) is None, _STEPS)
            connection.execute("PRAGMA trusted_schema = OFF")
            yield Database(connection)
    except sqlite3.Error as error:
        raise StoreError(_("The database is damaged: {reason}.").format(reason=one_line(str(error), 120))) from error
