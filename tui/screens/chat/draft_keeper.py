"""What is typed and not sent, kept for each conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.services.session import NEW
from tui.widgets.prompt_box import PromptBox


class FoundDraft(Protocol):
    """What a store of drafts has for a conversation."""

    @property
    def text(self) -> str: ...

    @property
    def set_aside(self) -> int:
        """Drafts of other windows that are in the history now."""


class DraftStore(Protocol):
    """Where drafts are kept; every method may raise StoreError."""

    async def get(self, conversation_id: str = NEW) -> FoundDraft: ...

    async def put(self, text: str, conversation_id: str = NEW) -> bool:
        """Save a draft; return whether one of another window had to move to the history."""

    async def set_aside(self, conversation_id: str = NEW) -> bool:
        """Move a draft to the history; return whether there was one."""


class DraftKeeper:
    """Keeps the text of one prompt box on disk, and brings back that of the conversation that is shown."""

    def __init__(self, drafts: DraftStore, box: PromptBox, tell: Callable[[str], None]) -> None:
        """`tell` shows the user a sentence."""
        self._drafts = drafts
        self._box = box
        self._tell = tell
        self._of = NEW
        self._kept: str | None = ""
        """What of the box is on disk; `None` when that is not known."""
        self._unkept: dict[str, str] = {}
        """Drafts that could not be written, of conversations that are not shown."""
        self.trouble = ""
        """Why the last one could not be written: a sentence."""

    async def begin(self) -> None:
        """Bring back what was typed when the program ended; if something new is typed by now, move it to the history."""
        try:
            if self._box.text:
                if await self._drafts.set_aside(self._of):
                    self._tell(_("Your earlier draft is in the history: ctrl+r finds it."))
                return
        except StoreError:
            return  # the folder's state is shown already
        await self._take_out()

    async def keep(self) -> bool:
        """Save what has changed, and return whether all drafts are on disk now."""
        for conversation_id, text in list(self._unkept.items()):
            if conversation_id != self._of:
                await self._write(text, conversation_id)
        text = self._box.draft
        if text != self._kept:
            of, self._kept = self._of, text
            if not await self._write(text, of) and of == self._of:
                self._kept = None
        return not self.unsaved

    @property
    def behind(self) -> bool:
        """Whether the box has changed since it was last saved."""
        return self._box.draft != self._kept

    @property
    def unsaved(self) -> dict[str, str]:
        """The drafts that could not be saved, by conversation, without empty ones."""
        return {conversation_id: text for conversation_id, text in self._unkept.items() if text}

    async def turn_to(self, conversation_id: str) -> None:
        """Save the draft of the conversation shown so far, and bring back that of another.

        What is typed while the disk is busy with that stays, behind the draft.
        """
        if conversation_id == self._of:
            return
        before, draft, changed = self._of, self._box.draft, self.behind
        self._of, self._kept = conversation_id, ""
        self._box.take_up("")
        if changed:
            self._unkept[before] = draft
            await self._write(draft, before)
        if self._of == conversation_id:  # else the user has turned on meanwhile, and that draft is taken out there
            await self._take_out()

    async def keep_for(self, conversation_id: str, text: str) -> None:
        """Save a draft of a conversation that is no longer shown."""
        await self._write(text, conversation_id)

    @property
    def key(self) -> str:
        """The key under which the draft in the box is kept."""
        return self._of

    async def sent(self, prompt: str, began: str, conversation_id: str, *, shown: bool) -> None:
        """Note that the draft kept under `began` became a prompt of a conversation.

        While that is shown, what is left in the box is a draft there.
        """
        if shown and conversation_id != self._of:
            before, self._of, self._kept = self._of, conversation_id, ""
            await self._write("", before)
        elif began != self._of:
            await self._forget(prompt, began)
        await self.keep()

    async def _forget(self, prompt: str, conversation_id: str) -> None:
        """Take a prompt that was sent by now out of the drafts: the user had turned away while it was being saved."""
        kept = self._unkept.get(conversation_id)
        if kept is None:
            try:
                kept = (await self._drafts.get(conversation_id)).text
            except StoreError:
                return
        if kept.strip() == prompt.strip():
            await self._write("", conversation_id)

    async def _take_out(self) -> None:
        of = self._of
        if (unkept := self._unkept.get(of)) is not None:
            self._kept = None
            self._box.take_up(unkept + self._box.text)
            return
        try:
            found = await self._drafts.get(of)
        except StoreError:
            return
        if of == self._of:
            self._kept = found.text
            if found.text:
                self._box.take_up(found.text + self._box.text)
        if found.set_aside:
            self._tell_left_behind()

    def _tell_left_behind(self) -> None:
        self._tell(_("Another window left a draft here too: ctrl+r finds it in the history."))

    async def _write(self, text: str, conversation_id: str) -> bool:
        self._unkept[conversation_id] = text
        try:
            aside = await self._drafts.put(text, conversation_id)
        except StoreError as error:
            self.trouble = str(error)
            return False  # the folder's state is shown already; it is tried again
        if self._unkept.get(conversation_id) == text:
            del self._unkept[conversation_id]
        if aside:
            self._tell_left_behind()
        return True
