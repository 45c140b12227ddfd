"""The list of conversations beside the open one."""

from __future__ import annotations

from collections.abc import Sequence

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.domain.chat import ConversationSummary
from tui.domain.i18n import _
from tui.widgets.conversation_list import ConversationList


class Sidebar(Vertical):
    """Name, list, keys. It never takes the focus; a click posts `ConversationList.Chosen`."""

    rows = getters.query_one(ConversationList)

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield Static(Content.assemble(("chin", "bold $foreground"), ("wag", "bold $primary")), id="brand")
        yield ConversationList(focusable=False)
        keys = (("ctrl+n", _("new")), ("ctrl+o", _("all")), ("f9", _("hide")))
        hints = (Content.assemble((key, "$accent"), (f" {what}", "$muted")) for key, what in keys)
        yield Static(Content("  ").join(hints), id="sidebar-keys")

    def show(self, rows: Sequence[ConversationSummary], now: float, current: str, live: frozenset[str]) -> None:
        """Show these rows; `current` is open, in `live` a reply is on its way."""
        self.rows.show(rows, now, current, live)
