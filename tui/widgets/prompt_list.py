"""Earlier prompts, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.domain.earlier import EarlierPrompt, row_of
from tui.domain.i18n import _
from tui.widgets.conversation_rows import age

AT_ONCE = 80
"""Rows that are laid out at first, or what the terminal shows; as many again when the cursor comes to the last one."""
AGE_CELLS = 6


class PromptList(OptionList):
    """Rows of prompts. It shows what it is given and says what was chosen; the focus is elsewhere."""

    @dataclass
    class Chosen(Message):
        """The user chose a prompt."""

        prompt_list: PromptList
        prompt: EarlierPrompt

        @property
        def control(self) -> PromptList:
            """The list."""
            return self.prompt_list

    @dataclass
    class Highlighted(Message):
        """The cursor moved to a prompt."""

        prompt_list: PromptList
        prompt: EarlierPrompt

        @property
        def control(self) -> PromptList:
            """The list."""
            return self.prompt_list

    def __init__(self) -> None:
        super().__init__(compact=True, markup=False)
        self.can_focus = False
        self._prompts: Sequence[EarlierPrompt] = ()
        self._words: Sequence[str] = ()
        self._now = 0.0
        self._width = 0

    @property
    def chosen(self) -> EarlierPrompt | None:
        """The prompt under the cursor."""
        return None if self.highlighted is None else self._prompts[self.highlighted]

    def show(self, prompts: Sequence[EarlierPrompt], words: Sequence[str], now: float) -> None:
        """Show these prompts, the cursor on the first, and mark these words. `now` is Unix seconds, for their ages."""
        self._prompts, self._words, self._now = prompts, words, now
        self._fill(max(AT_ONCE, self.size.height), 0)

    def move(self, step: int) -> None:
        """The cursor down by so many rows, or up; it stays on the first and the last."""
        if not self._prompts:
            return
        row = max(0, min((self.highlighted or 0) + step, len(self._prompts) - 1))
        if row >= self.option_count - 1 and self.option_count < len(self._prompts):
            at = self.option_count
            self.add_options(Option(self._line(prompt)) for prompt in self._prompts[at : row + AT_ONCE])
        self.highlighted = row

    def choose(self) -> None:
        """Choose the row under the cursor."""
        if (prompt := self.chosen) is not None:
            self.post_message(self.Chosen(self, prompt))

    def on_resize(self, _event: events.Resize) -> None:
        """Rows are cut for the width."""
        if self.size.width != self._width:
            self._fill(max(self.option_count, AT_ONCE), self.highlighted or 0)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The cursor moved."""
        event.stop()
        if (prompt := self.chosen) is not None:
            self.post_message(self.Highlighted(self, prompt))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A row was clicked."""
        event.stop()
        self.choose()

    def _fill(self, count: int, row: int) -> None:
        self._width = self.size.width
        self.clear_options()
        self.add_options(Option(self._line(prompt)) for prompt in self._prompts[:count])
        if self._prompts:
            self.highlighted = row

    def _line(self, prompt: EarlierPrompt) -> Content:
        row = row_of(prompt.text, self._words)
        line = Content(row.line)
        for mark in row.marks:
            line = line.stylize("bold $accent", mark.start, mark.end)
        more = _("+{n} lines").format(n=f"{row.more:,}") if row.more > 1 else _("+1 line") if row.more else ""
        old = age(prompt.at, self._now) if prompt.at else ""
        room = max(1, self._width - AGE_CELLS - 3 - (len(more) + 2 if more else 0))
        line = line.truncate(room, ellipsis=True)
        gap = " " * (room - line.cell_length + 2)
        return Content.assemble((old.rjust(AGE_CELLS), "$muted"), "  ", line, (gap + more if more else "", "$muted"))
