"""What is typed and not sent, kept for each conversation."""

from __future__ import annotations

from typing import Protocol

from tui.domain.errors import StoreError
from tui.widgets.prompt_box import PromptBox

NEW = "new"
"""Stands for the conversation that has no prompt yet."""


class DraftStore(Protocol):
    """Where drafts are kept; every method may raise StoreError."""

    async def get(self, conversation_id: str = NEW) -> str: ...

    async def put(self, text: str, conversation_id: str = NEW) -> None: ...


class DraftKeeper:
    """Keeps the text of one prompt box on disk, and brings back that of the conversation that is shown."""

    def __init__(self, drafts: DraftStore, box: PromptBox) -> None:
        self._drafts = drafts
        self._box = box
        self._of = NEW
        self._kept = ""

    async def begin(self) -> None:
        """Bring back what was typed when the program ended, unless something new is typed by now."""
        try:
            draft = await self._drafts.get(self._of)
        except StoreError:
            return
        if draft and not self._box.text:
            self._kept = draft
            self._box.take_up(draft)

    async def keep(self) -> None:
        """Write the box down, if it changed."""
        text = self._box.draft
        if text != self._kept:
            of, self._kept = self._of, text
            try:
                await self._drafts.put(text, of)
            except StoreError:
                self._kept = ""  # the folder's state is shown already; the next pause tries again

    async def turn_to(self, conversation_id: str) -> None:
        """Put away the draft of the conversation shown so far, and take out that of another."""
        if conversation_id == self._of:
            return
        await self.keep()
        self._of = conversation_id
        try:
            self._kept = await self._drafts.get(conversation_id)
        except StoreError:
            self._kept = ""
        self._box.take_up(self._kept)

    async def keep_for(self, conversation_id: str, text: str) -> None:
        """Write down a draft of a conversation that is not shown any more."""
        try:
            await self._drafts.put(text, conversation_id)
        except StoreError:
            return  # the folder's state is shown already

    @property
    def key(self) -> str:
        """What the draft in the box is kept under."""
        return self._of

    async def sent(self, conversation_id: str, *, shown: bool) -> None:
        """The draft became a prompt of this conversation; while that is shown, what is left in the box is a draft there."""
        if shown and conversation_id != self._of:
            try:
                await self._drafts.put("", self._of)
            except StoreError:
                return
            self._of, self._kept = conversation_id, ""
        await self.keep()
