"""What is done with messages: asked for again, edited, quoted, deleted, bookmarked, flipped through."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from textual.worker import Worker

from tui.domain.i18n import _
from tui.domain.safe_text import clean
from tui.screens.chat.actions.context import ChatContext


class MessageActions:
    """Acts on the message under the cursor, without one on the last. Every change can be taken back."""

    def __init__(self, context: ChatContext, one_at_a_time: asyncio.Lock) -> None:
        """`one_at_a_time` is held by every change: keys act on what the keys before them have left."""
        self._context = context
        self._one_at_a_time = one_at_a_time

    # -- Replies

    def stop(self) -> None:
        """Stop the reply and keep its text."""
        if not self._context.pane.stop():
            self._context.notify(_("No reply is arriving."))

    def retry(self) -> None:
        """Ask again for the last reply."""
        self._write_while(self._context.pane.retry)

    def continue_reply(self) -> None:
        """Have the last reply go on where it was cut off."""
        self._write_while(self._context.pane.continue_reply)

    def _write_while(self, ask: Callable[[], Worker[bool]]) -> None:
        """Ask, and write at once: what is typed from here on is text. Where nothing could be asked, go on reading."""
        context = self._context
        was_reading, cursor = context.modes.reading, context.transcript.cursor.message_id
        context.modes.write()
        asked = ask()
        if was_reading:
            context.run(partial(self._read_unless, asked, cursor), "act")

    async def _read_unless(self, asked: Worker[bool], cursor: str | None) -> None:
        if not await asked.wait() and cursor in self._context.pane.conversation.messages:
            self._context.modes.read()
            self._context.transcript.cursor.to(cursor)

    # -- Editing and quoting

    def edit(self) -> None:
        """Take the prompt under the cursor, or the last one, into the box."""
        context = self._context
        at, was_reading, draft = (
            context.transcript.cursor.message_id,
            context.modes.reading,
            context.pane.prompt_box.text,
        )
        context.modes.write()  # at once: what is typed from here on is text
        self._act(at, lambda message_id: self._edit(message_id, draft, was_reading=was_reading))

    async def _edit(self, message_id: str, draft: str, *, was_reading: bool) -> None:
        if not await self._context.pane.edit_prompt(message_id, draft) and was_reading:
            self._context.modes.read()
            self._context.transcript.cursor.to(message_id)

    def leave_edit(self) -> None:
        """Bring back the draft from before the edit."""
        self._context.run(self._leave_edit, "act")

    async def _leave_edit(self) -> None:
        async with self._one_at_a_time:
            if self._context.pane.editing:
                await self._context.pane.leave_edit()

    def quote(self) -> None:
        """Quote what is selected, else the message under the cursor, in the prompt."""
        message = self._context.pane.conversation.messages.get(self._context.transcript.cursor.message_id or "")
        text = self._context.screen.get_selected_text() or ("" if message is None else message.content)
        if text.strip():
            self.quote_text(text)

    def quote_text(self, text: str) -> None:
        """Put a text into the prompt, marked as said by others, and write on below it."""
        lines = clean(text).strip("\n").split("\n")
        self._context.modes.write()
        self._context.pane.prompt_box.add_paragraph("\n".join(f"> {line}".rstrip() for line in lines))

    # -- Deleting and versions

    def delete(self) -> None:
        """Hide the message under the cursor, or the last one."""
        self._act(self._context.transcript.cursor.message_id, self._delete)

    async def _delete(self, message_id: str) -> None:
        if await self._context.pane.session.edits.delete(message_id):
            self._context.notify(_("Deleted. {key} brings it back.").format(key="ctrl+z"))
        self._context.write_if_empty()

    def version(self, step: int) -> None:
        """Show another version of the message under the cursor, or of the last message that has several."""
        at = self._context.transcript.cursor.message_id
        if at is None:
            conversation = self._context.pane.conversation
            several = conversation.versions()
            at = next((message.id for message in reversed(conversation.branch()) if message.id in several), None)
        self._act(at, lambda message_id: self._context.pane.session.edits.flip(message_id, step))

    # -- Bookmarks

    def bookmark(self) -> None:
        """Set or remove a bookmark on the message under the cursor, or the last one."""
        self._act(self._context.transcript.cursor.message_id, self._bookmark)

    async def _bookmark(self, message_id: str) -> None:
        marked = await self._context.pane.session.edits.bookmark(message_id)
        if marked is not None and not self._context.transcript.jump.shows_header(message_id):
            self._context.notify(_("Bookmark set.") if marked else _("Bookmark removed."))

    def next_bookmark(self) -> None:
        """Read the next message with a bookmark; after the last one, the first."""
        self._context.run(self._next_bookmark, "act")

    async def _next_bookmark(self) -> None:
        async with self._one_at_a_time:
            context = self._context
            branch = context.pane.conversation.branch()
            marked = [number for number, message in enumerate(branch) if message.marked]
            if not marked:
                context.notify(_("There is no bookmark yet. m in READ sets one."))
                return
            cursor = context.transcript.cursor.message_id
            at = next((number for number, message in enumerate(branch) if message.id == cursor), -1)
            to = next((number for number in marked if number > at), marked[0])
            if to == at:
                context.notify(_("This is the only bookmark."))
            elif to < at:
                context.notify(_("That was the last bookmark. This is the first."))
            context.modes.read()
            context.transcript.cursor.to(branch[to].id)

    # -- What they have in common

    def _act(self, message_id: str | None, act: Callable[[str], Awaitable[None]]) -> None:
        self._context.run(partial(self._acting, message_id, act), "act")

    async def _acting(self, message_id: str | None, act: Callable[[str], Awaitable[None]]) -> None:
        """Do this with a message, or with the one that has taken its place since the key was pressed."""
        async with self._one_at_a_time:
            branch = [message.id for message in self._context.pane.conversation.branch()]
            if not branch:
                self._context.notify(_("There is no message yet."))
                return
            at = message_id if message_id in branch else self._context.transcript.cursor.message_id
            await act(at or branch[-1])
