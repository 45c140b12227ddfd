"""Copying messages, selections and links."""

from __future__ import annotations

from textual import events, on, work

from tui.domain.errors import ClipboardError
from tui.domain.i18n import _
from tui.screens.switching import SwitchingScreen
from tui.widgets.transcript import MessageView, Transcript


class CopyingScreen(SwitchingScreen):
    """Copies what models and users wrote, as they wrote it."""

    def action_copy_reply(self) -> None:
        """Copy the last reply, as the model wrote it."""
        reply = self.pane.conversation.last_reply()
        if reply is None or not reply.content:
            self.notify(_("There is no reply to copy yet."))
        else:
            self.copy_text(reply.content)

    def action_copy_message(self) -> None:
        """Copy the message under the cursor."""
        message = self.pane.conversation.messages.get(self.transcript.cursor.message_id or "")
        if message is not None:
            self.copy_text(message.content)

    @work(group="copy", description="copy")  # the text itself would be written out, and kept
    async def copy_text(self, text: str, language: str = "") -> None:
        """Copy a text, and say which way it went, and its language where one is given."""
        try:
            self.notify(await self._services.clipboard.copy(text, self.app.copy_to_clipboard, language))
        except ClipboardError as error:
            self.notify(str(error), severity="error")

    @on(events.TextSelected)
    def _selected(self) -> None:
        """Selecting with the mouse copies."""
        if self.transcript not in self.selections:
            self._copy_selected()

    @on(Transcript.TextSelected)
    def _transcript_selected(self, event: Transcript.TextSelected) -> None:
        event.stop()
        self._copy_selected()

    def _copy_selected(self) -> None:
        if self._services.preferences.settings.copy_on_select and (text := self.get_selected_text()):
            self.copy_text(text)

    @on(MessageView.LinkChosen)
    def _link_chosen(self, event: MessageView.LinkChosen) -> None:
        event.stop()
        self.open_link(event.url)

    def open_link(self, url: str) -> None:
        """Open a link in the browser; over SSH that would be the browser of another machine, so copy it there."""
        if self._services.clipboard.remote:
            self.copy_text(url)
        else:
            self.notify(url, title=_("Opening in your browser"))
            self.app.open_url(url)
