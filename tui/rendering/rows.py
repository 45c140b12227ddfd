"""Rows: lines of segments for the screen, with what is needed to copy them."""

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
    """One line on the screen, without the margin of its message."""

    __slots__ = ("block", "glue", "lead", "segments")

    def __init__(self, segments: list[Segment], lead: int = 0, glue: str = "\n", block: int = -1) -> None:
        self.segments = segments
        self.lead = lead
        """Number of characters at the start that are drawn but not copied."""
        self.glue = glue
        """Text between this row and the next in a copy: a newline, or the text that a soft break replaced."""
        self.block = block
        """Number of its block in the message; -1 for headers, gaps and notes."""

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
        """The text that is drawn."""
        return "".join(segment.text for segment in self.segments)


EMPTY = Row([])
_TAB_SIZE = 4


def numbered(rows: list[Row], block: int) -> list[Row]:
    """Return the rows, with this block number set on all of them."""
    for row in rows:
        row.block = block
    return rows


def segments(text: StyledText, start: int, end: int, palette: Palette, surface: str, *accents: str) -> list[Segment]:
    """Return the segments of a styled text from `start` to `end`, on a surface."""
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
    """Return the style of a segment that is copied as `source`."""
    return Style.from_meta({"source": source})


def prefix_segments(prefix: LinePrefix, palette: Palette, surface: str) -> list[Segment]:
    """Return the segments of a line prefix."""
    return [Segment(mark.text, palette.style(surface, mark.style)) for mark in prefix]


def prefix_width(prefix: LinePrefix) -> int:
    """Return the width of a line prefix in cells."""
    return sum(cells(mark.text) for mark in prefix)


def prefix_length(prefix: LinePrefix) -> int:
    """Return the number of characters in a line prefix."""
    return sum(len(part.text) for part in prefix)


def quote_lead(prefix: LinePrefix) -> int:
    """Return the number of characters in the quote bars that a prefix starts with: they are not copied."""
    lead = 0
    for mark in prefix:
        if mark.style != "quote-bar":
            break
        lead += len(mark.text)
    return lead


def text_rows(
    text: StyledText, first: LinePrefix, rest: LinePrefix, width: int, palette: Palette, surface: str, *accents: str
) -> list[Row]:
    """Return wrapped text with its prefixes, at most `width` cells in all."""
    text = drawn_text(text)
    inner = width - prefix_width(rest)
    rows: list[Row] = []
    soft = False
    pieces = wrap(text.plain, inner)
    for (start, end, glue), spans in zip(pieces, _by_piece(text.spans, pieces), strict=True):
        prefix = rest if rows else first
        lead = prefix_length(prefix) if soft else quote_lead(prefix)
        found = segments(StyledText(text.plain, spans), start, end, palette, surface, *accents)
        rows.append(Row([*prefix_segments(prefix, palette, surface), *found], lead, glue))
        soft = glue != "\n"
    return rows


def _by_piece(spans: Sequence[Span], pieces: Sequence[Piece]) -> Iterator[tuple[Span, ...]]:
    """Return the spans that touch each piece, without testing all spans for each: a paragraph can have thousands."""
    touching: list[list[Span]] = [[] for _piece in pieces]
    starts = [piece.start for piece in pieces] if spans else []
    for span in spans:
        for found in touching[max(0, bisect_right(starts, span.start) - 1) : bisect_left(starts, span.end)]:
            found.append(span)
    return (tuple(found) for found in touching)


def drawn_text(text: StyledText) -> StyledText:
    """Return the text ready to measure and cut: tabs are blanks, and no style begins or ends within a cluster."""
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
    """Return a text in one style."""
    return StyledText(text, (Span(0, len(text), style),) if text else ())
