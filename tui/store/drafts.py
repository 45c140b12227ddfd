"""Drafts: text that was not sent yet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tui.domain.errors import StoreError
from tui.store.folder import DataFolder
from tui.store.history import PromptHistory

if TYPE_CHECKING:
    from tui.store.log_database import LogDatabase

NEW = "new"
"""Stands for the conversation that does not exist yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a conversation."""

    text: str = ""
    set_aside: int = 0
    """Drafts of other windows for the same conversation that were moved to the history."""


class Drafts:
    """Unsent text, for each conversation. Methods may raise StoreError.

    A window has its own draft for a conversation while another window with one for it runs. When windows have closed,
    the draft of the one opened last is used, and the others go to the history. Nothing that another window wrote is
    overwritten.
    """

    def __init__(self, folder: DataFolder, history: PromptHistory) -> None:
        self._folder = folder
        self._history = history
        self._mine: dict[str, str] = {}
        """The document that this window last read or wrote, by conversation."""
        self._seen: dict[str, str] = {}
        """Its text then, by document."""

    async def get(self, conversation_id: str = NEW) -> Draft:
        """Return the draft of a conversation that no other window is writing."""
        return await self._folder.run(self._get, conversation_id)

    async def put(self, text: str, conversation_id: str = NEW) -> bool:
        """Save a draft, or delete it if it is empty. Return whether one left by another window went to the history."""
        return await self._folder.run(self._put, text, conversation_id)

    async def clear(self, conversation_id: str = NEW) -> None:
        """Delete a draft."""
        await self.put("", conversation_id)

    async def set_aside(self, conversation_id: str = NEW) -> bool:
        """Move drafts of closed windows for a conversation to the history, and return whether there were any."""
        return await self._folder.run(self._set_aside, conversation_id)

    def _get(self, conversation_id: str) -> Draft:
        left = self._left(conversation_id)
        if not left:
            return Draft()
        mine = self._mine.get(conversation_id)
        chosen = mine if mine in left else max(left, key=lambda doc_id: (self._writer(doc_id), doc_id))
        self._mine[conversation_id] = chosen
        text = self._seen[chosen] = left.pop(chosen)
        if not left:
            return Draft(text)
        try:
            with self._folder.lock:
                self._to_history(left)
        except (OSError, StoreError):
            return Draft(text)  # they stay drafts
        return Draft(text, len(left))

    def _put(self, text: str, conversation_id: str) -> bool:
        self._folder.reopen()
        with self._folder.lock:
            doc_id = self._mine.get(conversation_id, conversation_id)
            if self._is_taken(doc_id):
                doc_id = f"{conversation_id}@{self._folder.writer}"
            there = self._text(doc_id)
            unseen = {} if there in ("", self._seen.get(doc_id), text) else {doc_id: there}
            self._to_history(unseen)
            self._mine[conversation_id] = doc_id
            self._seen[doc_id] = text
            if text:
                self._database.put("drafts", doc_id, {"text": text, "writer": self._folder.writer})
            else:
                self._database.remove("drafts", [doc_id])
        if self._database.log.wasteful:
            with suppress(OSError):  # full disk or no lock: the draft is already written
                self._database.log.compact(self._folder.quarantine, keep_deletions=False)
        return bool(unseen)

    def _set_aside(self, conversation_id: str) -> bool:
        self._folder.reopen()
        left = self._left(conversation_id)
        left.pop(self._mine.get(conversation_id, ""), None)
        with self._folder.lock:
            self._to_history(left)
        return bool(left)

    def _left(self, conversation_id: str) -> dict[str, str]:
        """Return the drafts of a conversation that no other window is writing, by document."""
        found = {}
        for doc_id in self._database.get_all("drafts"):
            if doc_id == conversation_id or doc_id.startswith(f"{conversation_id}@"):
                text = self._text(doc_id)
                if text and not self._is_taken(doc_id):
                    found[doc_id] = text
        return found

    def _to_history(self, drafts: dict[str, str]) -> None:
        for doc_id, text in drafts.items():
            self._history.add_now(text)  # first, so that a crash in between cannot lose it
            self._database.remove("drafts", [doc_id])

    def _is_taken(self, doc_id: str) -> bool:
        """Return whether another running window uses this document."""
        return self._folder.is_growing(self._writer(doc_id))

    def _writer(self, doc_id: str) -> str:
        writer = (self._database.get_one("drafts", doc_id) or {}).get("writer")
        return writer if isinstance(writer, str) else ""

    def _text(self, doc_id: str) -> str:
        text = (self._database.get_one("drafts", doc_id) or {}).get("text")
        return text if isinstance(text, str) else ""

    @cached_property
    def _database(self) -> LogDatabase:
        """For the folder's thread, where importing TinyDB does not block the app."""
        from tui.store.log_database import LogDatabase

        return LogDatabase(self._folder.path / "drafts.jsonl", self._folder.lock)
