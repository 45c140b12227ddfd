"""A filter above a list: what the searches and the pickers are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.widgets.key_line import Hint, key_title

ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""
EVERYTHING = 1_000_000
"""Pages."""


class FilterBox(Vertical):
    """A filter, the list that it narrows, a line that says how things stand, and whatever else belongs below.

    The focus stays in the filter; the keys here move the cursor of the list.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+j", "move(1)", "Down", show=False, priority=True, id="filter.down"),
        Binding("up,ctrl+k", "move(-1)", "Up", show=False, priority=True, id="filter.up"),
        Binding("pagedown", "move_page(1)", "Page down", show=False, priority=True, id="filter.page_down"),
        Binding("pageup", "move_page(-1)", "Page up", show=False, priority=True, id="filter.page_up"),
        Binding("ctrl+home", f"move_page(-{EVERYTHING})", "First", show=False, priority=True, id="filter.first"),
        Binding("ctrl+end", f"move_page({EVERYTHING})", "Last", show=False, priority=True, id="filter.last"),
    ]
    DEFAULT_CSS = """
    FilterBox > .state { height: auto; max-height: 2; }
    """

    @dataclass
    class Changed(Message):
        """Something else is in the filter."""

        filter_box: FilterBox
        text: str

        @property
        def control(self) -> FilterBox:
            """The box."""
            return self.filter_box

    @dataclass
    class Entered(Message):
        """Enter was pressed."""

        filter_box: FilterBox

        @property
        def control(self) -> FilterBox:
            """The box."""
            return self.filter_box

    input = getters.query_one(Input)

    def __init__(
        self,
        title: str,
        rows: Widget,
        move: Callable[[int], None],
        *details: Widget,
        keys: Sequence[Hint],
        scroller: Widget | None = None,
    ) -> None:
        """`move` has the cursor of the rows go by so many; `scroller` is the part of them that scrolls, if not all does.

        The last of the keys leads out of the dialog: it is always named.
        """
        super().__init__(classes="dialog")
        self.border_title = title
        self._rows = rows
        self._move = move
        self._details = details
        self._keys = keys
        self._scroller = scroller or rows
        self._total = 1
        self._below = 0
        self._terminal = Size(80, 24)

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield Input(compact=True)
        yield self._rows
        yield Static(classes="state", markup=False)
        yield from self._details

    @property
    def text(self) -> str:
        """What is in the filter."""
        return self.input.value

    def fit(self, terminal: Size) -> None:
        """Take the room that a terminal of this size gives."""
        self._terminal = terminal
        self.set_class(terminal.height < ROOMY_FROM, "-low")
        self._set_height()

    def set_total(self, rows: int, *, below: int = 0) -> None:
        """Be high enough for so many rows, if there is room: for the whole list, so that nothing jumps while one types.

        `below` is the height of what stands under the list.
        """
        self._total, self._below = rows, below
        self._set_height()

    def _set_height(self) -> None:
        low = self._terminal.height < ROOMY_FROM
        room = self._terminal.height * 96 // 100 - (5 if low else 9) - self._below
        self._scroller.styles.height = max(1, min(self._total, room))

    def say(self, sentence: str, style: str = "$muted") -> None:
        """Say how things stand; nothing takes no room."""
        state = self.query_one(".state", Static)
        state.update(Content.styled(sentence, style))
        state.display = bool(sentence)

    def on_resize(self, event: events.Resize) -> None:
        """Name as many keys as there is room for."""
        self.border_subtitle = key_title(event.size.width - 4, self._keys)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self))

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self._move(step)

    def action_move_page(self, pages: int) -> None:
        """Move the cursor by so many pages."""
        self._move(pages * max(1, self._scroller.size.height - 1))
