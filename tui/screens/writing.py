"""Writing prompts: the editor, earlier prompts, commands, what ctrl+c does; and saving what was written."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from tui.domain.i18n import _
from tui.screens.commands import CHAT_COMMANDS, Command
from tui.screens.editor import EditorError, edit_text
from tui.screens.labelling import LabellingScreen
from tui.services.export.names import file_name
from tui.services.export.saving import Format, Saved, default_folder, save, snapshot
from tui.services.services import Services
from tui.widgets.prompt_box import PromptBox

QUIT_WITHIN = 2.0
"""Seconds in which a second ctrl+c or ctrl+d quits."""


class WritingScreen(LabellingScreen):
    """Helps to write prompts. Nothing here clears the box before its text is safe elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g,f8", "edit_prompt", "Editor", id="chat.editor"),
        Binding("ctrl+r", "search_history", "Search earlier prompts", show=False, id="chat.history"),
        Binding("ctrl+c,super+c", "interrupt", "Copy, stop or quit", show=False, id="chat.interrupt"),
    ]

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._quit_asked = 0.0
        self._editing = asyncio.Lock()

    # -- To a file

    async def action_save_here(self) -> None:
        """Save to a file."""
        await self.action_save()

    async def action_save(self) -> None:
        """Save the conversation to a file of the user's."""
        if not self.pane.conversation.branch():
            self.notify(_("There is nothing to save yet."))
            return
        from tui.screens.save_dialog import CONVERSATION_FORMATS, SaveDialog

        folder = await asyncio.to_thread(default_folder, self._services.dirs.data)
        suggested = folder / file_name(self.pane.conversation, Format.MARKDOWN)
        dialog = SaveDialog(suggested, self._save_file, CONVERSATION_FORMATS, _("Save this conversation"))
        self.app.push_screen(dialog, self.file_saved)

    async def _save_file(self, form: Format, path: Path) -> Saved:
        """Write what is on the screen now; a reply may go on growing meanwhile."""
        pane = self.pane
        return await asyncio.to_thread(save, snapshot(pane.conversation), form, path, pane.session.growing_replies)

    # -- The box

    @work(group="edit")
    async def action_edit_prompt(self) -> None:
        """Write the prompt in the user's editor."""
        if self._editing.locked():  # the key came twice before the editor had the terminal
            return
        async with self._editing:
            box = self.pane.prompt_box
            text, drafts = box.text, self.pane.drafts
            begun_in = drafts.key
            try:
                edited = await edit_text(self.app, text)
            except EditorError as error:
                self.notify(str(error), severity="warning", timeout=12)
            else:
                if drafts.key == begun_in:
                    box.put_back(edited + box.text.removeprefix(text))  # with letters that were on their way
                else:
                    await drafts.keep_for(begun_in, edited)

    @on(PromptBox.SlashPressed)
    def _slash(self, event: PromptBox.SlashPressed) -> None:
        event.stop()
        box = self.pane.prompt_box
        from tui.screens.slash_palette import SlashPalette  # on first use: the palette is not needed to start

        self.app.push_screen(SlashPalette(CHAT_COMMANDS, box.take_command, self._run_command, box.put_back))

    @on(PromptBox.HistoryPressed)
    def _history_pressed(self, event: PromptBox.HistoryPressed) -> None:
        event.stop()
        self.action_search_history()

    def action_search_history(self) -> None:
        """Find an earlier prompt."""
        from tui.screens.history_search import HistorySearch

        typed_ahead = self.pane.prompt_box.take_command
        if self.is_active:
            self.app.push_screen(HistorySearch(self._services.history.all, typed_ahead), self._earlier_chosen)
        else:
            typed_ahead()

    async def _earlier_chosen(self, prompt: str | None) -> None:
        if prompt is not None:
            self.reading = False
            await self.pane.composer.take_earlier(prompt)

    async def _run_command(self, command: Command, typed_after: str) -> None:
        await self.run_action(command.action)
        if typed_after:
            self.pane.prompt_box.insert(typed_after)

    async def action_interrupt(self) -> None:
        """Copy what is selected; else stop the reply; else put the draft into the history; else quit when asked twice."""
        box = self.pane.prompt_box
        if text := (box.selected_text or self.get_selected_text()):
            self.copy_text(text)
        elif self.pane.stop():
            return
        elif box.text:
            draft = box.text
            box.clear()
            if await self.pane.composer.remember(draft):
                self.notify(_("Your draft is in the history: up brings it back."))
            else:
                box.put_back(draft + box.text)
        else:
            await self._quit_when_asked_twice("ctrl+c")

    @on(PromptBox.QuitPressed)
    async def _quit_pressed(self, event: PromptBox.QuitPressed) -> None:
        event.stop()
        await self._quit_when_asked_twice("ctrl+d")

    async def _quit_when_asked_twice(self, key: str) -> None:
        now = time.monotonic()
        if now - self._quit_asked < QUIT_WITHIN:
            self.app.call_later(self.app.action_quit)
        else:
            self._quit_asked = now
            self.notify(_("Press {key} again to quit.").format(key=key), timeout=QUIT_WITHIN)
