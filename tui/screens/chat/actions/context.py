"""What the actions of the chat share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker

from tui.screens.chat.modes import Modes
from tui.screens.chat.pane import ChatPane
from tui.services.services import Services
from tui.widgets.transcript import Transcript

T = TypeVar("T")


class ScreenCalls(Protocol):
    """What only the screen can do."""

    def refresh_mode(self) -> None:
        """Say again which mode it is, and name its keys."""

    def fill_sidebar(self) -> object:
        """Bring the list of conversations up to date."""

    def open_help(self) -> None:
        """Show the keys."""

    def open_list_help(self) -> None:
        """Show the keys, those of the conversation list first."""

    def open_palette(self, *, by_slash: bool = False) -> None:
        """List all commands."""


class ChatContext:
    """The chat screen as the actions see it: its pane, its mode, and ways to speak up and to open other screens."""

    def __init__(
        self,
        screen: Screen[None],
        services: Services,
        pane: ChatPane,
        modes: Modes,
        calls: ScreenCalls,
    ) -> None:
        """`screen` and `calls` are the chat screen, as Textual's and as ours."""
        self.screen = screen
        self.services = services
        self.pane = pane
        self.modes = modes
        self.calls = calls

    @property
    def transcript(self) -> Transcript:
        """The messages on the screen."""
        return self.pane.transcript

    def write_if_empty(self) -> None:
        """Go back to the prompt where no message is left to read."""
        if not self.pane.conversation.branch():
            self.modes.write()

    def notify(
        self, sentence: str, *, title: str = "", severity: SeverityLevel = "information", timeout: float | None = None
    ) -> None:
        """Show a notice."""
        self.screen.notify(sentence, title=title, severity=severity, timeout=timeout)

    def run(
        self, work: Callable[[], Coroutine[Any, Any, None]], group: str, *, exclusive: bool = False
    ) -> Worker[None]:
        """Do this beside the keys, in a worker of the screen."""
        return self.screen.run_worker(work, group=group, exclusive=exclusive)

    def push(
        self, screen: Screen[T], answered: Callable[[T | None], None] | Callable[[T | None], Awaitable[None]]
    ) -> None:
        """Open another screen; `answered` is given what it closes with."""
        self.screen.app.push_screen(screen, answered)
