"""Changing saved conversations and their messages, so that it can be taken back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from tui.domain.chat import ChatMessage, Conversation, OpenedConversation
from tui.domain.errors import ChangeError, MissingError, StoreError
from tui.domain.i18n import _, plural
from tui.domain.safe_text import one_line
from tui.services.turns import Turns

KEPT_ACTS = 200
"""How many changes can be taken back; the oldest are forgotten."""
TITLE_LENGTH = 40
"""Characters of a title in a sentence."""


class ChangeableStore(Protocol):
    """What is asked of the store. Every method may raise StoreError, and then nothing has changed."""

    async def load(self, conversation_id: str) -> OpenedConversation:
        """Read a conversation; MissingError when it is not there."""

    async def is_current(self, conversation: Conversation) -> bool:
        """Return whether nobody has written to its file since it was read or saved here."""

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        """Write these messages."""

    async def rename(self, conversation_id: str, title: str) -> None:
        """Give it another title; MissingError when it is not there."""

    async def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        """Keep it at the top of the list, or no longer; MissingError when it is not there."""

    async def trash(self, conversation_id: str) -> None:
        """Put it aside; MissingError when it is not there."""

    async def restore(self, conversation_id: str) -> None:
        """Take it back; MissingError when it is not in the trash."""


class Changeable(Protocol):
    """A conversation, or a row that stands for one."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def pinned(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Undone:
    """A change that was taken back."""

    conversation_id: str
    sentence: str
    """A sentence about what was brought back."""
    messages: frozenset[str] = frozenset()
    """Ids of the messages that are back, or are as they were."""
    restored: bool = False
    """The conversation is out of the trash again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Act:
    """A change that can be taken back."""

    title: str
    take_back: Callable[[], Awaitable[Undone]]


class Changes:
    """Makes changes, and takes them back, newest first. One for the run of the app.

    Methods raise StoreError, and then nothing has changed; ChangeError, which is one, where things are not so that the
    change can be made.
    """

    def __init__(self, store: ChangeableStore, turns: Turns) -> None:
        self._store = store
        self._turns = turns
        self._acts: deque[_Act] = deque(maxlen=KEPT_ACTS)
        self._one_at_a_time = asyncio.Lock()
        self.trashed: set[str] = set()
        """Ids of what was put into the trash in this run, and is still in it."""
        self.titles: dict[str, str] = {}
        """The newest titles given in this run, by conversation id."""

    @property
    def can_undo(self) -> bool:
        """Whether a change is left to take back."""
        return bool(self._acts)

    async def rename(self, conversation: Changeable, title: str) -> None:
        """Give it another title."""
        change = partial(self._set_title, conversation.id, title)
        await self._make(conversation, change, partial(self._title_back, conversation.id, title, conversation.title))

    async def set_pinned(self, conversation: Changeable, pinned: bool) -> None:
        """Keep it at the top of the list, or no longer."""
        id_, title = conversation.id, conversation.title
        change = partial(self._set_pinned, id_, pinned)
        await self._make(conversation, change, partial(self._pinned_back, id_, title, not pinned))

    async def trash(self, conversation: Changeable) -> None:
        """Put it into the trash; ChangeError while a reply is arriving in it."""
        if self._turns.arriving(conversation.id) is not None:
            raise ChangeError(_("A reply is arriving there. Stop it first; then the conversation can go to the trash."))
        id_, title = conversation.id, conversation.title
        await self._make(conversation, partial(self._trash, id_), partial(self._out_of_trash, id_, title))

    async def restore(self, conversation: Changeable) -> None:
        """Take it out of the trash."""
        id_, title = conversation.id, conversation.title
        await self._make(conversation, partial(self._restore, id_), partial(self._into_trash, id_, title))

    async def delete(self, conversation: Conversation, messages: Iterable[ChatMessage]) -> None:
        """Hide these messages, on disk and then in the values; ChangeError when one of them is arriving."""
        ids = frozenset(message.id for message in messages)
        task = self._turns.arriving(conversation.id)
        if task is not None and task.reply.id in ids:
            raise ChangeError(_("This reply is still arriving. Stop it with escape; then it can be deleted."))
        hidden = set(ids)

        async def hide() -> None:
            hidden.intersection_update(await self._set_deleted(conversation.id, ids, True))

        await self._make(conversation, hide, partial(self._messages_back, conversation.id, conversation.title, hidden))
        for message_id in ids & conversation.messages.keys():
            conversation.messages[message_id].deleted = True

    async def clear(self, conversation: Conversation) -> None:
        """Hide all messages of the branch on screen."""
        await self.delete(conversation, conversation.branch())

    async def bookmark(self, conversation: Conversation, message_id: str, marked: bool) -> None:
        """Set or remove a bookmark, on disk and then in the value. The message may be arriving here."""
        back = partial(self._bookmark_back, conversation.id, conversation.title, message_id, not marked)
        await self._make(conversation, partial(self._bookmark, conversation, message_id, marked), back)

    async def undo(self) -> Undone | None:
        """Take the newest change back; None when there is none left.

        Where that can never be done any more, ChangeError says why and the change is forgotten. Any other failure keeps
        it, to be tried again.
        """
        async with self._one_at_a_time:
            if not self._acts:
                return None
            act = self._acts[-1]
            try:
                undone = await act.take_back()
            except MissingError:
                self._acts.pop()
                gone = _("Not undone: “{title}” is no longer where it was. Another window has moved it.")
                raise ChangeError(gone.format(title=_short(act.title)), final=True) from None
            except ChangeError as error:
                if error.final:
                    self._acts.pop()
                raise
            self._acts.pop()
            return undone

    async def _make(
        self,
        conversation: Changeable,
        change: Callable[[], Awaitable[None]],
        take_back: Callable[[], Awaitable[Undone]],
    ) -> None:
        act = _Act(conversation.title, take_back)
        async with self._one_at_a_time:
            self._acts.append(act)  # before: a change whose caller is cancelled may be made all the same
            try:
                await change()
            except StoreError:
                self._acts.pop()
                raise

    # -- The title

    async def _set_title(self, conversation_id: str, title: str) -> None:
        await self._store.rename(conversation_id, title)
        self.titles[conversation_id] = title
        if (task := self._turns.of(conversation_id)) is not None:
            task.conversation.title = title

    async def _title_back(self, conversation_id: str, given: str, before: str) -> Undone:
        now = (await self._store.load(conversation_id)).conversation.title  # on disk: another window may have named it
        if now != given:
            raise ChangeError(
                _("Not undone: another window has named it “{title}”.").format(title=_short(now)), final=True
            )
        await self._set_title(conversation_id, before)
        return Undone(conversation_id, _("It is called “{title}” again.").format(title=_short(before)))

    # -- The pin

    async def _set_pinned(self, conversation_id: str, pinned: bool) -> None:
        await self._store.set_pinned(conversation_id, pinned)
        if (task := self._turns.of(conversation_id)) is not None:
            task.conversation.pinned = pinned

    async def _pinned_back(self, conversation_id: str, title: str, pinned: bool) -> Undone:
        await self._set_pinned(conversation_id, pinned)
        said = _("“{title}” is pinned again.") if pinned else _("“{title}” is no longer pinned.")
        return Undone(conversation_id, said.format(title=_short(title)))

    # -- The trash

    async def _trash(self, conversation_id: str) -> None:
        await self._store.trash(conversation_id)
        self.trashed.add(conversation_id)

    async def _restore(self, conversation_id: str) -> None:
        await self._store.restore(conversation_id)
        self.trashed.discard(conversation_id)

    async def _out_of_trash(self, conversation_id: str, title: str) -> Undone:
        await self._restore(conversation_id)
        return Undone(conversation_id, _("Brought back “{title}”.").format(title=_short(title)), restored=True)

    async def _into_trash(self, conversation_id: str, title: str) -> Undone:
        if self._turns.arriving(conversation_id) is not None:
            raise ChangeError(_("A reply is arriving there. Stop it first; then ctrl+z can undo."))
        await self._trash(conversation_id)
        return Undone(conversation_id, _("“{title}” is in the trash again.").format(title=_short(title)))

    # -- Messages

    async def _set_deleted(self, conversation_id: str, ids: Iterable[str], deleted: bool) -> set[str]:
        """Hide or show messages as they are on disk now, so that what another window wrote stands; the ids changed."""
        conversation = await self._held(conversation_id, to_change=True)
        found = [conversation.messages[each] for each in sorted(ids) if each in conversation.messages]
        turned = [message for message in found if message.deleted is not deleted]
        for message in turned:
            message.deleted = deleted
        try:
            if turned:
                await self._store.save(conversation, *turned)
        except StoreError:
            for message in turned:
                message.deleted = not deleted
            raise
        return {message.id for message in turned}

    async def _messages_back(self, conversation_id: str, title: str, ids: Iterable[str]) -> Undone:
        back = await self._set_deleted(conversation_id, ids, False)
        if not back:
            raise ChangeError(_("Nothing to undo there: another window has brought the messages back."), final=True)
        messages = plural("{n} message", "{n} messages", len(back))
        said = _("Brought back {messages} of “{title}”.").format(messages=messages, title=_short(title))
        return Undone(conversation_id, said, frozenset(back))

    async def _bookmark(self, shown: Conversation, message_id: str, marked: bool) -> None:
        current = self._turns.of(shown.id) is None and await self._store.is_current(shown)
        conversation = shown if current else await self._held(shown.id, to_change=True)
        await self._set_marked(conversation, message_id, marked)
        if message_id in shown.messages:
            shown.messages[message_id].marked = marked

    async def _bookmark_back(self, conversation_id: str, title: str, message_id: str, marked: bool) -> Undone:
        if not await self._set_marked(await self._held(conversation_id, to_change=True), message_id, marked):
            raise ChangeError(_("Nothing to undo there: another window has changed that bookmark."), final=True)
        said = _("Bookmark restored in “{title}”.") if marked else _("Bookmark removed again in “{title}”.")
        return Undone(conversation_id, said.format(title=_short(title)), frozenset({message_id}))

    async def _set_marked(self, conversation: Conversation, message_id: str, marked: bool) -> bool:
        """Set or remove a bookmark; return whether that changed anything."""
        message = conversation.messages.get(message_id)
        if message is None:
            raise ChangeError(_("No bookmark was set: that message is no longer in the conversation."))
        if message.marked is marked:
            return False
        message.marked = marked
        try:
            await self._store.save(conversation, message)
        except StoreError:
            message.marked = not marked
            raise
        return True

    async def _held(self, conversation_id: str, *, to_change: bool = False) -> Conversation:
        """Return the conversation in which a reply is arriving here, else as it is on disk."""
        if (task := self._turns.of(conversation_id)) is not None:
            return task.conversation
        opened = await self._store.load(conversation_id)
        if to_change and opened.growing:
            raise ChangeError(_("A reply is arriving there in another window. Wait for its end, then try again."))
        return opened.conversation


def _short(title: str) -> str:
    return one_line(title, TITLE_LENGTH) or _("New conversation")
