"""The conversation files and their list. Blocking: called in the thread of the data folder only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from tui.domain.chat import Conversation, ConversationSummary, MessageState, OpenedConversation
from tui.domain.errors import MissingError, StoreError
from tui.domain.words import _
from tui.store import files
from tui.store.codec import SCHEMA, Doc, Docs, decode_conversation, encode_message, encode_meta, schema_of
from tui.store.folder import DataFolder
from tui.store.index import ConversationIndex
from tui.store.log_storage import LogDatabase

T = TypeVar("T")

META, MESSAGES = "meta", "messages"

KEPT_OPEN = 4
"""Conversations whose content is kept in memory, so that only what is new is read."""

SUFFIX = ".jsonl"

MISSING = _("This conversation is no longer there. Look for it in the trash.")
NEWER = _("A newer version of chinwag wrote this conversation: it can be read, not changed. Update chinwag to go on.")


class _Row(NamedTuple):
    """One conversation as the list shows it, and the state of its file that this was read from."""

    summary: ConversationSummary | None
    signature: str


class Library:
    """One TinyDB file for each conversation, and an index that can always be made anew from them."""

    def __init__(self, folder: DataFolder, cache: Path) -> None:
        self._folder = folder
        self._cache = cache
        self._index = ConversationIndex(None)
        self._open: dict[str, LogDatabase] = {}
        self._listed: dict[str, _Row] | None = None
        """By id; `None` before the first look at the files."""

    def start(self) -> None:
        """Open the index in the cache folder."""
        self._index.close()
        self._index = ConversationIndex(self._cache / "index.sqlite")

    def close(self) -> None:
        """Leave all conversations: wasteful files are compacted."""
        for conversation_id in list(self._open):
            self._leave(conversation_id)
        self._index.close()

    # The list

    def recent(self, limit: int, skip: int, text: str) -> list[ConversationSummary]:
        """Pinned rows, then the newest; every word of `text` is in the title."""
        words = text.casefold().split()
        if self._listed is None:
            self.refresh()
        return self._indexed(lambda index: index.recent(limit, skip, words))

    def count(self, text: str) -> int:
        """How many conversations have every word of `text` in the title."""
        words = text.casefold().split()
        if self._listed is None:
            self.refresh()
        return self._indexed(lambda index: index.count(words))

    def refresh(self) -> bool:
        """Look for files changed by others; whether the list changed."""
        return self._indexed(self._look)

    def _look(self, index: ConversationIndex) -> bool:
        signatures = self._signatures()
        before = self._listed or {}
        first = self._listed is None
        indexed = index.signatures() if first or any(_is_news(before, *found) for found in signatures.items()) else {}
        listed: dict[str, _Row] = {}
        for conversation_id, signature in signatures.items():
            if not _is_news(before, conversation_id, signature):
                listed[conversation_id] = before[conversation_id]
            elif indexed.get(conversation_id) == signature:
                listed[conversation_id] = _Row(index.get(conversation_id), signature)
            else:
                listed[conversation_id] = _Row(self._read_summary(conversation_id), signature)
                index.put(conversation_id, *listed[conversation_id])
        for conversation_id in {*indexed, *before} - signatures.keys():
            index.forget(conversation_id)
        self._listed = listed
        return {row.summary for row in listed.values()} != {row.summary for row in before.values()}

    def _signatures(self) -> dict[str, str]:
        """What tells one state of a file from the next, by conversation."""
        found = {}
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(self._folder.conversations) as entries:
            for entry in entries:
                if entry.name.endswith(SUFFIX):
                    with suppress(FileNotFoundError):  # moved away this moment
                        found[entry.name.removesuffix(SUFFIX)] = _signature(entry.stat())
        return found

    def signature(self, conversation_id: str) -> str:
        """What tells one state of a file from the next; empty when it is not there."""
        try:
            return _signature(self._path(conversation_id).stat())
        except FileNotFoundError:
            return ""

    def _read_summary(self, conversation_id: str) -> ConversationSummary | None:
        """The row of a file, or `None` for one that nothing was written to."""
        database = self._open.get(conversation_id)
        if database is None:
            database = self._database_at(self._path(conversation_id))
        try:
            meta, messages = database.get_one(META, META), database.get_all(MESSAGES)
        except OSError:  # no permission: said when it is opened
            return ConversationSummary(conversation_id, _("Unreadable"), 0.0)
        if meta is None and not messages and not database.log.damaged_lines:
            return None
        conversation = decode_conversation(conversation_id, meta, messages)
        return _summarise(conversation, len(conversation.branch()))

    def _list(self, conversation_id: str, database: LogDatabase, count: int | None) -> None:
        """Bring the list up to date with what was just written to a file."""
        path = database.log.path
        if self._listed is None or path.parent != self._folder.conversations:
            return
        known = self._listed.get(conversation_id)
        settled = count is not None
        if count is None and known is not None and known.summary is not None:
            count = known.summary.count
        if count is None:
            summary = self._read_summary(conversation_id)
        else:
            meta = database.get_one(META, META)
            summary = _summarise(decode_conversation(conversation_id, meta, {}), count)
        row = self._listed[conversation_id] = _Row(summary, _signature(path.stat()))
        if settled or known is None or known.summary != summary:  # not at every save of a growing reply
            self._indexed(lambda index: index.put(conversation_id, *row))

    def _indexed(self, work: Callable[[ConversationIndex], T]) -> T:
        """Work on the index. When its file fails, go on with one in memory: nothing in it is precious."""
        try:
            return work(self._index)
        except sqlite3.Error:
            self._index.close()
            self._index = ConversationIndex(None)
            self._listed = None
            self._look(self._index)
            return work(self._index)

    # One conversation

    def load(self, conversation_id: str) -> OpenedConversation:
        """Read a conversation; StoreError when it is missing or nothing of it can be read."""
        database = self._database(conversation_id)
        meta, messages = database.get_one(META, META), database.get_all(MESSAGES)
        if meta is None and not messages:
            raise self._unreadable(database)
        conversation = decode_conversation(conversation_id, meta, messages)
        streaming = [message for message in conversation.messages.values() if message.state is MessageState.STREAMING]
        growing = {writer for writer in {message.writer for message in streaming} if self._folder.is_growing(writer)}
        return OpenedConversation(
            conversation,
            growing=frozenset(message.id for message in streaming if message.writer in growing),
            damaged_lines=database.log.damaged_lines,
            read_only=database.log.newer or schema_of(meta) > SCHEMA,
        )

    def save(self, conversation_id: str, meta: Doc, messages: Docs, count: int | None, *, whole: bool) -> bool:
        """Write these fields of the meta and these messages durably; `count` is for the list, `None` if it is the same.

        False, and nothing written, when the file needs the whole conversation instead: it is not there, or it is of an
        older shape.
        """
        self._folder.reopen()
        with self._folder.lock:
            path = self._path(conversation_id)
            if not whole and not path.exists():
                return False
            database = self._database(conversation_id)
            stored = database.get_one(META, META)
            if database.log.newer or schema_of(stored) > SCHEMA:
                raise StoreError(NEWER)
            if schema_of(stored) < SCHEMA:
                if not whole:
                    return False
                database.log.copy_to(self._folder.quarantine)
            with database.log.together():
                database.replace_all(MESSAGES, messages)
                if meta:
                    database.put(META, META, {**meta, "schema": SCHEMA})
            self._list(conversation_id, database, count)
        return True

    def change_meta(self, conversation_id: str, fields: Doc) -> None:
        """Change fields of a stored conversation's meta; StoreError when it is missing."""
        if not self.save(conversation_id, fields, {}, None, whole=False):
            conversation = self.load(conversation_id).conversation
            messages = {message.id: encode_message(message) for message in conversation.messages.values()}
            self.save(conversation_id, {**encode_meta(conversation), **fields}, messages, None, whole=True)

    def move(self, conversation_id: str, source: Path, target: Path) -> None:
        """Move a conversation between the folders of the living and of the trash."""
        self._folder.reopen()
        name = _file_name(conversation_id)
        with self._folder.lock:
            if not (source / name).exists():
                raise MissingError(MISSING)
            self._leave(conversation_id)
            if (target / name).exists():
                self._database_at(target / name).log.copy_to(self._folder.quarantine)
            files.move(source / name, target / name)
        self.refresh()

    def _unreadable(self, database: LogDatabase) -> StoreError:
        """Put a file without a readable line aside; the error that says so."""
        log = database.log
        if log.newer:
            return StoreError(NEWER)
        if not log.damaged_lines:
            return MissingError(MISSING)
        with self._folder.lock:
            copy = log.copy_to(self._folder.quarantine)
            log.path.unlink()
        return StoreError(_("Nothing in this conversation can be read. Its file is now {path}.").format(path=copy))

    # Files

    def _path(self, conversation_id: str) -> Path:
        """Where a conversation is: a reply may still be growing in one that another window put into the trash."""
        name = _file_name(conversation_id)
        path = self._folder.conversations / name
        return self._folder.trash / name if not path.exists() and (self._folder.trash / name).exists() else path

    def _database(self, conversation_id: str) -> LogDatabase:
        path = self._path(conversation_id)
        database = self._open.pop(conversation_id, None)
        if database is None or database.log.path != path:
            database = self._database_at(path)
        self._open[conversation_id] = database
        while len(self._open) > KEPT_OPEN:
            self._leave(next(iter(self._open)))
        return database

    def _database_at(self, path: Path) -> LogDatabase:
        return LogDatabase(path, self._folder.lock)

    def _leave(self, conversation_id: str) -> None:
        database = self._open.pop(conversation_id, None)
        if database is not None and database.log.written and database.log.wasteful:
            with suppress(OSError):  # full disk, no lock: the file is fine as it is
                database.log.compact(self._folder.quarantine)


def _summarise(conversation: Conversation, count: int) -> ConversationSummary:
    return ConversationSummary(
        conversation.id, conversation.title, conversation.updated, conversation.model, count, conversation.pinned
    )


def _is_news(listed: dict[str, _Row], conversation_id: str, signature: str) -> bool:
    row = listed.get(conversation_id)
    return row is None or row.signature != signature


def _file_name(conversation_id: str) -> str:
    return f"{Path(conversation_id).name}{SUFFIX}"


def _signature(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}"
