"""The outline of the conversation, and going to a place in it."""

from __future__ import annotations

from tui.domain.i18n import _
from tui.markdown.outline import OutlineItem
from tui.screens.chat.actions.context import ChatContext
from tui.screens.chat.modes import Mode


class OutlineActions:
    """Lists what is in the conversation, and goes there."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def open(self) -> None:
        """List questions, headings, code and bookmarks."""
        context, transcript = self._context, self._context.transcript
        if not context.screen.is_active:
            return
        if not transcript.messages:
            context.notify(_("There is no message yet."))
            return
        from tui.screens.outline import Outline  # on first use: it is not needed to start

        outline = Outline([*transcript.messages], transcript.jump.reading_place(), transcript.jump.live_outline())
        context.modes.open(Mode.OUTLINE)
        context.push(outline, self._answered)

    def _answered(self, item: OutlineItem | None) -> None:
        context = self._context
        context.modes.close(Mode.OUTLINE)
        if item is not None:
            context.modes.read()
            if not context.transcript.jump.to(item.message_id, item.block):
                context.notify(_("That message is no longer there."))
