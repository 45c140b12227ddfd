"""Rows: lines of segments, ready to be put on the screen, that know how to be copied."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style

from tui.markdown.blocks import LinePrefix, Span, StyledText
from tui.markdown.graphemes import next_start, steady
from tui.markdown.wrapping import Piece, cells, wrap
from tui.rendering.palette import Palette


class Row:
    """One line on the screen, right of the message's margin."""

    __slots__ = ("block", "glue", "lead", "segments")

    def __init__(self, segments: list[Segment], lead: int = 0, glue: str = "\n", block: int = -1) -> None:
        self.segments = segments
        self.lead = lead
        """Characters at its start that are drawn but not copied."""
        self.glue = glue
        """What stands between this row and the next in copied text: a newline, or what a soft break replaced."""
        self.block = block
        """The place of the block that it draws among those of its message; -1 for headers, gaps and notes."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return (
            self.block == other.block
            and self.segments == other.segments
            and self.lead == other.lead
            and self.glue == other.glue
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def text(self) -> str:
        """What is drawn."""
        return "".join(segment.text for segment in self.segments)


EMPTY = Row([])
_TAB_SIZE = 4


def numbered(rows: list[Row], block: int) -> list[Row]:
    """The rows, which all draw this block of their message."""
    for row in rows:
        row.block = block
    return rows


def segments(text: StyledText, start: int, end: int, palette: Palette, surface: str, *accents: str) -> list[Segment]:
    """The part of a styled text from `start` to `end`, over a surface."""
    if start >= end:
        return []
    spans = [span for span in text.spans if span.start < end and span.end > start]
    if not spans:
        return [Segment(text.plain[start:end], palette.style(surface, *accents))]
    cuts = sorted({start, end, *(max(start, span.start) for span in spans), *(min(end, span.end) for span in spans)})
    found = []
    for a, b in pairwise(cuts):
        over = [span for span in spans if span.start <= a and span.end >= b]
        names = [span.style for span in over]
        url = next((span.url for span in over if span.url), "")
        source = next((span.source for span in over if span.source), "")
        style = palette.link(url, surface, *accents, *names) if url else palette.style(surface, *accents, *names)
        found.append(Segment(text.plain[a:b], style + stands_for(source) if source else style))
    return found


def stands_for(source: str) -> Style:
    """What tells those who copy that a segment is drawn instead of `source`."""
    return Style.from_meta({"source": source})


def prefix_segments(prefix: LinePrefix, palette: Palette, surface: str) -> list[Segment]:
    """What stands before a block's line."""
    return [Segment(mark.text, palette.style(surface, mark.style)) for mark in prefix]


def prefix_width(prefix: LinePrefix) -> int:
    """Cells that a prefix takes."""
    return sum(cells(mark.text) for mark in prefix)


def quote_lead(prefix: LinePrefix) -> int:
    """Characters of the quote bars that a prefix begins with: they are not copied."""
    lead = 0
    for mark in prefix:
        if mark.style != "quote-bar":
            break
        lead += len(mark.text)
    return lead


def text_rows(
    text: StyledText, first: LinePrefix, rest: LinePrefix, width: int, palette: Palette, surface: str, *accents: str
) -> list[Row]:
    """Wrapped text with its prefixes, `width` cells in all."""
    text = drawn_text(text)
    inner = width - prefix_width(rest)
    rows: list[Row] = []
    soft = False
    pieces = wrap(text.plain, inner)
    for (start, end, glue), spans in zip(pieces, _by_piece(text.spans, pieces), strict=True):
        prefix = rest if rows else first
        lead = sum(len(mark.text) for mark in prefix) if soft else quote_lead(prefix)
        found = segments(StyledText(text.plain, spans), start, end, palette, surface, *accents)
        rows.append(Row([*prefix_segments(prefix, palette, surface), *found], lead, glue))
        soft = glue != "\n"
    return rows


def _by_piece(spans: Sequence[Span], pieces: Sequence[Piece]) -> Iterator[tuple[Span, ...]]:
    """The spans that touch each piece, found without looking at all spans for each: a paragraph may have thousands."""
    touching: list[list[Span]] = [[] for _piece in pieces]
    starts = [piece.start for piece in pieces] if spans else []
    for span in spans:
        for found in touching[max(0, bisect_right(starts, span.start) - 1) : bisect_left(starts, span.end)]:
            found.append(span)
    return (tuple(found) for found in touching)


def drawn_text(text: StyledText) -> StyledText:
    """The text as it can be measured and cut: tabs are blanks, and no style begins or ends within a cluster."""
    plain, spans = text.plain, text.spans
    if "\t" in plain:
        plain, spans = _without_tabs(plain, spans)
    if plain.isascii():
        return text if plain is text.plain else StyledText(plain, spans)
    plain = steady(plain)
    snapped = (span._replace(start=next_start(plain, span.start), end=next_start(plain, span.end)) for span in spans)
    return StyledText(plain, tuple(span for span in snapped if span.start < span.end))


def _without_tabs(plain: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    *before, last = plain.split("\t")
    parts: list[str] = []
    ends: list[int] = []
    shifts = [0]
    column = end = 0
    for part in before:
        head, newline, tail = part.rpartition("\n")
        column = cells(tail) + (0 if newline else column)
        step = _TAB_SIZE - column % _TAB_SIZE
        column += step
        end += len(part) + 1
        parts.append(head + newline + tail + " " * step)
        ends.append(end)
        shifts.append(shifts[-1] + step - 1)

    def moved(place: int) -> int:
        return place + shifts[bisect_right(ends, place)]

    return "".join([*parts, last]), tuple(span._replace(start=moved(span.start), end=moved(span.end)) for span in spans)


def plain_span(text: str, style: str) -> StyledText:
    """A text that is of one style throughout."""
    return StyledText(text, (Span(0, len(text), style),) if text else ())
