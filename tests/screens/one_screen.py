"""An app that shows one screen, without the chat behind it."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import App
from textual.screen import Screen

from tui.paths import STYLES
from tui.themes import DUSK, HOUSE_THEMES, HOUSE_VARIABLES
from tui.widgets.key_gate import KeyGate


class OneScreen(App[None]):
    """Pushes the screen and keeps what it was dismissed with."""

    CSS_PATH = STYLES / "app.tcss"

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.shown = screen
        self.results: list[Any] = []
        self._key_gate = KeyGate(self, super().on_event)
        for theme in HOUSE_THEMES:
            self.register_theme(theme)
        self.theme = DUSK.name

    async def on_event(self, event: events.Event) -> None:
        await self._key_gate.on_event(event)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return HOUSE_VARIABLES

    def on_mount(self) -> None:
        self.push_screen(self.shown, self.results.append)
