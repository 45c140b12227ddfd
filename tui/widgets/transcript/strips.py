"""Rows to strips: margin, bar, surface, decorations, selection. Strips are kept, so that painting again costs little."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.rendering.palette import Palette
from tui.rendering.rows import Row
from tui.widgets.transcript.message_list import MessageList

_KEPT = 200
"""Messages whose strips are kept."""
_KEPT_DECORATED = 400
"""Rows kept with what is laid over them: a few screens."""

_BAR = "▌"


class Highlight(NamedTuple):
    """Characters of a row, without its margin, that stand on another surface."""

    start: int
    end: int
    surface: str


class Badge(NamedTuple):
    """A few letters drawn over a row, from this cell on, without its margin; below 0 they stand in the margin."""

    cell: int
    text: str
    surface: str


class Decorations(NamedTuple):
    """What is laid over one row."""

    highlights: tuple[Highlight, ...] = ()
    """In their order: a later one lies over an earlier one."""
    badges: tuple[Badge, ...] = ()


class Strips:
    """Paints the rows of messages."""

    def __init__(self, messages: MessageList, palette: Palette) -> None:
        self._messages = messages
        self._palette = palette
        self._kept: OrderedDict[int, dict[int, tuple[Row, int, bool, bool, Strip]]] = OrderedDict()
        self._decorated: dict[tuple[int, int], tuple[Strip, Decorations, Strip]] = {}

    def strip(self, index: int, number: int, width: int) -> Strip:
        """Return a row of a message, `width` cells wide; blank below its last row."""
        rows = self._messages.rows(index)
        if not 0 <= number < len(rows):
            return self.blank(width)
        row, is_gap = rows[number], number == len(rows) - 1
        bar = self._has_bar(index) and not is_gap
        kept = self._kept.get(index)
        if kept is None:
            kept = self._kept[index] = {}
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        painted = kept.get(number)
        if painted is not None and painted[0] is row and painted[1:4] == (width, bar, is_gap):
            return painted[4]
        strip = self._paint(index, number, row, width, bar=bar, is_gap=is_gap)
        kept[number] = (row, width, bar, is_gap, strip)
        return strip

    def decorated(self, index: int, number: int, width: int, decorations: Decorations) -> Strip:
        """Return a row with something laid over it."""
        strip = self.strip(index, number, width)
        kept = self._decorated.get((index, number))
        if kept is not None and kept[0] is strip and kept[1] == decorations:
            return kept[2]
        if len(self._decorated) > _KEPT_DECORATED:
            self._decorated.clear()
        margin = self._messages.draw.margin
        shown = strip
        for start, end, surface in decorations.highlights:
            shown = _laid_over(shown, (start + margin, end + margin), self._palette.style(surface))
        for badge in decorations.badges:
            at = max(0, badge.cell + margin)
            part = Strip([Segment(badge.text, self._palette.style(badge.surface))])
            if at + part.cell_length <= width:
                shown = Strip.join([shown.crop(0, at), part, shown.crop(at + part.cell_length, width)])
        shown = shown.apply_offsets(0, number)
        self._decorated[index, number] = (strip, decorations, shown)
        return shown

    def selected(self, strip: Strip, number: int, span: tuple[int, int], style: Style) -> Strip:
        """Return a strip with a range of its characters selected."""
        return _laid_over(strip, span, style).apply_offsets(0, number)

    def blank(self, width: int) -> Strip:
        """Return an empty line."""
        return Strip.blank(width, self._palette.style("reply"))

    def _has_bar(self, index: int) -> bool:
        return index == self._messages.live_index or self._messages.id_at(index) == self._messages.cursor

    def _paint(self, index: int, number: int, row: Row, width: int, *, bar: bool, is_gap: bool) -> Strip:
        draw = self._messages.draw
        surface = "reply" if is_gap else draw.surface(self._messages.entries[index].message)
        base = self._palette.style(surface)
        parts = [Segment(" " * draw.margin, base)]
        if bar:
            parts = [
                Segment(_BAR, self._palette.style(surface, f"{surface}-bar")),
                Segment(" " * (draw.margin - 1), base),
            ]
        return Strip([*parts, *row.segments]).adjust_cell_length(width, base).apply_offsets(0, number)


def _laid_over(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    """A strip with another style laid over a range of its characters."""
    parts: list[Segment] = []
    position = 0
    for segment in strip:
        text = segment.text
        start = min(max(span[0] - position, 0), len(text))
        end = min(max(span[1] - position, start), len(text))
        own = segment.style or Style()
        for part, over in ((text[:start], False), (text[start:end], True), (text[end:], False)):
            if part:
                parts.append(Segment(part, own + style if over else own))
        position += len(text)
    return Strip(parts, strip.cell_length)
