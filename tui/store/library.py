"""The conversation files. Blocking: for the thread of the data folder only."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tui.domain.chat import Conversation, MessageState, OpenedConversation
from tui.domain.errors import MissingError, StoreError
from tui.domain.i18n import N_, _
from tui.store import file_states, files
from tui.store.codec import SCHEMA, Doc, Docs, decode_conversation, encode_message, encode_meta, schema_of
from tui.store.entries import Entry, IndexUpdate, SaveResult
from tui.store.folder import DataFolder
from tui.store.indexing import MESSAGES, META, read_entry, summarise
from tui.store.lines import joined
from tui.store.log_database import LogDatabase
from tui.store.tail import read_end

KEPT_OPEN = 4
"""Conversations whose content stays in memory, so that only what is new is read."""

UNLISTED = "unlisted"
"""A signature that no file has."""

MISSING = N_("No conversation has this id.")
NEWER = N_(
    "A newer version of chinwag wrote this conversation: it can be read, but not changed. Update chinwag to continue."
)


class _Signatures(NamedTuple):
    listed: str
    last: str
    growing: frozenset[str] = frozenset()
    """Ids of messages whose text is not completely indexed."""


class Library:
    """One TinyDB file for each conversation."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._open: dict[str, LogDatabase] = {}
        self._written: dict[str, _Signatures] = {}
        """For files written here: the indexed signature, and that after the last write."""

    def close(self) -> None:
        """Close all conversations, compacting wasteful files."""
        for conversation_id in list(self._open):
            self._leave(conversation_id)

    def load(self, conversation_id: str) -> tuple[OpenedConversation, str]:
        """Return a conversation and the signature of its file at that time, or of an earlier one.

        StoreError if it is missing or nothing of it can be read.
        """
        signature = file_states.signature_at(self._folder, conversation_id)
        database = self._database(conversation_id)
        meta, messages = database.get_one(META, META), database.get_all(MESSAGES)
        if meta is None and not messages:
            raise self._unreadable(database)
        opened = self._opened(decode_conversation(conversation_id, meta, messages))
        read_only = database.log.newer or schema_of(meta) > SCHEMA
        return replace(opened, damaged_lines=database.log.damaged_lines, read_only=read_only), signature

    def _opened(self, conversation: Conversation) -> OpenedConversation:
        streaming = [message for message in conversation.messages.values() if message.state is MessageState.STREAMING]
        growing = {writer for writer in {message.writer for message in streaming} if self._folder.is_growing(writer)}
        return OpenedConversation(
            conversation, growing=frozenset(message.id for message in streaming if message.writer in growing)
        )

    def load_end(self, conversation_id: str) -> OpenedConversation | None:
        """Return the last messages of a long conversation, for showing only; `None` if reading all of it is quick."""
        path = file_states.path_of(self._folder, conversation_id)
        try:
            conversation = read_end(path, conversation_id)
        except FileNotFoundError:
            return None
        return None if conversation is None else self._opened(conversation)

    def save(
        self, conversation_id: str, meta: Doc, messages: Docs, update: IndexUpdate | None, *, whole: bool
    ) -> SaveResult | None:
        """Write these fields of the meta and these messages durably.

        `None`, and nothing written, if the file needs the whole conversation: it does not exist, or it is of an older
        version.
        """
        self._folder.reopen()
        with self._folder.lock:
            path = file_states.path_of(self._folder, conversation_id)
            if not whole and not path.exists():
                return None
            database = self._database(conversation_id)
            stored = database.get_one(META, META)
            if database.log.newer or schema_of(stored) > SCHEMA:
                raise StoreError(_(NEWER))
            if schema_of(stored) < SCHEMA:
                if not whole:
                    return None
                database.log.copy_to(self._folder.quarantine)
            before = file_states.signature_at(self._folder, conversation_id)
            with database.log.together():
                database.replace_all(MESSAGES, messages)
                if meta:
                    database.put(META, META, {**meta, "schema": SCHEMA})
            return self._note(conversation_id, database, before, messages, update)

    def change_meta(self, conversation_id: str, fields: Doc) -> SaveResult:
        """Change fields of a stored conversation's meta; StoreError if it is missing."""
        result = self.save(conversation_id, fields, {}, IndexUpdate(), whole=False)
        if result is None:
            conversation = self.load(conversation_id)[0].conversation
            messages = {message.id: encode_message(message) for message in conversation.messages.values()}
            result = self.save(
                conversation_id, {**encode_meta(conversation), **fields}, messages, IndexUpdate(), whole=True
            )
        assert result is not None  # a whole conversation can always be saved
        return result

    def move(self, conversation_id: str, source: Path, target: Path) -> Entry | None:
        """Move a conversation to or from the trash, and return its new index entry."""
        self._folder.reopen()
        name = file_states.file_name(conversation_id)
        with self._folder.lock:
            if not (source / name).exists():
                raise MissingError(_("This conversation no longer exists."))
            self._leave(conversation_id)
            if (target / name).exists():  # another program put it there: keep everything in it
                LogDatabase(target / name, self._folder.lock).log.copy_to(self._folder.quarantine)
                files.replace(source / name, joined((target / name).read_bytes(), (source / name).read_bytes()))
            files.move(source / name, target / name)
            self._written.pop(conversation_id, None)
        self._folder.tell_others()
        return read_entry(self._folder, conversation_id)

    def _note(
        self, conversation_id: str, database: LogDatabase, before: str, messages: Docs, update: IndexUpdate | None
    ) -> SaveResult:
        """Return what the index needs to know of the write of these messages that was just done."""
        after = file_states.signature_at(self._folder, conversation_id)
        known = self._written.get(conversation_id)
        if known is None or known.last != before:
            known = _Signatures(before, before)
        listed, growing = known.listed, known.growing | messages.keys()
        if update is None:
            self._written[conversation_id] = _Signatures(listed, after, growing)
            return SaveResult(None, listed, before, after)
        growing -= {message.id for message in update.messages}
        self._written[conversation_id] = _Signatures(after, after, growing)
        if growing:
            listed = UNLISTED  # a title was saved while a reply grew: its text has to be read from the file
        self._folder.tell_others()
        summary = summarise(decode_conversation(conversation_id, database.get_one(META, META), {}))
        summary = replace(summary, trashed=file_states.is_trashed(after))
        return SaveResult(
            Entry(conversation_id, summary, after, update.length, update.messages, whole=False), listed, before, after
        )

    def _unreadable(self, database: LogDatabase) -> StoreError:
        """Return the error for a file without a readable line, after moving it to quarantine."""
        log = database.log
        if log.newer:
            return StoreError(_(NEWER))
        if not log.damaged_lines:
            return MissingError(_(MISSING))
        with self._folder.lock:
            copy = log.copy_to(self._folder.quarantine)
            log.path.unlink()
        return StoreError(
            _("Nothing in this conversation can be read. Its file was moved to {path}.").format(path=copy)
        )

    # Files

    def _database(self, conversation_id: str) -> LogDatabase:
        path = file_states.path_of(self._folder, conversation_id)
        if conversation_id in self._open and self._open[conversation_id].log.path != path:
            self._leave(conversation_id)
        known = conversation_id in self._open
        database = self._open.pop(conversation_id) if known else LogDatabase(path, self._folder.lock)
        self._open[conversation_id] = database
        while len(self._open) > KEPT_OPEN:
            self._leave(next(iter(self._open)))
        return database

    def _leave(self, conversation_id: str) -> None:
        database = self._open.pop(conversation_id, None)
        if database is None:
            return
        if database.log.written and database.log.wasteful:
            with suppress(OSError):  # full disk or no lock: the file is valid as it is
                database.log.compact(self._folder.quarantine)
        database.log.release()
