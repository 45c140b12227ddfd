"""The outline of the conversation, and going to a place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui.domain.i18n import _
from tui.markdown.outline import OutlineItem
from tui.screens.chat.actions.context import ChatContext
from tui.screens.chat.modes import Mode

if TYPE_CHECKING:
    from tui.screens.outline import Outline


class OutlineActions:
    """Lists what is in the conversation, and goes there."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._outline: Outline | None = None

    def open(self) -> None:
        """List questions, headings, code and bookmarks."""
        context, transcript = self._context, self._context.transcript
        if not context.screen.is_active:
            return
        if not transcript.messages:
            context.notify(_("There is no message yet."))
            return
        from tui.screens.outline import Outline  # on first use: it is not needed to start

        self._outline = Outline([*transcript.messages], transcript.jump.reading_place(), transcript.jump.live_outline())
        context.modes.open(Mode.OUTLINE)
        context.push(self._outline, self._answered)

    def take(self, event: events.Key) -> None:
        """Type a key into the outline that came right behind the one that opened it."""
        if self._outline is not None:
            self._outline.take(events.Key(event.key, event.character))

    def _answered(self, item: OutlineItem | None) -> None:
        context = self._context
        outline, self._outline = self._outline, None
        context.modes.close(Mode.OUTLINE)
        if item is not None:
            context.modes.read()
            if not context.transcript.jump.to(item.message_id, item.block):
                context.notify(_("That message is no longer there."))
        if outline is not None:
            outline.release(context.screen)
