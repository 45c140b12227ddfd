"""The list of conversations, in SQLite for speed. It is derived from the conversation files and may be deleted at will."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tui.domain.chat import ConversationSummary
from tui.store import files

VERSION = 1

_TABLES = """
CREATE TABLE conversation (
    id TEXT PRIMARY KEY, signature TEXT NOT NULL, title TEXT NOT NULL, folded TEXT NOT NULL, updated REAL NOT NULL,
    model TEXT NOT NULL, count INTEGER NOT NULL, pinned INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX newest ON conversation (pinned DESC, updated DESC, id DESC);
"""
_COLUMNS = "id, title, updated, model, count, pinned"


class ConversationIndex:
    """One row for each conversation, with the signature of the file it was made from.

    An index that is missing, damaged or of another version starts empty; one that cannot be kept in the cache folder
    lives in memory. Methods raise sqlite3.Error when the file fails later.
    """

    def __init__(self, path: Path | None) -> None:
        self._db = _open(path)

    def signatures(self) -> dict[str, str]:
        """The signature of each conversation's file when it was put."""
        return dict(self._db.execute("SELECT id, signature FROM conversation"))

    def put(self, conversation_id: str, summary: ConversationSummary | None, signature: str) -> None:
        """Insert or replace a row; `None` drops it."""
        if summary is None:
            self.forget(conversation_id)
            return
        title, model = _storable(summary.title), _storable(summary.model)
        row = (
            conversation_id,
            signature,
            title,
            title.casefold(),
            summary.updated,
            model,
            summary.count,
            summary.pinned,
        )
        with _transaction(self._db):
            self._db.execute("REPLACE INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def forget(self, conversation_id: str) -> None:
        """Drop a row."""
        with _transaction(self._db):
            self._db.execute("DELETE FROM conversation WHERE id = ?", (conversation_id,))

    def get(self, conversation_id: str) -> ConversationSummary | None:
        """One row."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM conversation WHERE id = ?", (conversation_id,)).fetchone()  # noqa: S608 (constant)
        return None if row is None else _summary(row)

    def recent(self, limit: int, skip: int, words: list[str]) -> list[ConversationSummary]:
        """Pinned rows first, then the newest; each of `words`, casefolded, must be in the title."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM conversation WHERE {_condition(words)}"  # noqa: S608 (constants)
            " ORDER BY pinned DESC, updated DESC, id DESC LIMIT ? OFFSET ?",
            (*map(_storable, words), limit, skip),
        )
        return [_summary(row) for row in rows]

    def count(self, words: list[str]) -> int:
        """How many rows `recent` would find without a limit."""
        query = f"SELECT count(*) FROM conversation WHERE {_condition(words)}"  # noqa: S608 (constants)
        return int(self._db.execute(query, tuple(map(_storable, words))).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._db.close()


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        with suppress(OSError, sqlite3.OperationalError):  # no folder, no permission, no space, locked for too long
            files.private_folder(path.parent)
            path.touch(files.FILE_MODE)
            try:
                return _connect(str(path))
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged, or of another version
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
                path.touch(files.FILE_MODE)
                return _connect(str(path))
    return _connect(":memory:")


def _connect(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=5, check_same_thread=False, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        with _transaction(db):
            if not _version(db):
                for statement in _TABLES.split(";\n"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")
            _check(db)
    except BaseException:
        db.close()
        raise
    return db


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _check(db: sqlite3.Connection) -> None:
    """DatabaseError for an index of another version."""
    try:
        db.execute(f"SELECT signature, folded, {_COLUMNS} FROM conversation LIMIT 1").fetchone()  # noqa: S608 (constant)
    except sqlite3.OperationalError as error:
        raise sqlite3.DatabaseError("tables are missing") from error
    if _version(db) != VERSION:
        raise sqlite3.DatabaseError("another version")


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _condition(words: list[str]) -> str:
    return " AND ".join(["instr(folded, ?)"] * len(words)) or "1"


def _summary(row: tuple[str, str, float, str, int, int]) -> ConversationSummary:
    conversation_id, title, updated, model, count, pinned = row
    return ConversationSummary(conversation_id, title, updated, model, count, bool(pinned))


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates."""
    return text.encode(errors="replace").decode()
