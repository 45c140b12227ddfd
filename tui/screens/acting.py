"""What the keys of READ and the palette do with messages, and with the conversation that is shown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from textual import getters, on, work
from textual.worker import Worker

from tui.domain.chat import Conversation
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean
from tui.screens.chat.pane import ChatPane
from tui.screens.dialogs import Rename
from tui.screens.outlining import OutliningScreen
from tui.services.services import Services
from tui.widgets.prompt_box import PromptBox

SUSPEND_WITHIN = 2.0
"""Seconds in which a second ctrl+z suspends."""


class ActingScreen(OutliningScreen):
    """Acts on the message under the cursor, without one on the last. Every act can be taken back."""

    pane = getters.query_one(ChatPane)

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._one_at_a_time = asyncio.Lock()
        """Keys act on what the keys before them have left."""
        self._suspend_asked = 0.0

    # -- Messages

    def action_retry_here(self) -> None:
        """Retry, and write again."""
        self._write(self.pane.retry)

    def action_resume_here(self) -> None:
        """Continue, and write again."""
        self._write(self.pane.continue_reply)

    def _write(self, ask: Callable[[], Worker[bool]]) -> None:
        """Ask, and write at once: what is typed from here on is text. Where nothing could be asked, go on reading."""
        cursor, self.reading = self.transcript.cursor.message_id, False
        self._read_unless(ask(), cursor)

    @work(group="act", description="act")
    async def _read_unless(self, asked: Worker[bool], cursor: str | None) -> None:
        if not await asked.wait() and cursor in self.pane.conversation.messages:
            self.reading = True
            self.transcript.cursor.to(cursor)

    def action_edit_here(self) -> None:
        """Take the prompt under the cursor into the box."""
        at, was_reading, draft = self.transcript.cursor.message_id, self.reading, self.pane.prompt_box.text
        self.reading = False  # at once: what is typed from here on is text
        self._act(at, lambda message_id: self._edit(message_id, draft, was_reading=was_reading))

    def action_quote_here(self) -> None:
        """Quote what is selected, else the message under the cursor, in the prompt."""
        message = self.pane.conversation.messages.get(self.transcript.cursor.message_id or "")
        text = self.get_selected_text() or ("" if message is None else message.content)
        if text.strip():
            self.quote(text)

    def quote(self, text: str) -> None:
        """Put a text into the prompt, marked as said by others, and write on below it."""
        lines = clean(text).strip("\n").split("\n")
        self.reading = False
        self.pane.prompt_box.add_paragraph("\n".join(f"> {line}".rstrip() for line in lines))

    def action_delete_here(self) -> None:
        """Hide the message under the cursor."""
        self._act(self.transcript.cursor.message_id, self._delete)

    def action_edit_last(self) -> None:
        """Take the prompt under the cursor, or the last one, into the box."""
        self.action_edit_here()

    def action_delete_last(self) -> None:
        """Hide the message under the cursor, or the last one."""
        self.action_delete_here()

    def action_mark_here(self) -> None:
        """Mark the message under the cursor, or no longer."""
        self._act(self.transcript.cursor.message_id, self._mark)

    def action_mark_last(self) -> None:
        """Mark the message under the cursor, or the last one; or no longer."""
        self.action_mark_here()

    def action_next_mark_here(self) -> None:
        """To the next marked message."""
        self.action_next_mark()

    @work(group="act")
    async def action_next_mark(self) -> None:
        """Read the next marked message; after the last one, the first."""
        async with self._one_at_a_time:
            branch = self.pane.conversation.branch()
            marked = [number for number, message in enumerate(branch) if message.marked]
            if not marked:
                self.notify(_("Nothing is marked yet. m in READ marks a message."))
                return
            cursor = self.transcript.cursor.message_id
            at = next((number for number, message in enumerate(branch) if message.id == cursor), -1)
            to = next((number for number in marked if number > at), marked[0])
            if to == at:
                self.notify(_("This is the only mark."))
            elif to < at:
                self.notify(_("That was the last mark. This is the first."))
            self.reading = True
            self.transcript.cursor.to(branch[to].id)

    @on(PromptBox.UndoPressed)
    def _undo_pressed(self, event: PromptBox.UndoPressed) -> None:
        event.stop()
        self.action_undo_or_suspend()

    def action_undo_here(self) -> None:
        """Take the last change back."""
        self.action_undo_or_suspend()

    def action_undo_or_suspend(self) -> None:
        """Take the last change back; with none left, suspend when asked twice."""
        now = time.monotonic()
        if self._services.changes.can_undo:
            self.action_undo_change()
        elif now - self._suspend_asked < SUSPEND_WITHIN:
            self._suspend_asked = 0.0
            self.app.action_suspend_process()
        else:
            self._suspend_asked = now
            self.notify(_("There is nothing to undo. Press ctrl+z again to suspend."), timeout=SUSPEND_WITHIN)

    def action_version_here(self, step: int) -> None:
        """Show another version of the message under the cursor."""
        self._act(self.transcript.cursor.message_id, lambda message_id: self.pane.session.edits.flip(message_id, step))

    def action_other_version(self) -> None:
        """Show the next version of the last message that has several."""
        branch = self.pane.conversation.branch()
        several = self.pane.conversation.versions()
        last = next((message.id for message in reversed(branch) if message.id in several), None)
        self._act(last, lambda message_id: self.pane.session.edits.flip(message_id, +1))

    @work(group="act")
    async def _act(self, message_id: str | None, act: Callable[[str], Awaitable[None]]) -> None:
        """Do this with a message, or with the one that has taken its place since the key was pressed."""
        async with self._one_at_a_time:
            branch = [message.id for message in self.pane.conversation.branch()]
            if not branch:
                self.notify(_("There is no message yet."))
                return
            at = message_id if message_id in branch else self.transcript.cursor.message_id
            await act(at or branch[-1])

    async def _edit(self, message_id: str, draft: str, *, was_reading: bool) -> None:
        if not await self.pane.edit_prompt(message_id, draft) and was_reading:
            self.reading = True
            self.transcript.cursor.to(message_id)

    async def _delete(self, message_id: str) -> None:
        if await self.pane.session.edits.delete(message_id):
            self.notify(_("Deleted. {key} brings it back.").format(key="ctrl+z"))
        self._write_if_empty()

    async def _mark(self, message_id: str) -> None:
        marked = await self.pane.session.edits.mark(message_id)
        if marked is not None and not self.transcript.jump.shows_header(message_id):
            self.notify(_("Marked.") if marked else _("No longer marked."))

    @work(group="act")
    async def leave_edit(self) -> None:
        """Bring back the draft from before the edit."""
        async with self._one_at_a_time:
            if self.pane.editing:
                await self.pane.leave_edit()

    # -- The conversation

    @work(group="act")
    async def action_undo_change(self) -> None:
        """Take the last change back, whatever and wherever it was."""
        async with self._one_at_a_time:
            pane = self.pane
            was_empty = not pane.conversation.branch()
            undone = await pane.session.edits.undo()
            if undone is None:
                return
            if undone.conversation_id == pane.conversation.id in self._services.changes.trashed:
                await self._leave_conversation()
            elif undone.restored and not pane.conversation.messages:
                await pane.open(undone.conversation_id)
            elif was_empty and undone.conversation_id == pane.conversation.id:
                self.transcript.viewport.to_end()
            self._write_if_empty()

    @work(group="act")
    async def action_clear_conversation(self) -> None:
        """Hide all messages on screen."""
        async with self._one_at_a_time:
            if n := await self.pane.session.edits.clear():
                hidden = plural("{n} message is hidden.", "{n} messages are hidden.", n)
                self.notify(_("{hidden} /undo brings back what was cleared.").format(hidden=hidden))
            self._write_if_empty()

    @work(group="act")
    async def action_trash_conversation(self) -> None:
        """Put the conversation into the trash, and begin a new one."""
        async with self._one_at_a_time:
            if await self.pane.session.edits.trash():
                await self._leave_conversation()
                self.pane.prompt_box.undo_elsewhere()
                self.notify(_("Moved to trash. /undo brings it back."))

    @work(group="act")
    async def action_rename_conversation(self) -> None:
        """Ask for another title."""
        async with self._one_at_a_time:
            if self.pane.session.edits.is_saved():
                title = await self.app.push_screen_wait(Rename(self.pane.conversation.title))
                if title is not None and title != self.pane.conversation.title:
                    await self.pane.session.edits.rename(title)

    @work(group="act")
    async def action_pin_conversation(self) -> None:
        """Keep the conversation at the top of the list, or no longer."""
        async with self._one_at_a_time:
            await self.pane.session.edits.pin()

    async def _leave_conversation(self) -> None:
        self.reading = False
        await self.pane.show(Conversation())

    def _write_if_empty(self) -> None:
        if not self.pane.conversation.branch():
            self.reading = False
