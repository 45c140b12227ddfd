"""Finding in the messages of a transcript: all hits marked, one of them shown, counted on the side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from textual import work
from textual.events import Resize
from textual.message import Message

from tui.domain.chat import ChatMessage
from tui.rendering.note import Note
from tui.rendering.shape import Shape
from tui.widgets.transcript.bookmarks import Bookmark, MessageBookmarks
from tui.widgets.transcript.entry import Prepared
from tui.widgets.transcript.finding import FindState, Place, Sought, Turned
from tui.widgets.transcript.hit_marks import HitMarks, Present
from tui.widgets.transcript.searcher import Searcher, Slices

_TELL_EVERY = 0.1
"""Seconds between two counts that are told while there are more to come."""


class MessageFinder(MessageBookmarks, can_focus=False):
    """Looks for something in the messages of a `MessageBookmarks`."""

    @dataclass
    class Found(Message):
        """More is known of what is looked for, or another hit is shown; or nothing is looked for any more."""

        finder: MessageFinder
        state: FindState

        @property
        def control(self) -> MessageFinder:
            return self.finder

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._searcher = Searcher(self.ledger)
        self._hits = HitMarks(self.ledger)
        self._origin: Bookmark | None = None
        self._opened_for_hits: dict[str, Shape] = {}
        """How messages were shown that were opened for a hit."""
        self._within: str | None = None
        self._landed = False
        self._exact = False
        self._is_first_layout = False
        """The messages that were shown before there was room for them are only laid out now."""
        self._state = FindState(0, 0, exact=False)
        self._steps = asyncio.Lock()

    # What the screen asks for

    @property
    def sought(self) -> Sought | None:
        """What is looked for."""
        return self._hits.sought

    @property
    def found(self) -> FindState:
        """What was told last."""
        return self._state

    @property
    def found_in(self) -> str | None:
        """The id of the message of the hit that is shown."""
        return None if self._hits.present is None else self._hits.present.message_id

    def begin_find(self) -> None:
        """Remember what is in view: hits are looked for from there on, and `end_find` can go back to it."""
        self._origin, self._opened_for_hits = self.bookmark(), {}

    def find(self, sought: Sought | None, *, within: str | None = None) -> None:
        """Mark all hits, and show the first one that is in view or below, else the last one above.

        `within` names a message whose first hit is shown instead, if it has one. `None` for `sought` ends all that.
        """
        if self._origin is None:
            self.begin_find()
        self.workers.cancel_group(self, "find-step")
        self._hits.sought, self._within = sought, within
        self._hits.present, self._landed, self._exact = None, False, False
        self._state = FindState(0, 0, exact=False)
        if sought is None:
            self.workers.cancel_group(self, "find")
            self._searcher.forget()
            if self._hits.layer in self.canvas.layers:
                self.canvas.layers.remove(self._hits.layer)
        else:
            if self._hits.layer not in self.canvas.layers:
                self.canvas.layers.insert(0, self._hits.layer)
            self._search()
        self._repaint()

    def find_step(self, by: Literal[1, -1]) -> None:
        """Show the next hit, or the one before; after the last comes the first."""
        if self._hits.sought is not None:
            self._step(self._hits.sought, by)

    def end_find(self, *, back: bool) -> None:
        """Take the marks away; `back` brings what was in view when it began, as it was."""
        origin, opened = self._origin, self._opened_for_hits
        self.find(None)
        self._origin, self._opened_for_hits = None, {}
        if back and origin is not None:
            for message_id, shape in opened.items():
                if (index := self.ledger.position(message_id)) is not None:
                    self.ledger.reshape(index, shape)
            self.return_to(origin)

    def carry_cursor(self) -> None:
        """Put the cursor on the message of the hit that is shown. The view stays."""
        index = None if self._hits.present is None else self.ledger.position(self._hits.present.message_id)
        before = self.ledger.cursor
        if index is None or index == before:
            return
        self.ledger.move_cursor(index)
        for each in (before, index):
            if each is not None:
                self.refresh_rows(each)

    # Searching

    @work(group="find", exclusive=True)
    async def _search(self) -> None:
        sought = self._hits.sought
        if sought is None or not self._is_laid_out:
            return
        await asyncio.sleep(0)  # of a burst of letters only the last is looked for
        async with self._steps:
            if not self._landed:
                await self._land_first(sought)
        await self._count_all(sought)

    async def _land_first(self, sought: Sought) -> None:
        """Show the hit from which the reader goes on."""
        if self._within is not None:
            index = self.ledger.position(self._within)
            found = [] if index is None else await self._searcher.places(index, sought)
            if index is not None and found:
                self._show(index, found[0])
            self._landed = True
            return
        at, first = self.top_row(self._origin)
        slices = Slices()
        for index in range(at, len(self.ledger)):
            if await self._searcher.count(index, sought):
                for place in await self._searcher.places(index, sought):
                    if index > at or self._row_of(index, place) >= first:
                        self._show(index, place)
                        return
            await slices.turn()
        for index in range(min(at, len(self.ledger) - 1), -1, -1):
            if await self._searcher.count(index, sought):
                self._show(index, (await self._searcher.places(index, sought))[-1])
                return
            await slices.turn()
        self._landed = True
        if self._origin is not None:
            self.return_to(self._origin)

    async def _count_all(self, sought: Sought) -> None:
        slices, told = Slices(), time.monotonic()
        for index in self._nearest_first():
            if index >= len(self.ledger):
                continue
            await self._searcher.count(index, sought)
            if time.monotonic() - told > _TELL_EVERY:
                self._tell(sought)
                told = time.monotonic()
            await slices.turn()
        self._exact = True
        self._tell(sought)

    def _nearest_first(self) -> Iterator[int]:
        at = self._pivot()
        yield from range(at, len(self.ledger))
        yield from range(at - 1, -1, -1)

    @work(group="find-step")
    async def _step(self, sought: Sought, by: Literal[1, -1]) -> None:
        async with self._steps:
            if self._hits.sought is not sought or not len(self.ledger):
                return
            index = None if self._hits.present is None else self.ledger.position(self._hits.present.message_id)
            if self._hits.present is None or index is None:
                self._origin, self._within = self.bookmark(), None
                await self._land_first(sought)
                self._tell(sought)
                return
            here = await self._searcher.places(index, sought)
            place = self._hits.present.place
            rest = (
                [each for each in here if each > place] if by > 0 else [each for each in reversed(here) if each < place]
            )
            if rest:
                self._show(index, rest[0])
                self._tell(sought)
                return
            slices, turned = Slices(), ""
            for _n in range(len(self.ledger)):
                index += by
                if not 0 <= index < len(self.ledger):
                    index, turned = (0, "top") if by > 0 else (len(self.ledger) - 1, "end")
                if await self._searcher.count(index, sought):
                    found = await self._searcher.places(index, sought)
                    self._show(index, found[0] if by > 0 else found[-1])
                    self._tell(sought, "top" if turned == "top" else "end" if turned else "")
                    return
                await slices.turn()

    def _tell(self, sought: Sought, turned: Turned = "") -> None:
        """Say how many hits there are by now, and which of them is shown."""
        if self._hits.sought is not sought:
            return
        at, total = self._searcher.total(sought, self._hits.present)
        same = at == self._state.at
        self._state = FindState(at, total, self._exact, turned or (self._state.turned if same else ""))
        self.post_message(self.Found(self, self._state))

    def _look_again(self, *, moved: bool = False) -> None:
        """Messages have come, gone or changed; where they `moved`, a step under way ends: it goes by their positions."""
        if moved:
            self.workers.cancel_group(self, "find-step")
        if self._hits.sought is not None:
            self._search()

    # Showing a hit

    def _show(self, index: int, place: Place) -> None:
        """Bring a hit into view, opening what it is folded away in."""
        message = self.ledger.entries[index].message
        self._hits.present, self._landed = Present(message.id, place), True
        parts = self._hits.parts(index, place)
        if not parts:
            shape = self.ledger.entries[index].shape
            self._opened_for_hits.setdefault(message.id, shape)
            self._reshape(index, replace(shape, folded=False, all_code=shape.all_code and not shape.folded))
            parts = self._hits.parts(index, place)
            if not parts:
                self._reshape(index, replace(shape, folded=False, all_code=True))
                parts = self._hits.parts(index, place)
        self._holding = self.following = False
        if parts:
            self.to_rows(index, parts[0].row, parts[-1].row)
        self._repaint()

    def _row_of(self, index: int, place: Place) -> int:
        """The row of a hit; beyond all rows where it is folded away."""
        parts = self._hits.parts(index, place)
        return parts[0].row if parts else len(self.ledger.rows(index))

    def _repaint(self) -> None:
        for view, _y, _rows in self.pool.placed:
            view.refresh()

    # What changes the messages

    def land(self, index: int | None = None) -> None:
        was_finding = self.sought is not None
        if self._is_first_layout:
            super().land(index)
            return
        self.find(None)
        self._origin, self._opened_for_hits = None, {}
        super().land(index)
        if was_finding:
            self.post_message(self.Found(self, self._state))

    def redraw(self, index: int | None = None) -> None:
        super().redraw(index)
        self._look_again(moved=index is None)

    def renew(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        super().renew(messages, notes)
        self._look_again(moved=True)

    def put_before(self, earlier: Prepared) -> None:
        super().put_before(earlier)
        self._look_again(moved=True)

    def _reshape(self, index: int, shape: Shape) -> None:
        super()._reshape(index, shape)
        self._look_again()

    def _refold(self, change: Callable[[], object]) -> None:
        super()._refold(change)
        self._look_again()

    def on_resize(self, event: Resize) -> None:
        """Rows of another width have their tables broken in other places."""
        self._is_first_layout = not self._is_laid_out
        super().on_resize(event)
        event.prevent_default()  # Textual would call that of the base once more
        self._is_first_layout = False
        self._look_again()
