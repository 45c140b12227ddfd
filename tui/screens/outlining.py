"""The outline of the conversation, and going to a place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui.domain.i18n import _
from tui.markdown.outline import OutlineItem
from tui.screens.copying import CopyingScreen
from tui.services.services import Services

if TYPE_CHECKING:
    from tui.screens.outline import Outline


class OutliningScreen(CopyingScreen):
    """Lists what is in the conversation, and goes there."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._outline: Outline | None = None

    async def on_key(self, event: events.Key) -> None:
        """Keys that came right behind the one that opened the outline are typed into it."""
        if self._outline is not None:
            event.stop()
            event.prevent_default()
            self._outline.take(events.Key(event.key, event.character))

    def action_outline_here(self) -> None:
        """The outline, while reading."""
        self.action_outline()

    def action_outline(self) -> None:
        """List questions, headings, code and marked messages."""
        if not self.is_active:
            return
        transcript = self.transcript
        if not transcript.messages:
            self.notify(_("There is no message yet."))
            return
        from tui.screens.outline import Outline  # on first use: it is not needed to start

        self._outline = Outline([*transcript.messages], transcript.jump.reading_place(), transcript.jump.live_outline())
        self.app.push_screen(self._outline, self._outlined)

    def _outlined(self, item: OutlineItem | None) -> None:
        outline, self._outline = self._outline, None
        if item is not None:
            self.reading = True
            if not self.transcript.jump.to(item.message_id, item.block):
                self.notify(_("That message is no longer there."))
        if outline is not None:
            outline.release(self)
