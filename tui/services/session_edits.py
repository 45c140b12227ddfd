"""What is changed in an open conversation and its messages, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from typing import Protocol

from tui.domain.chat import ChatMessage, Conversation
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.services.changes import Undone
from tui.services.reply_task import ReplyTask
from tui.services.services import Services
from tui.services.session_view import LONG, SessionView


class OpenConversation(Protocol):
    """What the edits need of the session."""

    @property
    def conversation(self) -> Conversation: ...

    @property
    def arriving(self) -> ReplyTask | None: ...

    @property
    def is_asking(self) -> bool: ...

    def is_busy(self) -> bool: ...

    async def may_change(self) -> bool: ...

    async def is_up_to_date(self) -> bool: ...

    async def reload(self, *, to: Collection[str] = ()) -> None: ...


class ConversationEdits:
    """Changes the conversation of a session. What cannot be done is told to the view, and nothing is raised."""

    def __init__(self, services: Services, session: OpenConversation, view: SessionView) -> None:
        self._store = services.store
        self._changes = services.changes
        self._session = session
        self._view = view

    # -- Messages

    async def prompt_to_edit(self, message_id: str) -> ChatMessage | None:
        """Return the prompt that a message is, or answers; `None` when there is none or it may not be edited now."""
        if not await self._session.may_change():
            return None
        conversation = self._session.conversation
        message = conversation.messages.get(message_id)
        question = None if message is None else conversation.question_of(message)
        if question is None:
            self._view.tell(_("There is no prompt to edit here: it was deleted."))
        return question

    async def delete(self, message_id: str) -> bool:
        """Hide a message; the cursor goes to the next, and what was said after it stays. Return whether it is hidden."""
        if not await self._session.may_change():
            return False
        conversation = self._session.conversation
        branch = conversation.branch()
        at = next((n for n, message in enumerate(branch) if message.id == message_id), None)
        if at is None or not await self._change(self._changes.delete(conversation, [branch[at]])):
            return False
        beside = [*branch[at + 1 : at + 2], *branch[max(0, at - 1) : at]]
        await self._session.reload(to=[message.id for message in beside[:1]])
        return True

    async def clear(self) -> int:
        """Hide all messages on screen and return how many. The conversation stays in the list."""
        if not await self._session.may_change():
            return 0
        conversation = self._session.conversation
        n = len(conversation.branch())
        if not n:
            self._view.tell(_("There is nothing to clear."))
        elif not await self._change(self._changes.clear(conversation)):
            return 0
        await self._session.reload()
        return n

    async def bookmark(self, message_id: str) -> bool | None:
        """Set or remove the bookmark of a message, and return whether it has one now; `None` where that cannot be done.

        This can also be done while a reply arrives here.
        """
        session = self._session
        if session.arriving is None and not await session.is_up_to_date():
            return None
        conversation = session.conversation
        message = conversation.messages.get(message_id)
        if message is None:
            return None
        marked = not message.marked
        if not await self._change(self._changes.bookmark(conversation, message_id, marked)):
            return None
        self._view.refresh_header()
        return marked

    async def flip(self, message_id: str, step: int) -> None:
        """Show the next or previous version of a message, with what was last said after it."""
        if not await self._session.may_change():
            return
        conversation = self._session.conversation
        message = conversation.messages.get(message_id)
        if message is None:
            return
        versions = conversation.siblings(message)
        if len(versions) < 2:
            self._view.tell(_("There is one version of this message. f5 asks for another reply, e edits the prompt."))
            return
        wanted = versions[(versions.index(message) + step) % len(versions)]
        conversation.show_branch_of(wanted.id)
        self._view.branch_changed(to=wanted.id)
        await self._save(self._store.save(conversation))

    # -- The conversation

    async def rename(self, title: str) -> None:
        """Give it another title."""
        if await self._change(self._changes.rename(self._session.conversation, title)):
            await self._session.reload()

    async def pin(self) -> None:
        """Pin or unpin it."""
        conversation = self._session.conversation
        pinned = not conversation.pinned
        if self.is_saved() and await self._change(self._changes.set_pinned(conversation, pinned)):
            await self._session.reload()
            self._view.tell(_("Pinned: it stays at the top of the list.") if pinned else _("No longer pinned."))

    async def trash(self) -> bool:
        """Put it into the trash; return whether it is there. Another has to be shown then."""
        if not await self._session.may_change() or not self.is_saved():
            return False
        return await self._change(self._changes.trash(self._session.conversation))

    async def undo(self) -> Undone | None:
        """Take the last change back, in whatever conversation it was made; return what was taken back."""
        session = self._session
        if session.is_asking and session.is_busy():
            return None
        try:
            undone = await self._changes.undo()
        except StoreError as error:
            self._view.tell(str(error), severity="warning", timeout=LONG)
            return None
        self._view.tell(_("There is nothing to undo.") if undone is None else undone.sentence)
        if self._changes.can_undo:
            self._view.change_made()
        if undone is not None and undone.conversation_id == session.conversation.id:
            await session.reload(to=undone.messages)
        self._view.saved()
        return undone

    def is_saved(self) -> bool:
        """Return whether it is on disk; the user is told if not."""
        if not self._session.conversation.messages:
            self._view.tell(_("This conversation is empty: it is saved with its first prompt."))
        return bool(self._session.conversation.messages)

    async def _change(self, change: Awaitable[None]) -> bool:
        done = await self._save(change)
        if done:
            self._view.change_made()
        return done

    async def _save(self, saving: Awaitable[None]) -> bool:
        try:
            await saving
        except StoreError as error:
            self._view.tell(str(error), severity="error", timeout=LONG)
            return False
        self._view.saved()
        return True
