"""The list of saved conversations, one line each, grouped by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.domain.chat import ConversationSummary
from tui.domain.safe_text import one_line
from tui.domain.words import _

MODEL_CELLS = 16
MODEL_FROM = 56
"""Columns from which a detailed row has room for the model."""


def age(then: float, now: float) -> str:
    """How long ago, short: now, 4 m, 2 h, 1 d, then the date."""
    seconds = max(0.0, now - then)
    if seconds < 60:
        return _("now")
    if seconds < 3600:
        return _("{n} m").format(n=int(seconds // 60))
    if seconds < 86_400:
        return _("{n} h").format(n=int(seconds // 3600))
    if seconds < 14 * 86_400:
        return _("{n} d").format(n=int(seconds // 86_400))
    return datetime.fromtimestamp(then).astimezone().strftime("%d %b").lstrip("0")


def day_group(then: float, now: float) -> str:
    """The heading a conversation stands under."""
    day, today = (datetime.fromtimestamp(t).astimezone().date() for t in (then, now))
    days = (today - day).days
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    if days < 7:
        return _("This week")
    return day.strftime("%B" if day.year == today.year else "%B %Y")


class ConversationList(OptionList):
    """Rows of conversations. It shows what it is given and says what was chosen."""

    @dataclass
    class Chosen(Message):
        """The user opened a conversation."""

        conversation_list: ConversationList
        conversation_id: str

        @property
        def control(self) -> ConversationList:
            """The list."""
            return self.conversation_list

    @dataclass
    class Highlighted(Message):
        """The cursor moved to a conversation."""

        conversation_list: ConversationList
        conversation_id: str

        @property
        def control(self) -> ConversationList:
            """The list."""
            return self.conversation_list

    def __init__(self, *, focusable: bool = True, details: bool = False, id: str | None = None) -> None:  # noqa: A002, Textual's name
        """With `details`, rows say the model and the number of messages where there is room."""
        super().__init__(id=id, compact=True, markup=False)
        self.can_focus = focusable
        self._details = details
        self._rows: Sequence[ConversationSummary] = ()
        self._current = ""
        self._live: frozenset[str] = frozenset()
        self._now = 0.0
        self._width = 0

    @property
    def chosen_id(self) -> str | None:
        """The conversation under the cursor."""
        return None if self.highlighted_option is None else self.highlighted_option.id

    def show(
        self, rows: Sequence[ConversationSummary], now: float, current: str = "", live: frozenset[str] = frozenset()
    ) -> None:
        """Show these rows; `current` is marked as open, `live` as having a reply on its way."""
        self._rows, self._now, self._current, self._live = rows, now, current, live
        self._fill()

    def _fill(self) -> None:
        keep = self.chosen_id
        self._width = self.scrollable_content_region.width
        options: list[Option] = []
        heading = ""
        for row in self._rows:
            group = _("Pinned") if row.pinned else day_group(row.updated, self._now)
            if group != heading:
                heading = group
                gap = "\n" if options and not self._details else ""
                options.append(Option(Content.styled(f"{gap} {group}", "bold $muted"), disabled=True))
            options.append(Option(self._line(row), id=row.id))
        self.clear_options()
        self.add_options(options)
        wanted = keep if keep and any(row.id == keep for row in self._rows) else self._current
        if any(row.id == wanted for row in self._rows):
            self.highlighted = self.get_option_index(wanted)
        elif self._rows and self.can_focus:
            self.highlighted = 1

    def _line(self, row: ConversationSummary) -> Content:
        mark = "⣷ " if row.id in self._live else ("★ " if row.pinned else "  ")
        when = age(row.updated, self._now)
        if self._details:
            when = _facts(row, when, self._width)
        title = one_line(row.title) or _("Untitled")
        room = max(8, self._width - cell_len(when) - 5)
        title = title if cell_len(title) <= room else set_cell_size(title, room - 1) + "…"
        return Content.assemble(
            (f" {mark}", "$success" if row.id in self._live else "$muted"),
            (title, "bold $foreground" if row.id == self._current else "$foreground"),
            " " * (room - cell_len(title) + 1),
            (when, "$muted"),
        )

    def on_resize(self, _event: events.Resize) -> None:
        """Lines are laid out for the width."""
        if self.scrollable_content_region.width != self._width:
            self._fill()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A row was opened."""
        event.stop()
        if event.option_id:
            self.post_message(self.Chosen(self, event.option_id))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The cursor moved."""
        event.stop()
        if event.option_id:
            self.post_message(self.Highlighted(self, event.option_id))


def _facts(row: ConversationSummary, when: str, width: int) -> str:
    """Model, messages and age in columns; the model only where the title keeps most of the line."""
    facts = f"{row.count} · {when}"
    if width < MODEL_FROM:
        return facts
    model = one_line(row.model)
    model = model if cell_len(model) <= MODEL_CELLS else set_cell_size(model, MODEL_CELLS - 1) + "…"
    return f"{set_cell_size(model, MODEL_CELLS)}  {facts:>13}"
