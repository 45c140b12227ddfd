"""An app that shows one widget, in the house colours."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.app import App, ComposeResult
from textual.widget import Widget

from tui.themes import DUSK, HOUSE_VARIABLES

Shown = TypeVar("Shown", bound=Widget)


class OneWidget(App[None], Generic[Shown]):
    """Shows the widget, and keeps what a subclass notes of its messages."""

    def __init__(self, widget: Shown) -> None:
        super().__init__()
        self.widget = widget
        self.heard: list[str] = []
        self.register_theme(DUSK)
        self.theme = DUSK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return HOUSE_VARIABLES

    def compose(self) -> ComposeResult:
        yield self.widget
