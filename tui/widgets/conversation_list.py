"""The list of saved conversations, and of what was found in them, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from textual import events
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.domain.chat import ConversationSummary
from tui.domain.search import SearchHit, Term
from tui.widgets import conversation_rows
from tui.widgets.conversation_lines import DrawnLater, RowPainter
from tui.widgets.conversation_rows import Entry, Fold, Heading, Row, rows_by_day, rows_found


class ConversationList(OptionList):
    """Rows of conversations. It shows what it is given and says what was chosen."""

    @dataclass
    class Chosen(Message):
        """The user opened a conversation, or a message in it."""

        conversation_list: ConversationList
        conversation_id: str
        message_id: str = ""

        @property
        def control(self) -> ConversationList:
            """The list."""
            return self.conversation_list

    @dataclass
    class Highlighted(Message):
        """The cursor moved to another row, which may be a fold."""

        conversation_list: ConversationList
        entry: Entry | None

        @property
        def control(self) -> ConversationList:
            """The list."""
            return self.conversation_list

    def __init__(self, *, focusable: bool = True, details: bool = False, id: str | None = None) -> None:  # noqa: A002, Textual's name
        """With `details`, rows say the model and the number of messages where there is room."""
        super().__init__(id=id, compact=True, markup=False)
        self.can_focus = focusable
        self._painter = RowPainter(0, 0.0, details=details)
        self._conversations: Sequence[ConversationSummary] = ()
        self._total = 0
        self._hits: Sequence[SearchHit] | None = None
        """What was found in messages; None while nothing is looked for."""
        self._unfolded: set[str] = set()
        self._rows: list[Row] = []

    # -- What is under the cursor

    @property
    def entry(self) -> Entry | None:
        """The row under the cursor, unless it is a fold."""
        row = None if self.highlighted is None else self._rows[self.highlighted]
        return row if isinstance(row, Entry) else None

    @property
    def key(self) -> str:
        """Of the row under the cursor; empty without one."""
        option = self.highlighted_option
        return "" if option is None or option.id is None else option.id

    @property
    def chosen_id(self) -> str | None:
        """The conversation under the cursor."""
        return None if self.entry is None else self.entry.conversation.id

    def neighbour(self, conversation_id: str) -> str:
        """The key of the row the cursor goes to when a conversation leaves the list; empty when none is left."""
        at = self.highlighted or 0
        others = [
            (n, row.key)
            for n, row in enumerate(self._rows)
            if isinstance(row, Entry) and row.conversation.id != conversation_id
        ]
        before = [key for n, key in others if n < at]
        return next((key for n, key in others if n > at), before[-1] if before else "")

    # -- Filling it

    def show(
        self,
        conversations: Sequence[ConversationSummary],
        now: float,
        current: str = "",
        live: frozenset[str] = frozenset(),
        to: Sequence[str] = (),
    ) -> None:
        """Show these rows; `current` is marked as open, `live` as having a reply on its way.

        The cursor goes to the first row of the keys in `to` that is there, else stays where it is.
        """
        open_here = current if self._painter.details else ""
        painter = replace(self._painter, now=now, current=open_here, live=live, terms=())
        same = self._hits is None and self._conversations == conversations and painter.draws_as(self._painter)
        stays = self.can_focus or self._painter.details  # else nobody moves the cursor: it marks what is open
        to = (*to, self.key if stays else "", current)
        if same:
            self._move_to(self._place_of(to))  # to fill the list again takes as long as a frame
            return
        self._conversations, self._hits, self._painter = conversations, None, painter
        self._unfolded.clear()
        self._fill(*to)

    def show_found(
        self,
        conversations: Sequence[ConversationSummary],
        total: int,
        hits: Sequence[SearchHit],
        terms: tuple[Term, ...],
        now: float,
        current: str = "",
        live: frozenset[str] = frozenset(),
        to: Sequence[str] = (),
    ) -> None:
        """Show what was found: `conversations` of `total` by their titles, messages by their words.

        The cursor goes to the first row of the keys in `to` that is there, else stays where it is; other terms begin
        at the best row: the first title, else the first message.
        """
        again = self._hits is not None and terms == self._painter.terms
        if not again:
            self._unfolded.clear()
        self._conversations, self._total, self._hits = conversations, total, hits
        self._painter = replace(self._painter, now=now, current=current, live=live, terms=terms)
        self._fill(*to, *(f"{key}/" for key in to), *([self.key] if again else []))

    def unfold(self) -> bool:
        """Show what the fold under the cursor stands for; False where there is none."""
        at = self.highlighted
        if at is None or not isinstance(fold := self._rows[at], Fold):
            return False
        self._unfolded.add(fold.key)
        self._fill(at=at)
        return True

    def _fill(self, *to: str, at: int | None = None) -> None:
        """Lay the rows out, with the cursor on the first of these keys that is there, or on row number `at`."""
        scrolled = self.scroll_offset.y
        every = chain(self._conversations, (hit.conversation for hit in self._hits or ()))
        self._painter = self._painter.for_rows(self.scrollable_content_region.width, every)
        self._rows = (
            rows_by_day(self._conversations, self._painter.now)
            if self._hits is None
            else rows_found(self._conversations, self._total, self._hits, self._unfolded)
        )
        self.clear_options()
        self.add_options(self._options_of(self._rows))
        at = self._place_of(to) if at is None else at
        if at is not None:
            self.scroll_to(y=scrolled, animate=False, immediate=True)
        self._move_to(at)

    def _place_of(self, keys: Iterable[str]) -> int | None:
        """The number of the first row of these keys that is there."""
        places = {option.id: n for n, option in enumerate(self.options) if option.id is not None}
        return next((places[key] for key in keys if key in places), None)

    def _move_to(self, at: int | None) -> None:
        self.highlighted = self._best() if at is None else at

    def _best(self) -> int | None:
        """The row the cursor begins on."""
        entries = [n for n, row in enumerate(self._rows) if isinstance(row, Entry) and not row.above_hits]
        return entries[0] if entries and (self.can_focus or self._hits is not None) else None

    def _options_of(self, rows: Sequence[Row]) -> Iterable[Option]:
        airy = not self._painter.details
        for n, row in enumerate(rows):
            if isinstance(row, Heading):
                gap = n > 0 and (airy or _is_pinned(rows[n - 1]))
                yield Option(DrawnLater(self._painter, row, gap=int(gap)), disabled=True)
            else:
                yield Option(DrawnLater(self._painter, row), id=row.key)

    # -- What the user does

    def move(self, how: Literal["cursor_up", "cursor_down", "page_up", "page_down", "first", "last"]) -> None:
        """Move the cursor over the rows that can be chosen."""
        getattr(self, f"action_{how}")()
        if self.highlighted is None:  # a page up that ends on the first heading
            self.action_first()

    def choose(self) -> conversation_rows.Chosen | None:
        """What the row under the cursor leads to; a fold is opened, and leads nowhere."""
        if self.unfold() or (entry := self.entry) is None:
            return None
        return conversation_rows.Chosen(entry.conversation.id, "" if entry.hit is None else entry.hit.message_id)

    def on_resize(self, _event: events.Resize) -> None:
        """Lines are laid out for the width."""
        if self.scrollable_content_region.width != self._painter.width:
            self._fill(self.key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A row was clicked, or enter pressed on it."""
        event.stop()
        if (chosen := self.choose()) is not None:
            self.post_message(self.Chosen(self, chosen.conversation_id, chosen.message_id))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The cursor moved."""
        event.stop()
        self.post_message(self.Highlighted(self, self.entry))


def _is_pinned(row: Row) -> bool:
    return isinstance(row, Entry) and row.hit is None and row.conversation.pinned
