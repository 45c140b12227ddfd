"""Reading: the prompt rests, and single letters move between messages."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from tui.domain.words import _

READING_ACTIONS = frozenset(
    {"cursor_move", "cursor_first", "cursor_last", "half_page", "copy_message", "write", "retry_here"}
)


class ReadingScreen(Screen[None]):
    """The keys of READ, alive only while `reading`. A subclass moves the cursor of its transcript."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+tab", "read", "Read", show=False, id="read.enter"),
        Binding("j,down", "cursor_move(1)", "Next message", show=False, id="read.next"),
        Binding("k,up", "cursor_move(-1)", "Previous message", show=False, id="read.previous"),
        Binding("g,home", "cursor_first", "First message", show=False, id="read.first"),
        Binding("G,shift+g,end", "cursor_last", "Last message", show=False, id="read.last"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="read.half_down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="read.half_up"),
        Binding("y", "copy_message", "Copy the message", show=False, id="read.copy"),
        Binding("r", "retry_here", "Retry the last reply", show=False, id="read.retry"),
        Binding("i,enter", "write", "Write", show=False, id="read.leave"),
    ]

    reading: reactive[bool] = reactive(False, bindings=True)
    """READ is on: the prompt has no focus, and letters are commands."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The letters are dead while writing."""
        if action in READING_ACTIONS:
            return self.reading
        return True

    def action_read(self) -> None:
        """Begin to read."""
        self.reading = True

    def action_write(self) -> None:
        """Back to the prompt."""
        self.reading = False

    def mode_word(self) -> str:
        """The mode as the status bar names it."""
        return _("READ") if self.reading else ""
