"""The dialog for a new title."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.paths import STYLES
from tui.screens.result_screen import Dialog

LONGEST_TITLE = 200
"""Characters."""


class RenameDialog(Dialog[str | None]):
    """Asks for the new title of a conversation, wherever it is renamed. An empty one is refused."""

    CSS_PATH = STYLES / "rename_dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="rename.back"),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = one_line(title, LONGEST_TITLE)

    def compose(self) -> ComposeResult:
        """One line to write in."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Rename")
            dialog.border_subtitle = _("enter save · esc cancel")
            yield Input(self._title, compact=True, max_length=LONGEST_TITLE, select_on_focus=False)
            yield Static(
                _("A title needs at least one letter. Press esc to keep the old one."), id="refused", markup=False
            )

    async def before_quit(self) -> None:
        """Answer with what is written, as far as it is a title."""
        self.dismiss(one_line(self.query_one(Input).value, LONGEST_TITLE) or None)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.remove_class("-refused")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if title := one_line(event.value, LONGEST_TITLE):
            self.dismiss(title)
        else:
            self.add_class("-refused")
