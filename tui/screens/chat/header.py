"""The line above a conversation: its title, and how long it is."""

from __future__ import annotations

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.domain.i18n import _, plural
from tui.domain.safe_text import one_line


class ConversationHeader(Horizontal):
    """Title left, number of messages right."""

    title = getters.query_one("#title", Static)
    count = getters.query_one("#count", Static)

    def __init__(self) -> None:
        super().__init__(id="top")

    def compose(self) -> ComposeResult:
        """Left to right."""
        yield Static(id="title", markup=False)
        yield Static(id="count", markup=False)

    def show_title(self, title: str) -> None:
        """Show a title; an empty one is that of a new conversation."""
        self.title.update(one_line(title) or _("New conversation"))

    def show_count(self, messages: int, *, demo: bool) -> None:
        """Show how many messages there are; `demo` instead that the demo model answers, and how to choose another."""
        if demo:
            self.count.update(Content.assemble((_("demo model, f2 to choose another"), "$warning")))
        else:
            self.count.update(plural("{n} message", "{n} messages", messages) if messages else "")
