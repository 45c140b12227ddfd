"""Short questions: yes or no, and a new title."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from tui.domain.safe_text import clean, one_line
from tui.domain.words import _
from tui.paths import STYLES
from tui.screens.answering import Dialog

LONGEST_TITLE = 200
"""Characters."""
ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""


class Confirm(Dialog[bool | None]):
    """Asks a question that has two answers. The cursor stands on `no`, and no letter answers for the user."""

    CSS_PATH = STYLES / "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="confirm.back"),
        Binding("ctrl+j,right,tab", "move(1)", "Next answer", show=False, priority=True, id="confirm.next"),
        Binding(
            "ctrl+k,left,shift+tab", "move(-1)", "Previous answer", show=False, priority=True, id="confirm.previous"
        ),
    ]

    answers = getters.query_one(OptionList)

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._labels = (yes, no)

    def compose(self) -> ComposeResult:
        """The question, then one answer a line."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_subtitle = _("enter choose · escape back")
            yield Static(clean(self._question), id="question", markup=False)
            yield OptionList(*self._labels, compact=True, markup=False)

    def on_mount(self) -> None:
        """Stand on the answer that changes nothing."""
        self.answers.highlighted = 1

    def on_resize(self, event: events.Resize) -> None:
        """However long the question is, the answers are seen."""
        low = event.size.height < ROOMY_FROM
        self.set_class(low, "-low")
        chrome = 4 if low else 7
        self.query_one("#question").styles.max_height = max(1, event.size.height * 96 // 100 - chrome)

    @on(OptionList.OptionSelected)
    def _answered(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_index == 0)

    def action_move(self, step: int) -> None:
        """To the other answer."""
        if step > 0:
            self.answers.action_cursor_down()
        else:
            self.answers.action_cursor_up()


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
