"""Renaming, pinning and trashing saved conversations, so that it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tui.domain.chat import ConversationSummary
from tui.services.turns import Turns


class ChangeableStore(Protocol):
    """What is asked of the store. Every method may raise StoreError, and then nothing has changed."""

    async def rename(self, conversation_id: str, title: str) -> None:
        """Give it another title."""

    async def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        """Keep it at the top of the list, or no longer."""

    async def trash(self, conversation_id: str) -> None:
        """Put it aside."""

    async def restore(self, conversation_id: str) -> None:
        """Take it back."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change that can be taken back."""

    conversation_id: str
    title: str
    """The title before."""
    trashed: bool
    """Put into the trash; else renamed."""


class Changes:
    """Changes conversations in the store and remembers how they were. Methods raise StoreError."""

    def __init__(self, store: ChangeableStore, turns: Turns, undo: list[Undoable] | None = None) -> None:
        """`undo` is what was changed before, newest last; it is added to."""
        self._store = store
        self._turns = turns
        self._undo = [] if undo is None else undo
        self.trashed: set[str] = set()
        """Ids of what was put into the trash here, and is still in it."""
        self.renamed: set[str] = set()
        """Ids of what was given another title here, be it its old one."""

    async def rename(self, conversation: ConversationSummary, title: str) -> None:
        """Give it another title."""
        await self._set_title(conversation.id, title)
        self._undo.append(Undoable(conversation.id, conversation.title, trashed=False))

    async def set_pinned(self, conversation: ConversationSummary, pinned: bool) -> None:
        """Keep it at the top of the list, or no longer."""
        await self._store.set_pinned(conversation.id, pinned)

    async def trash(self, conversation: ConversationSummary) -> None:
        """Put it into the trash."""
        await self._store.trash(conversation.id)
        self.trashed.add(conversation.id)
        self._undo.append(Undoable(conversation.id, conversation.title, trashed=True))

    async def undo(self) -> Undoable | None:
        """Take the newest change back and return it; None when there is none left. What fails can be tried again."""
        if not self._undo:
            return None
        last = self._undo[-1]
        if last.trashed:
            await self._store.restore(last.conversation_id)
            self.trashed.discard(last.conversation_id)
        else:
            await self._set_title(last.conversation_id, last.title)
        return self._undo.pop()

    async def _set_title(self, conversation_id: str, title: str) -> None:
        await self._store.rename(conversation_id, title)
        self.renamed.add(conversation_id)
        if (turn := self._turns.of(conversation_id)) is not None:
            turn.conversation.title = title
