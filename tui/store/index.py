"""The search index: one row for each conversation, and the words of each message.

SQLite, for speed. Everything in it is derived from the conversation files, so it may be deleted at any time. Blocking.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from tui.domain.chat import ConversationSummary
from tui.domain.search import fold
from tui.store import files
from tui.store.entries import Entry, IndexedMessage
from tui.store.tokenizer import separated

VERSION = 2

COLUMNS = "c.id, c.title, c.updated, c.model, c.count, c.pinned, c.trashed"
"""Of a conversation `c`, in the order of `summary_of`."""

_TABLES = """
CREATE TABLE conversation (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, trashed INTEGER NOT NULL, signature TEXT NOT NULL,
    title TEXT NOT NULL, folded TEXT NOT NULL, updated REAL NOT NULL, model TEXT NOT NULL, count INTEGER NOT NULL,
    pinned INTEGER NOT NULL
);
CREATE INDEX newest ON conversation (trashed, pinned DESC, updated DESC, id DESC);
CREATE TABLE message (
    number INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, id TEXT NOT NULL, role TEXT NOT NULL, model TEXT NOT NULL,
    digest INTEGER NOT NULL, UNIQUE (conversation, id)
)
"""
CREATE_WORDS = (
    'CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = "2 3")'
)
"""Only in a file: it takes more space than the conversations."""

_RANDOM_BITS = 20
_MOST_MILLISECONDS = 1 << 43
"""The year 2248; with the bits above, the largest row number."""


def index_path(cache: Path, data: Path) -> Path:
    """Return the path of a data folder's index. Each has its own, so that trying another folder costs nothing."""
    return cache / f"index-{sha256(str(data.absolute()).encode(errors='surrogateescape')).hexdigest()[:12]}.sqlite"


class IndexWriter:
    """Changes the index. Methods raise sqlite3.Error if its file fails."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._has_words = has_words(db)

    def is_empty(self) -> bool:
        """Return whether no conversation is in it."""
        return self._db.execute("SELECT 1 FROM conversation LIMIT 1").fetchone() is None

    def signature(self, conversation_id: str) -> str:
        """Return the signature of a conversation's file when it was read; empty for one that is not indexed."""
        row = self._db.execute("SELECT signature FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
        return "" if row is None else str(row[0])

    def data_version(self) -> int:
        """Return a number that changes when another connection has changed the index."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def signatures(self) -> dict[str, str]:
        """Return the signature of each conversation's file when it was read."""
        return dict(self._db.execute("SELECT id, signature FROM conversation"))

    def put(self, entries: Iterable[Entry]) -> None:
        """Insert or update conversations and these messages of them, in one transaction."""
        with transaction(self._db):
            for entry in entries:
                self._put(entry)

    def put_saved(self, entry: Entry, listed: str) -> None:
        """Add what was just saved here. `listed` is the file's signature when it was last indexed, empty for a new one.

        If the index knows another state of the file, somebody else has written too: it will be read again.
        """
        with transaction(self._db):
            known = self.signature(entry.id)
            if known != entry.signature:  # otherwise another window has indexed the file already
                self._put(entry if known == listed else entry._replace(signature=""))

    def forget(self, conversation_ids: Iterable[str]) -> None:
        """Remove conversations."""
        with transaction(self._db):
            for conversation_id in conversation_ids:
                row = self._db.execute("SELECT number FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
                if row is not None:
                    if self._has_words:
                        self._forget_words(self._known(row[0]).values())
                    self._db.execute("DELETE FROM conversation WHERE number = ?", row)

    def _put(self, entry: Entry) -> None:
        summary = entry.summary
        title = storable(summary.title)
        row = (summary.trashed, entry.signature, title, fold(title), summary.updated, storable(summary.model))
        (number,) = self._db.execute(
            "INSERT INTO conversation (id, trashed, signature, title, folded, updated, model, count, pinned)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8, 0), ?9) ON CONFLICT (id) DO UPDATE SET"
            " trashed = excluded.trashed, signature = excluded.signature, title = excluded.title,"
            " folded = excluded.folded, updated = excluded.updated, model = excluded.model,"
            " count = coalesce(?8, count), pinned = excluded.pinned RETURNING number",
            (entry.id, *row, entry.length, summary.pinned),
        ).fetchone()
        if self._has_words:
            self._put_words(number, entry)

    def _put_words(self, number: int, entry: Entry) -> None:
        known = self._known(number, None if entry.whole else [message.id for message in entry.messages])
        if entry.whole:
            here = {message.id for message in entry.messages}
            self._forget_words([known.pop(gone) for gone in known.keys() - here])
        changed = [m for m in entry.messages if m.id not in known or known[m.id].digest != m.digest]
        numbers: dict[str, int] = {}
        taken: set[int] = set()
        for message in changed:
            old = known.get(message.id)
            numbers[message.id] = self._free_number(message, taken) if old is None else old.number
            taken.add(numbers[message.id])
        self._db.executemany(
            "DELETE FROM words WHERE rowid = ?", [(known[m.id].number,) for m in changed if m.id in known]
        )
        self._db.executemany(
            "REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?)",
            [(numbers[m.id], number, storable(m.id), m.role, storable(m.model), m.digest) for m in changed],
        )
        self._db.executemany(
            "INSERT INTO words (rowid, text) VALUES (?, ?)",
            sorted((numbers[m.id], separated(storable(m.content))) for m in changed if m.content.strip()),
        )

    def _known(self, conversation: int, message_ids: list[str] | None = None) -> dict[str, _Known]:
        query = "SELECT id, number, digest FROM message WHERE conversation = ?"
        if message_ids is None:
            found = self._db.execute(query, (conversation,)).fetchall()
        else:
            found = [
                row
                for message_id in message_ids
                for row in self._db.execute(f"{query} AND id = ?", (conversation, storable(message_id)))
            ]
        return {message_id: _Known(number, digest) for message_id, number, digest in found}

    def _free_number(self, message: IndexedMessage, taken: Collection[int]) -> int:
        """Return an unused row number that sorts by the message's time."""
        number = first_number(message.created) | crc32(message.id.encode(errors="replace")) & ((1 << _RANDOM_BITS) - 1)
        while number in taken or self._db.execute("SELECT 1 FROM message WHERE number = ?", (number,)).fetchone():
            number += 1
        return number

    def _forget_words(self, known: Iterable[_Known]) -> None:
        numbers = [(row.number,) for row in known]
        self._db.executemany("DELETE FROM words WHERE rowid = ?", numbers)
        self._db.executemany("DELETE FROM message WHERE number = ?", numbers)


class _Known(NamedTuple):
    number: int
    digest: int


def first_number(moment: float) -> int:
    """Return the smallest row number of a message of this time, in Unix seconds."""
    return int(min(max(0.0, moment * 1000), _MOST_MILLISECONDS - 1)) << _RANDOM_BITS


def moment_of(number: int) -> float:
    """Return the time of a message in Unix seconds, to the millisecond, from its row number."""
    return (number >> _RANDOM_BITS) / 1000


def open_index(path: Path | None) -> sqlite3.Connection:
    """Return a connection to the index in this file, which is created if it is missing, damaged or of another version.

    The index is in memory if there is no path, or nothing can be written there.
    """
    if path is not None:
        with suppress(OSError, sqlite3.OperationalError):  # no folder, no permission, no space, locked for too long
            files.private_folder(path.parent)
            path.touch(files.FILE_MODE)
            try:
                return _prepared(connect(path))
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged, or of another version
                remove_index(path)
                path.touch(files.FILE_MODE)
                return _prepared(connect(path))
    return _prepared(connect(None))


def connect(path: Path | None) -> sqlite3.Connection:
    """Return a connection, without preparing the tables."""
    name = ":memory:" if path is None else str(path)
    return sqlite3.connect(name, timeout=5, check_same_thread=False, isolation_level=None)


def remove_index(path: Path) -> None:
    """Delete an index; OSError if that fails."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def has_words(db: sqlite3.Connection) -> bool:
    """Return whether messages are indexed: SQLite may lack FTS5, and an index in memory has no space for them."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone() is not None


def is_in_memory(db: sqlite3.Connection) -> bool:
    """Return whether nobody else can see this index."""
    return not db.execute("PRAGMA database_list").fetchone()[2]


def summary_of(row: tuple[str, str, float, str, int, int, int]) -> ConversationSummary:
    """Return a conversation from a row of `COLUMNS`."""
    conversation_id, title, updated, model, count, pinned, trashed = row
    return ConversationSummary(conversation_id, title, updated, model, count, bool(pinned), bool(trashed))


def storable(text: str) -> str:
    """Return the text without lone surrogates, which SQLite does not accept."""
    return text if text.isascii() else text.encode(errors="replace").decode()


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commit everything done inside, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def version_of(db: sqlite3.Connection) -> int:
    """Return the version that created the tables; 0 for a file without any."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _prepared(db: sqlite3.Connection) -> sqlite3.Connection:
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if not version_of(db):  # otherwise start-up would wait for another window that is writing
            _make_tables(db)
        _check(db)
    except BaseException:
        db.close()
        raise
    return db


def _make_tables(db: sqlite3.Connection) -> None:
    with transaction(db):
        if version_of(db):
            return  # another window has created them meanwhile
        for statement in _TABLES.split(";\n"):
            db.execute(statement)
        if not is_in_memory(db):
            with suppress(sqlite3.OperationalError):  # no such module: fts5
                db.execute(CREATE_WORDS)
        db.execute(f"PRAGMA user_version = {VERSION}")


def _check(db: sqlite3.Connection) -> None:
    """Raise DatabaseError for an index of another version, or without its tables."""
    if version_of(db) != VERSION:
        raise sqlite3.DatabaseError("another version")
    try:
        db.execute(f"SELECT {COLUMNS}, signature, folded FROM conversation c LIMIT 1").fetchone()  # noqa: S608 (constant)
        db.execute("SELECT number, conversation, id, role, model, digest FROM message LIMIT 1").fetchone()
        if has_words(db):
            db.execute("SELECT text FROM words LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        raise sqlite3.DatabaseError("tables are missing") from error


def changed_files(found: Mapping[str, str], known: Mapping[str, str]) -> list[str]:
    """Return the ids of files whose signature has changed, the newest first; without those that have none."""
    return sorted((name for name, now in found.items() if now and known.get(name) != now), reverse=True)
