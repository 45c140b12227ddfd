"""An app that shows one screen, without the chat behind it."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen

from tui.paths import STYLES
from tui.themes import DUSK, HOUSE_THEMES, HOUSE_VARIABLES


class OneScreen(App[None]):
    """Pushes the screen and keeps what it was dismissed with."""

    CSS_PATH = STYLES / "app.tcss"

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.shown = screen
        self.results: list[Any] = []
        for theme in HOUSE_THEMES:
            self.register_theme(theme)
        self.theme = DUSK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return HOUSE_VARIABLES

    def on_mount(self) -> None:
        self.push_screen(self.shown, self.results.append)
