"""Writing prompts: the editor, earlier prompts, and what ctrl+c and escape do."""

from __future__ import annotations

import asyncio
import time

from tui.domain.i18n import _
from tui.screens.chat.actions.context import ChatContext
from tui.screens.chat.actions.copy import CopyActions
from tui.screens.editor import EditorError, edit_text

QUIT_WITHIN = 2.0
"""Seconds in which a second ctrl+c or ctrl+d quits."""


class WritingActions:
    """Helps to write prompts. Nothing here clears the box before its text is safe elsewhere."""

    def __init__(self, context: ChatContext, copy: CopyActions) -> None:
        self._context = context
        self._copy = copy
        self._quit_asked = 0.0
        self._in_editor = asyncio.Lock()

    def open_editor(self) -> None:
        """Write the prompt in the user's editor."""
        self._context.run(self._edit_prompt, "edit")

    async def _edit_prompt(self) -> None:
        if self._in_editor.locked():  # the key came twice before the editor had the terminal
            return
        async with self._in_editor:
            box, drafts = self._context.pane.prompt_box, self._context.pane.drafts
            text, begun_in = box.text, drafts.key
            try:
                edited = await edit_text(self._context.screen.app, text)
            except EditorError as error:
                self._context.notify(str(error), severity="warning", timeout=12)
            else:
                if drafts.key == begun_in:
                    box.put_back(edited + box.text.removeprefix(text))  # with letters that were on their way
                else:
                    await drafts.keep_for(begun_in, edited)

    def search_history(self) -> None:
        """Find an earlier prompt."""
        from tui.screens.history_search import HistorySearch

        if self._context.screen.is_active:
            self._context.push(HistorySearch(self._context.services.history.all), self._earlier_chosen)

    async def _earlier_chosen(self, prompt: str | None) -> None:
        if prompt is not None:
            self._context.modes.write()
            await self._context.pane.composer.take_earlier(prompt)

    def delete_or_quit(self) -> None:
        """Delete to the right; in an empty prompt, ask to quit."""
        if self._context.pane.prompt_box.text:
            self._context.pane.prompt_box.action_delete_right()
        else:
            self.quit_when_asked_twice("ctrl+d")

    async def interrupt(self) -> None:
        """Copy what is selected; else stop the reply; else put the draft into the history; else quit when asked twice."""
        context, box = self._context, self._context.pane.prompt_box
        if text := (box.selected_text or context.screen.get_selected_text()):
            self._copy.text(text)
        elif context.pane.stop():
            return
        elif box.text:
            draft = box.text
            box.clear()
            if await context.pane.composer.remember(draft):
                context.notify(_("Your draft is in the history: up brings it back."))
            else:
                box.put_back(draft + box.text)
        else:
            self.quit_when_asked_twice("ctrl+c")

    def quit_when_asked_twice(self, key: str) -> None:
        """Quit if this was asked a moment ago; else say how."""
        now = time.monotonic()
        if now - self._quit_asked < QUIT_WITHIN:
            self.quit()
        else:
            self._quit_asked = now
            self._context.notify(_("Press {key} again to quit.").format(key=key), timeout=QUIT_WITHIN)

    def quit(self) -> None:
        """Quit the app; nothing is lost."""
        app = self._context.screen.app
        app.call_later(app.action_quit)
