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
from tui.widgets.transcript.finding import BlockTexts, Place, Sought, block_texts, count, places, thought_rows
from tui.widgets.transcript.ledger import Ledger

_AT_ONCE = 0.003
"""Seconds of work before others have a turn."""
_LARGE = 6_000
"""Characters from which a message is drawn in a thread: it may take longer than a frame."""


class Slices:
    """Work in slices: `turn` lets others have theirs when one is over."""

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


class _Looked(NamedTuple):
    """What is known of a message. `texts` is `None` where a look at its source was enough."""

    content: str
    thoughts: str
    raw: bool
    texts: BlockTexts | None
    sought: Sought
    hits: int


class Searcher:
    """Counts the hits in the messages of a ledger. What was drawn for it is kept until `forget`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._plain: PlainRows | None = None
        self._looked: dict[str, _Looked] = {}

    def forget(self) -> None:
        """Nothing is looked for any more."""
        self._plain = None
        self._looked.clear()

    async def count(self, index: int, sought: Sought) -> int:
        """How many hits a message holds."""
        if index == self._ledger.live_index:
            return count(sought, self._live_texts())
        entry, looked = self._ledger.entries[index], self._still(index)
        if looked is not None and looked.sought is sought:
            return looked.hits
        texts = None if looked is None else looked.texts
        content, raw, thoughts = entry.message.content, entry.shape.raw, _thoughts_of(self._ledger, index)
        if texts is None and (sought.may_be_in(content) or (thoughts and sought.may_be_in(thoughts))):
            texts = await self._draw(entry.message, raw=raw, reasoning=bool(thoughts))
        n = 0 if texts is None else count(sought, texts)
        self._looked[entry.message.id] = _Looked(content, thoughts, raw, texts, sought, n)
        return n

    async def places(self, index: int, sought: Sought) -> list[Place]:
        """The hits of a message."""
        message_id = self._ledger.entries[index].message.id
        return self._places(message_id, sought) if await self.count(index, sought) else []

    def total(self, sought: Sought, present: tuple[str, Place] | None) -> tuple[int, int]:
        """How many hits are known of, and which of them `present` is, counted from 1; 0 for none."""
        at = total = 0
        for entry in self._ledger.entries:
            message_id = entry.message.id
            looked = self._looked.get(message_id)
            if present is not None and present[0] == message_id:
                at = total + 1 + sum(place < present[1] for place in self._places(message_id, sought))
            if self._ledger.live is not None and message_id == self._ledger.live.message.id:
                total += count(sought, self._live_texts())
            elif looked is not None and looked.sought is sought:
                total += looked.hits
        return min(at, total), total

    def _places(self, message_id: str, sought: Sought) -> list[Place]:
        if self._ledger.live is not None and message_id == self._ledger.live.message.id:
            return places(sought, self._live_texts())
        looked = self._looked.get(message_id)
        return [] if looked is None or looked.texts is None else places(sought, looked.texts)

    def _still(self, index: int) -> _Looked | None:
        """What was found out of a message, if it is still shown as it was then."""
        entry = self._ledger.entries[index]
        if self._plain is not None and self._plain.width != self._ledger.draw.width:
            self.forget()
        looked = self._looked.get(entry.message.id)
        if looked is None or looked.content != entry.message.content or looked.raw != entry.shape.raw:
            return None
        return looked if looked.thoughts == _thoughts_of(self._ledger, index) else None

    async def _draw(self, message: ChatMessage, *, raw: bool, reasoning: bool) -> BlockTexts:
        width = self._ledger.draw.width
        if self._plain is None or self._plain.width != width:
            self._plain = PlainRows(width)
        size = len(message.content) + (len(message.reasoning) if reasoning else 0)
        if size < _LARGE:
            return self._plain.texts(message, raw=raw, reasoning=reasoning)
        return await asyncio.to_thread(self._plain.texts, replace(message), raw=raw, reasoning=reasoning)

    def _live_texts(self) -> BlockTexts:
        index = self._ledger.live_index
        rows = self._ledger.rows(index)
        return block_texts(rows, thoughts_in(self._ledger, index, rows))


def thoughts_in(ledger: Ledger, index: int, rows: Sequence[Row]) -> range:
    """The rows of a message that are reasoning."""
    live = ledger.live
    if live is not None and index == ledger.live_index:
        return thought_rows(rows, shown=ledger.is_unfolded(index) and live.reasoning.words > 0)
    shape = ledger.entries[index].shape
    return thought_rows(rows, shown=not shape.folded and bool(_thoughts_of(ledger, index).strip()))


def _thoughts_of(ledger: Ledger, index: int) -> str:
    """The reasoning of a message as it came, where it is shown."""
    message = ledger.entries[index].message
    return message.reasoning if message.is_reply and ledger.is_unfolded(index) else ""
