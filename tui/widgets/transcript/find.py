"""Finding in the messages of a transcript: all matches highlighted, one of them shown, counted on the side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from functools import partial
from typing import Literal, Protocol

from tui.rendering.shape import Shape
from tui.widgets.transcript.find_query import FindQuery, MatchPosition, SearchResults, Wrapped
from tui.widgets.transcript.folding import Folding
from tui.widgets.transcript.match_highlights import CurrentMatch, MatchHighlights
from tui.widgets.transcript.message_list import Change, MessageList
from tui.widgets.transcript.overlays import Overlays
from tui.widgets.transcript.searcher import Searcher, Slices
from tui.widgets.transcript.viewport import ScrollPosition, Viewport

_REPORT_EVERY = 0.1
"""Seconds between two counts that are reported while there are more to come."""
_SEARCH = "find"
_STEP = "find-step"


class FindHost(Protocol):
    """What a find asks of the widget in which it is made."""

    def start_task(self, group: str, work: Callable[[], Coroutine[None, None, None]], *, exclusive: bool) -> None:
        """Run something beside all else; where it is `exclusive`, instead of the others of its group."""

    def cancel_tasks(self, group: str) -> None:
        """Stop what runs in a group."""

    def results_changed(self, results: SearchResults) -> None:
        """Report that more is known, another match is shown, or nothing is looked for any more."""


class Find:
    """Looks for something in the messages."""

    def __init__(
        self, messages: MessageList, viewport: Viewport, folding: Folding, overlays: Overlays, host: FindHost
    ) -> None:
        self._messages = messages
        self._viewport = viewport
        self._folding = folding
        self._overlays = overlays
        self._host = host
        self._searcher = Searcher(messages)
        self._highlights = MatchHighlights(messages)
        self._origin: ScrollPosition | None = None
        self._opened: dict[str, Shape] = {}
        """How messages were shown that were opened for a match."""
        self._within: str | None = None
        self._has_shown = False
        """The match from which the reader goes on is shown, or there is none."""
        self._is_counted = False
        self._steps = asyncio.Lock()
        self.results = SearchResults(0, 0, exact=False)
        """What was reported last."""

    # What the screen asks for

    @property
    def query(self) -> FindQuery | None:
        """What is looked for."""
        return self._highlights.query

    @property
    def current_message(self) -> str | None:
        """The id of the message of the match that is shown."""
        current = self._highlights.current
        return None if current is None else current.message_id

    def begin(self) -> None:
        """Remember what is in view: matches are looked for from there on, and `end` can go back to it."""
        self._origin, self._opened = self._viewport.save(), {}

    def start(self, query: FindQuery | None, *, within: str | None = None) -> None:
        """Highlight all matches, and show the first one that is in view or below, else the last one above.

        `within` names a message whose first match is shown instead, if it has one. `None` for `query` ends all that.
        """
        if query is None:
            self._stop()
            return
        if self._origin is None:
            self.begin()
        self._reset(query, within)
        self._overlays.lay(self._highlights.layer, below=True)
        self._search(query)

    def step(self, by: Literal[1, -1]) -> None:
        """Show the next match, or the one before; after the last comes the first."""
        if self.query is not None:
            self._host.start_task(_STEP, partial(self._step, self.query, by), exclusive=False)

    def end(self, *, back: bool) -> None:
        """Take the highlights away; `back` brings what was in view when it began, as it was."""
        origin, opened = self._origin, self._opened
        self._stop()
        self._origin, self._opened = None, {}
        if back and origin is not None:
            for message_id, shape in opened.items():
                if (index := self._messages.position(message_id)) is not None:
                    self._messages.reshape(index, shape)
            self._viewport.restore(origin)

    def look_again(self, *, moved: bool = False) -> None:
        """Messages have come, gone or changed; where they `moved`, a step under way ends: it goes by their positions."""
        if moved:
            self._host.cancel_tasks(_STEP)
        if self.query is not None:
            self._search(self.query)

    def messages_changed(self, change: Change) -> None:
        """Follow a change of the messages."""
        if change.kind == "replaced":
            was_finding = self.query is not None
            self.end(back=False)
            if was_finding:
                self._host.results_changed(self.results)
        elif change.kind in ("moved", "prepended"):
            self.look_again(moved=True)
        elif change.kind in ("added", "changed", "reshaped"):
            self.look_again()

    # Searching

    def _reset(self, query: FindQuery | None, within: str | None) -> None:
        self._host.cancel_tasks(_STEP)
        self._highlights.query, self._highlights.current, self._within = query, None, within
        self._has_shown, self._is_counted = False, False
        self.results = SearchResults(0, 0, exact=False)
        self._overlays.repaint()

    def _stop(self) -> None:
        self._reset(None, None)
        self._host.cancel_tasks(_SEARCH)
        self._searcher.forget()
        self._overlays.lift(self._highlights.layer)

    def _search(self, query: FindQuery) -> None:
        if self._viewport.is_laid_out:
            self._host.start_task(_SEARCH, partial(self._look_for, query), exclusive=True)

    async def _look_for(self, query: FindQuery) -> None:
        await asyncio.sleep(0)  # of a burst of letters only the last is looked for
        async with self._steps:
            if not self._has_shown:
                await self._show_first(query)
        await self._count_all(query)

    async def _show_first(self, query: FindQuery) -> None:
        """Show the match from which the reader goes on."""
        if self._within is not None:
            index = self._messages.position(self._within)
            found = [] if index is None else await self._searcher.positions(index, query)
            if index is not None and found:
                self._show(index, found[0])
            self._has_shown = True
            return
        at, first = self._origin_row()
        slices = Slices()
        for index in range(at, len(self._messages)):
            if await self._searcher.count(index, query):
                for position in await self._searcher.positions(index, query):
                    if index > at or self._row_of(index, position) >= first:
                        self._show(index, position)
                        return
            await slices.turn()
        for index in range(min(at, len(self._messages) - 1), -1, -1):
            if await self._searcher.count(index, query):
                self._show(index, (await self._searcher.positions(index, query))[-1])
                return
            await slices.turn()
        self._has_shown = True
        if self._origin is not None:
            self._viewport.restore(self._origin)

    def _origin_row(self) -> tuple[int, int]:
        """Return the topmost message of the view that `begin` saw, and its first row there; of the present view if it is gone."""
        index = None if self._origin is None else self._messages.position(self._origin.top.message_id)
        if self._origin is None or index is None:
            return self._viewport.anchor_index(), 0
        return index, max(0, -self._origin.top.line)

    async def _count_all(self, query: FindQuery) -> None:
        slices, reported = Slices(), time.monotonic()
        for index in self._nearest_first():
            if index >= len(self._messages):
                continue
            await self._searcher.count(index, query)
            if time.monotonic() - reported > _REPORT_EVERY:
                self._report(query)
                reported = time.monotonic()
            await slices.turn()
        self._is_counted = True
        self._report(query)

    def _nearest_first(self) -> Iterator[int]:
        at = self._viewport.anchor_index()
        yield from range(at, len(self._messages))
        yield from range(at - 1, -1, -1)

    async def _step(self, query: FindQuery, by: Literal[1, -1]) -> None:
        async with self._steps:
            if self.query is not query or not len(self._messages):
                return
            current, index = self._highlights.current, self._messages.position(self.current_message)
            if current is None or index is None:
                self._origin, self._within = self._viewport.save(), None
                await self._show_first(query)
                self._report(query)
                return
            here = await self._searcher.positions(index, query)
            rest = [each for each in here if (each > current.position if by > 0 else each < current.position)]
            if rest:
                self._show(index, rest[0 if by > 0 else -1])
                self._report(query)
            else:
                await self._step_on(query, index, by)

    async def _step_on(self, query: FindQuery, index: int, by: Literal[1, -1]) -> None:
        """Show the nearest match in another message, around the end of the conversation if need be."""
        slices, wrapped = Slices(), ""
        count = len(self._messages)
        for _n in range(count):
            index += by
            if not 0 <= index < len(self._messages):
                index, wrapped = (0, "top") if by > 0 else (len(self._messages) - 1, "end")
            if await self._searcher.count(index, query):
                found = await self._searcher.positions(index, query)
                self._show(index, found[0 if by > 0 else -1])
                self._report(query, "top" if wrapped == "top" else "end" if wrapped else "")
                return
            await slices.turn()

    def _report(self, query: FindQuery, wrapped: Wrapped = "") -> None:
        """Say how many matches there are by now, and which of them is shown."""
        if self.query is not query:
            return
        at, total = self._searcher.total(query, self._highlights.current)
        same = at == self.results.at
        self.results = SearchResults(at, total, self._is_counted, wrapped or (self.results.wrapped if same else ""))
        self._host.results_changed(self.results)

    # Showing a match

    def _show(self, index: int, position: MatchPosition) -> None:
        """Bring a match into view, opening what it is folded away in."""
        message_id, shape = self._messages.id_at(index), self._messages.entries[index].shape
        self._highlights.current, self._has_shown = CurrentMatch(message_id, position), True
        parts = self._highlights.parts(index, position)
        for opened in (
            replace(shape, folded=False, all_code=shape.all_code and not shape.folded),
            replace(shape, folded=False, all_code=True),
        ):
            if not parts:
                self._opened.setdefault(message_id, shape)
                self._folding.reshape(index, opened)
                parts = self._highlights.parts(index, position)
        self._viewport.release()
        if parts:
            self._viewport.reveal_rows(message_id, parts[0].row, parts[-1].row)
        self._overlays.repaint()

    def _row_of(self, index: int, position: MatchPosition) -> int:
        """Return the row of a match; one beyond all rows where it is folded away."""
        parts = self._highlights.parts(index, position)
        return parts[0].row if parts else len(self._messages.rows(index))
