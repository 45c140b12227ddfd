"""The line at the bottom: who answers, how things stand, and where help is."""

from __future__ import annotations

from typing import Literal

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.widgets.key_line import click_of

Health = Literal["ready", "busy", "offline", "unknown"]

_DOTS: dict[Health, tuple[str, str]] = {
    "ready": ("●", "$success"),
    "busy": ("●", "$warning"),
    "offline": ("✗", "$error"),
    "unknown": ("○", "$muted"),
}


class StatusBar(Widget):
    """One line. The screen sets its values."""

    model: reactive[str] = reactive("")
    """The model that answers next."""
    gateway: reactive[str] = reactive("")
    """The name of the gateway."""
    health: reactive[Health] = reactive("unknown")
    """How the gateway was when last asked."""
    mode: reactive[str] = reactive("")
    """READ, or empty while writing."""
    tokens: reactive[int] = reactive(0)
    """Tokens of the last exchange; 0 while unknown."""
    money: reactive[str] = reactive("")
    """What the conversation cost, where prices are known."""
    colour: reactive[str] = reactive("")
    """The theme colour of the gateway's name; empty for none of its own."""
    palette_key: reactive[str] = reactive("ctrl+p")
    """The key that lists all commands."""
    help_key: reactive[str] = reactive("f1")
    """The key that opens the help."""
    warning: reactive[str] = reactive("")
    """A lasting warning: nothing is saved, the settings file is broken."""

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # what can be clicked keeps its colours

    def render(self) -> Content:
        dot, colour = _DOTS[self.health]
        left = Content.assemble(
            (f"{dot} ", colour),
            _clickable(one_line(self.model, 48) or _("no model"), "bold $foreground", "model.choose"),
            _clickable(
                f"  {one_line(self.gateway, 24)}" if self.gateway else "",
                f"${self.colour or 'muted'}",
                "gateway.choose",
            ),
            _clickable(f"  {self.mode}" if self.mode else "", "bold $primary", "chat.escape"),
            (f"  {one_line(self.warning)}" if self.warning else "", "$warning"),
        )
        keys = Content.assemble(
            (_("{n} tokens").format(n=f"{self.tokens:,}") + "   " if self.tokens else "", "$muted"),
            (f"{self.money}   " if self.money else "", "$success"),
            _clickable(self.palette_key, "$accent", "app.palette"),
            _clickable(" " + _("commands") + "  ", "$muted", "app.palette"),
            _clickable(self.help_key, "$accent", "chat.help"),
            _clickable(" " + _("help"), "$muted", "chat.help"),
        )
        width = self.content_size.width
        if left.cell_length + keys.cell_length + 2 > width:
            return left.truncate(width, ellipsis=True)
        return Content.assemble(left, " " * (width - left.cell_length - keys.cell_length), keys)


def _clickable(text: str, style: str, command_id: str) -> Content:
    return Content.styled(text, style).stylize(click_of(command_id))
