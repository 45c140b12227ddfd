"""Copying messages, selections and links."""

from __future__ import annotations

from functools import partial

from tui.domain.errors import ClipboardError
from tui.domain.i18n import _
from tui.screens.chat.actions.context import ChatContext


class CopyActions:
    """Copies what models and users wrote, as they wrote it."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def last_reply(self) -> None:
        """Copy the last reply, as the model wrote it."""
        reply = self._context.pane.conversation.last_reply()
        if reply is None or not reply.content:
            self._context.notify(_("There is no reply to copy yet."))
        else:
            self.text(reply.content)

    def message(self) -> None:
        """Copy the message under the cursor."""
        message = self._context.pane.conversation.messages.get(self._context.transcript.cursor.message_id or "")
        if message is not None:
            self.text(message.content)

    def selection(self) -> None:
        """Copy what was just selected with the mouse, if the settings say so."""
        if not self._context.services.preferences.settings.copy_on_select:
            return
        if text := self._context.screen.get_selected_text():
            self.text(text)

    def text(self, text: str, language: str = "") -> None:
        """Copy a text; a notice says how, and its language where one is given."""
        self._context.run(partial(self._copy, text, language), "copy")

    async def _copy(self, text: str, language: str) -> None:
        app = self._context.screen.app
        try:
            self._context.notify(await self._context.services.clipboard.copy(text, app.copy_to_clipboard, language))
        except ClipboardError as error:
            self._context.notify(str(error), severity="error")

    def open_link(self, url: str) -> None:
        """Open a link in the browser; over SSH that would be the browser of another machine, so copy it there."""
        if self._context.services.clipboard.remote:
            self.text(url)
        else:
            self._context.notify(url, title=_("Opening in your browser"))
            self._context.screen.app.open_url(url)
