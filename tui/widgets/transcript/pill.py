"""The pill at the lower edge of a transcript."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from tui.domain.i18n import _
from tui.widgets.transcript.wrapping import cells


class Pill(Widget, can_focus=False):
    """Says that there is more below, and how to get there. A click gets there too."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"pill--key"}  # noqa: RUF012
    DEFAULT_CSS = """
    Pill { width: auto; height: 1; }
    """

    class Pressed(Message):
        """The pill was clicked."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    @property
    def cells(self) -> int:
        """Its width."""
        return cells(self.render().plain)

    def render(self) -> Content:
        key = self.get_visual_style("pill--key", partial=True) if self.is_attached else ""
        return Content.assemble(" ↓ " + _("more below") + " · ", (self._key, key), " " + _("follows") + " ")

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(self.Pressed())
