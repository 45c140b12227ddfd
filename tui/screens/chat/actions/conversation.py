"""What is done with the conversation that is shown, and turning to another one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from tui.domain.chat import Conversation
from tui.domain.i18n import _, plural
from tui.domain.search import Term
from tui.screens.chat.actions.context import ChatContext
from tui.screens.chat.actions.find import FindActions
from tui.screens.chat.modes import Mode
from tui.screens.rename_dialog import RenameDialog
from tui.widgets.conversation_rows import Chosen

SUSPEND_WITHIN = 2.0
"""Seconds in which a second ctrl+z suspends."""


class ConversationActions:
    """Opens, renames, pins, clears and trashes conversations, and takes changes back."""

    def __init__(self, context: ChatContext, find: FindActions, one_at_a_time: asyncio.Lock) -> None:
        self._context = context
        self._find = find
        self._one_at_a_time = one_at_a_time
        self._suspend_asked = 0.0

    # -- Another one

    def open(self, conversation_id: str, message_id: str = "", terms: Sequence[Term] = ()) -> None:
        """Show a saved conversation; with a message of it, begin to read there, with the terms highlighted."""
        self._context.run(partial(self._open, conversation_id, message_id, terms), "open", exclusive=True)

    async def _open(self, conversation_id: str, message_id: str, terms: Sequence[Term]) -> None:
        context = self._context
        self._leave_modes()
        if await context.pane.open(conversation_id, message_id) and message_id:
            context.modes.read()
            context.transcript.cursor.to(message_id)
            context.transcript.viewport.to_top(message_id)
            self._find.terms(message_id, terms)
        context.calls.fill_sidebar()

    def new(self) -> None:
        """Begin an empty conversation; it is saved with its first prompt."""
        self._context.run(self._new, "open", exclusive=True)

    async def _new(self) -> None:
        self._leave_modes()
        await self._context.pane.show(Conversation())
        self._context.calls.fill_sidebar()

    def _leave_modes(self) -> None:
        self._find.leave()
        self._context.modes.close(Mode.LABELS)
        self._context.modes.write()

    def browse(self, looking_for: str = "") -> None:
        """Browse all conversations, or those that hold something."""
        from tui.screens.conversations import ConversationsScreen

        context = self._context
        current = context.pane.conversation.id
        browser = ConversationsScreen(context.services, current, looking_for, context.calls.open_list_help)
        context.push(browser, self._browsed)

    def _browsed(self, chosen: Chosen | None) -> None:
        if chosen is None:
            self._context.calls.fill_sidebar()
        elif chosen.conversation_id:
            self.open(chosen.conversation_id, chosen.message_id, chosen.terms)
        else:
            self.new()

    def toggle_sidebar(self) -> None:
        """Show or hide the list of conversations."""
        screen = self._context.screen
        screen.toggle_class("-sidebar-shown" if screen.has_class("-narrow") else "-no-sidebar")

    # -- Changes

    def clear(self) -> None:
        """Hide all messages on screen."""
        self._context.run(self._clear, "act")

    async def _clear(self) -> None:
        async with self._one_at_a_time:
            if n := await self._context.pane.session.edits.clear():
                hidden = plural(
                    "{n} message is hidden. /undo brings back what was cleared.",
                    "{n} messages are hidden. /undo brings back what was cleared.",
                    n,
                )
                self._context.notify(hidden)
            self._context.write_if_empty()

    def trash(self) -> None:
        """Move the conversation to the trash, and begin a new one."""
        self._context.run(self._trash, "act")

    async def _trash(self) -> None:
        async with self._one_at_a_time:
            if await self._context.pane.session.edits.trash():
                await self._leave()
                self._context.pane.prompt_box.undo_elsewhere()
                self._context.notify(_("Moved to trash. /undo brings it back."))

    async def _leave(self) -> None:
        self._context.modes.write()
        await self._context.pane.show(Conversation())

    def rename(self) -> None:
        """Ask for another title."""
        self._context.run(self._rename, "act")

    async def _rename(self) -> None:
        async with self._one_at_a_time:
            pane = self._context.pane
            if pane.session.edits.is_saved():
                title = await self._context.screen.app.push_screen_wait(RenameDialog(pane.conversation.title))
                if title is not None and title != pane.conversation.title:
                    await pane.session.edits.rename(title)

    def pin(self) -> None:
        """Pin or unpin the conversation."""
        self._context.run(self._pin, "act")

    async def _pin(self) -> None:
        async with self._one_at_a_time:
            await self._context.pane.session.edits.pin()

    # -- Undo

    def undo(self) -> None:
        """Take the last change back, whatever and wherever it was."""
        self._context.run(self._undo, "act")

    async def _undo(self) -> None:
        async with self._one_at_a_time:
            context, pane = self._context, self._context.pane
            was_empty = not pane.conversation.branch()
            undone = await pane.session.edits.undo()
            if undone is None:
                return
            if undone.conversation_id == pane.conversation.id in context.services.changes.trashed:
                await self._leave()
            elif undone.restored and not pane.conversation.messages:
                await pane.open(undone.conversation_id)
            elif was_empty and undone.conversation_id == pane.conversation.id:
                context.transcript.viewport.to_end()
            context.write_if_empty()

    def undo_or_suspend(self) -> None:
        """Take the last change back; with none left, suspend when asked twice."""
        now = time.monotonic()
        if self._context.services.changes.can_undo:
            self.undo()
        elif now - self._suspend_asked < SUSPEND_WITHIN:
            self._suspend_asked = 0.0
            self.suspend()
        else:
            self._suspend_asked = now
            said = _("There is nothing to undo. Press ctrl+z again to suspend.")
            self._context.notify(said, timeout=SUSPEND_WITHIN)

    def suspend(self) -> None:
        """Give the terminal back to the shell until `fg`."""
        self._context.screen.app.action_suspend_process()
