"""An app that shows one screen, without the chat behind it."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen

from tui.paths import STYLES
from tui.themes import DUSK, HOUSE_THEMES, HOUSE_VARIABLES

SIZES = [(120, 40), (80, 24), (60, 20), (40, 10)]


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


def text(app: App[Any]) -> str:
    """What the terminal shows."""
    rows = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in row).rstrip() for row in rows)


def notices(app: App[Any]) -> str:
    """The notices on the screen."""
    return "\n".join(notice.message for notice in app._notifications)
