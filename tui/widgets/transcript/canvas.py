"""What the views of a transcript draw."""

from __future__ import annotations

from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from tui.rendering.palette import Palette
from tui.widgets.transcript.headers import Headers
from tui.widgets.transcript.message_list import Change, MessageList
from tui.widgets.transcript.message_view import MessageView
from tui.widgets.transcript.overlays import Overlays
from tui.widgets.transcript.selection import Selection
from tui.widgets.transcript.strips import Strips

_USUAL_WIDTH = 80


class Canvas:
    """Paints messages for their views, in the colours of the component classes of `widget`."""

    def __init__(
        self, messages: MessageList, headers: Headers, overlays: Overlays, selection: Selection, widget: Widget
    ) -> None:
        self._messages = messages
        self._headers = headers
        self._overlays = overlays
        self._selection = selection
        self._widget = widget
        self.palette = Palette(self._style_of)
        self._strips = Strips(messages, self.palette)

    def restyle(self, width: int) -> None:
        """Draw all messages again at this width."""
        self._messages.restyle(self._headers.renderer(self.palette, width))

    def ensure_styled(self) -> None:
        """Make drawing possible before the width is known."""
        if self._messages.width is None:
            self.restyle(_USUAL_WIDTH)

    def recolour(self) -> None:
        """Draw all messages again in other colours."""
        self.palette = Palette(self._style_of)
        if self._messages.width is not None:
            self.restyle(self._messages.width)

    def messages_changed(self, change: Change) -> None:
        """Forget what was painted where it serves no more."""
        if change.kind in ("replaced", "moved", "prepended", "rewrapped", "recoloured"):
            self._strips = Strips(self._messages, self.palette)

    def blank(self, width: int) -> Strip:
        """Return a line where there is no message."""
        return self._strips.blank(width)

    # What the views ask for

    def view_strip(self, view: MessageView, row: int) -> Strip:
        width, index = view.size.width, self._messages.position(view.message_id)
        if index is None:
            return self._strips.blank(width)
        over = self._overlays.over(index, row)
        if over is None:
            strip = self._strips.strip(index, row, width)
        else:
            strip = self._strips.decorated(index, row, width, over)
        span = self._selection.span(index, row)
        if span is None:
            return strip
        style = view.screen.get_component_rich_style("screen--selection").background_style
        return self._strips.selected(strip, row, span, style)

    def _style_of(self, name: str, whole: bool) -> Style:
        style = self._widget.get_visual_style(name, partial=not whole)
        rules = self._widget.get_component_styles(name)
        if not whole and rules.has_rule("background"):  # a partial style of Textual's leaves an opaque one out
            return style + Style(background=rules.background)
        return style
