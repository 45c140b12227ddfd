"""The question for a new title."""

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
from tui.screens.answering import Dialog
from tui.widgets.title_editor import LONGEST_TITLE


class Rename(Dialog[str | None]):
    """Asks for a new title. An empty one is refused."""

    CSS_PATH = STYLES / "dialogs.tcss"
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
            dialog.border_subtitle = _("enter save · escape back")
            yield Input(self._title, compact=True, max_length=LONGEST_TITLE, select_on_focus=False)
            yield Static(_("A title needs at least one letter. escape keeps the old one."), id="refused", markup=False)

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
