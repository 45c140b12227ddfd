"""Reads conversation files into the search index, a few at a time. Blocking."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from tui.domain.chat import Conversation, ConversationSummary
from tui.domain.i18n import _
from tui.store import file_states
from tui.store.codec import decode_conversation
from tui.store.entries import Entry, indexed
from tui.store.folder import DataFolder
from tui.store.index import IndexWriter, changed_files
from tui.store.log_storage import LogStorage

SLICE_SECONDS = 0.04
"""The longest time in which files are read before the results are written; a single file may take longer."""

META, MESSAGES = "meta", "messages"


class Indexer:
    """Finds files whose present state is not indexed, and reads them, the newest first."""

    def __init__(self, folder: DataFolder, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._waiting: list[str] = []
        self._empty: dict[str, str] = {}
        """Signatures of files without content, which are not listed."""

    @property
    def waiting(self) -> int:
        """Files still to be read."""
        return len(self._waiting)

    def check_files(self, index: IndexWriter, growing: Mapping[str, str]) -> bool:
        """Check all files except those that are `growing` and have this signature, and remove those that are gone.

        Return whether the index changed.
        """
        found, known = file_states.signatures(self._folder), index.signatures()
        self._waiting = changed_files(found, {**known, **self._empty, **growing})[::-1]
        gone = known.keys() - found.keys()
        if gone:
            index.forget(gone)
        return bool(gone)

    def read_some(self, index: IndexWriter) -> None:
        """Read the next files and put them into the index."""
        until = self._clock() + SLICE_SECONDS
        entries: list[Entry] = []
        while self._waiting:
            conversation_id = self._waiting.pop()
            signature = file_states.signature_at(self._folder, conversation_id)
            if signature and index.signature(conversation_id) == signature:
                continue  # another window has indexed it already
            entry = read_entry(self._folder, conversation_id)
            if entry is not None:
                entries.append(entry)
                self._empty.pop(conversation_id, None)
            elif signature:
                self._empty[conversation_id] = signature
                index.forget([conversation_id])
            if self._clock() >= until:
                break
        index.put(entries)


def read_entry(folder: DataFolder, conversation_id: str) -> Entry | None:
    """Return the index entry of a conversation's file; `None` if there is no file, or nothing in it."""
    signature = file_states.signature_at(
        folder, conversation_id
    )  # first, so that what is added while reading is read again
    if not signature:
        return None
    trashed = file_states.is_trashed(signature)
    try:
        log = LogStorage(file_states.path_of(folder, conversation_id), folder.lock)
        tables = log.read() or {}
    except OSError:  # no permission: reported when it is opened
        summary = ConversationSummary(conversation_id, _("Unreadable"), 0.0, trashed=trashed)
        return Entry(conversation_id, summary, signature, 0, (), whole=True)
    meta, messages = tables.get(META, {}).get(META), tables.get(MESSAGES, {})
    if meta is None and not messages and not log.damaged_lines:
        return None
    conversation = decode_conversation(conversation_id, meta, messages)
    summary = replace(summarise(conversation), trashed=trashed)
    count = len(conversation.branch())
    return Entry(conversation_id, summary, signature, count, indexed(conversation.messages.values()), whole=True)


def summarise(conversation: Conversation) -> ConversationSummary:
    """Return the row of a conversation in the list, except for the number of its messages."""
    return ConversationSummary(
        conversation.id, conversation.title, conversation.updated, conversation.model, pinned=conversation.pinned
    )
