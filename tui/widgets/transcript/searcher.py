"""Which messages hold what is looked for, and how often: found out a few at a time, so that keys come in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from textual.style import Style

from tui.domain.chat import ChatMessage
from tui.rendering.message_renderer import MessageRenderer
from tui.rendering.palette import Palette
from tui.rendering.rows import Row
from tui.rendering.shape import Shape
from tui.widgets.transcript.find_query import (
    BlockTexts,
    FindQuery,
    MatchPosition,
    block_texts,
    count_matches,
    match_positions,
    thought_rows,
)
from tui.widgets.transcript.message_list import MessageList

_AT_ONCE = 0.003
"""Seconds of work before others have a turn."""
_LARGE = 6_000
"""Characters from which a message is drawn in a thread: it may take longer than a frame."""


class Slices:
    """Work in slices: `turn` lets other tasks run when one is over."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    async def turn(self) -> None:
        if time.perf_counter() - self._began > _AT_ONCE:
            await asyncio.sleep(0)
            self._began = time.perf_counter()


class PlainRows:
    """Draws messages at one width, without colours, for their text alone."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._renderer = MessageRenderer(Palette(lambda _name, _whole: Style()), width, code_colours=False)

    def texts(self, message: ChatMessage, *, raw: bool = False, reasoning: bool = False) -> BlockTexts:
        """Return all text of a message, also what is folded away; its reasoning only where that is asked for."""
        shape = Shape(all_code=True, raw=raw)
        rows = self._renderer.render(message, None, shape, detailed=False, reasoning=reasoning).rows
        return block_texts(rows, thought_rows(rows, shown=reasoning))


class _Known(NamedTuple):
    """What is known of a message. `texts` is `None` where a look at its source was enough."""

    content: str
    thoughts: str
    raw: bool
    texts: BlockTexts | None
    query: FindQuery
    matches: int


class Searcher:
    """Counts the matches in messages. What was drawn for it is kept until `forget`."""

    def __init__(self, messages: MessageList) -> None:
        self._messages = messages
        self._plain: PlainRows | None = None
        self._known: dict[str, _Known] = {}

    def forget(self) -> None:
        """Drop all that is known: nothing is looked for any more."""
        self._plain = None
        self._known.clear()

    async def count(self, index: int, query: FindQuery) -> int:
        """Return how many matches a message holds."""
        if index == self._messages.live_index:
            return count_matches(query, self._live_texts())
        entry, looked = self._messages.entries[index], self._still(index)
        if looked is not None and looked.query is query:
            return looked.matches
        texts = None if looked is None else looked.texts
        content, raw, thoughts = entry.message.content, entry.shape.raw, _thoughts_of(self._messages, index)
        if texts is None and (query.may_be_in(content) or (thoughts and query.may_be_in(thoughts))):
            texts = await self._draw(entry.message, raw=raw, reasoning=bool(thoughts))
        n = 0 if texts is None else count_matches(query, texts)
        self._known[entry.message.id] = _Known(content, thoughts, raw, texts, query, n)
        return n

    async def positions(self, index: int, query: FindQuery) -> list[MatchPosition]:
        """Return the matches of a message."""
        message_id = self._messages.entries[index].message.id
        return self._positions(message_id, query) if await self.count(index, query) else []

    def total(self, query: FindQuery, current: tuple[str, MatchPosition] | None) -> tuple[int, int]:
        """Return which match `current` is, counted from 1 and 0 for none, and how many are known of."""
        at = total = 0
        for entry in self._messages.entries:
            message_id = entry.message.id
            looked = self._known.get(message_id)
            if current is not None and current[0] == message_id:
                at = total + 1 + sum(position < current[1] for position in self._positions(message_id, query))
            if self._messages.live is not None and message_id == self._messages.live.message.id:
                total += count_matches(query, self._live_texts())
            elif looked is not None and looked.query is query:
                total += looked.matches
        return min(at, total), total

    def _positions(self, message_id: str, query: FindQuery) -> list[MatchPosition]:
        if self._messages.live is not None and message_id == self._messages.live.message.id:
            return match_positions(query, self._live_texts())
        looked = self._known.get(message_id)
        return [] if looked is None or looked.texts is None else match_positions(query, looked.texts)

    def _still(self, index: int) -> _Known | None:
        """What was found out of a message, if it is still shown as it was then."""
        entry = self._messages.entries[index]
        if self._plain is not None and self._plain.width != self._messages.draw.width:
            self.forget()
        looked = self._known.get(entry.message.id)
        if looked is None or looked.content != entry.message.content or looked.raw != entry.shape.raw:
            return None
        return looked if looked.thoughts == _thoughts_of(self._messages, index) else None

    async def _draw(self, message: ChatMessage, *, raw: bool, reasoning: bool) -> BlockTexts:
        width = self._messages.draw.width
        if self._plain is None or self._plain.width != width:
            self._plain = PlainRows(width)
        size = len(message.content) + (len(message.reasoning) if reasoning else 0)
        if size < _LARGE:
            return self._plain.texts(message, raw=raw, reasoning=reasoning)
        return await asyncio.to_thread(self._plain.texts, replace(message), raw=raw, reasoning=reasoning)

    def _live_texts(self) -> BlockTexts:
        index = self._messages.live_index
        rows = self._messages.rows(index)
        return block_texts(rows, thoughts_in(self._messages, index, rows))


def thoughts_in(messages: MessageList, index: int, rows: Sequence[Row]) -> range:
    """Return the rows of a message that are reasoning."""
    live = messages.live
    if live is not None and index == messages.live_index:
        return thought_rows(rows, shown=messages.is_unfolded(index) and live.reasoning.words > 0)
    shape = messages.entries[index].shape
    return thought_rows(rows, shown=not shape.folded and bool(_thoughts_of(messages, index).strip()))


def _thoughts_of(messages: MessageList, index: int) -> str:
    """The reasoning of a message as it came, where it is shown."""
    message = messages.entries[index].message
    return message.reasoning if message.is_reply and messages.is_unfolded(index) else ""
