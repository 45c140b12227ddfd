"""Draws tables at a width: the widest columns shrink first, and their cells wrap.

If the columns would be too narrow to read, the table is drawn as records: each row as a list of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from tui.markdown.blocks import LinePrefix, PrefixPart, Span, StyledText, Table
from tui.markdown.wrapping import cells, wrap
from tui.rendering.palette import Palette
from tui.rendering.rows import (
    Row,
    drawn_text,
    prefix_segments,
    prefix_width,
    quote_lead,
    segments,
    text_rows,
)

_LEAST = 8
"""Least width of a column of words."""
_LONGEST_WORD = 12
"""Words up to this width are not broken."""
_LONGEST_NUMBER = 20
"""Numbers up to this width are not broken."""
_WIDEST = 72
"""Width of the widest column: longer lines are hard to read."""
_SENTENCE = 48
_LEAST_FOR_SENTENCES = 16
"""Least width of a column whose longest line has at least `_SENTENCE` cells."""
_NUMBER = re.compile(r"[-+−~≈<>≤≥±(]*[$€£¥]?\s?[\d.,'\u00a0\u2009\u202f ]*\d[\d.,)]*\s?[%‰°$€£¥a-zA-Zµ/]{0,6}")
_SEPARATOR = " │ "
_INDENT = PrefixPart("  ", "plain")

_Cells = Sequence[StyledText]


def table_rows(table: Table, width: int, palette: Palette, surface: str) -> list[Row]:
    """Return the rows of a table, at most `width` cells wide."""
    table = Table(
        first=table.first,
        rest=table.rest,
        rows=tuple(tuple(drawn_text(cell) for cell in row) for row in table.rows),
        alignments=table.alignments,
    )
    columns = [_Column.of([row[n] for row in table.rows]) for n in range(len(table.alignments))]
    room = width - prefix_width(table.rest) - len(_SEPARATOR) * (len(columns) - 1)
    if sum(column.least for column in columns) > room:
        return _records(table, width, palette, surface)
    widths = _fit_columns(columns, room)
    grid = _Grid(table, widths, palette, surface)
    return grid.rows()


class _Column(NamedTuple):
    """The width of a column without wrapping, and its least width."""

    natural: int
    least: int

    @classmethod
    def of(cls, found: _Cells) -> _Column:
        natural = max(1, *(cells(line) for cell in found for line in cell.plain.split("\n")))
        words = max((cells(word) for cell in found for word in cell.plain.split()), default=1)
        numbers = max((cells(cell.plain) for cell in found if _NUMBER.fullmatch(cell.plain)), default=1)
        words = max(min(words, _LONGEST_WORD), _LEAST_FOR_SENTENCES if natural >= _SENTENCE else _LEAST)
        least = max(words, numbers if numbers <= _LONGEST_NUMBER else 1)
        natural = min(natural, _WIDEST)
        return cls(natural, min(natural, least))


def _fit_columns(columns: Sequence[_Column], room: int) -> list[int]:
    """Return the widths of columns: the widest shrink until all fit. There is room for the least widths."""
    widths = [column.natural for column in columns]
    excess = sum(widths) - room
    while excess > 0:
        free = [n for n, column in enumerate(columns) if widths[n] > column.least]
        widest = max(widths[n] for n in free)
        at = [n for n in free if widths[n] == widest]
        lower = [widths[n] for n in free if widths[n] < widest] + [columns[n].least for n in at]
        step = min(widest - max(lower), -(-excess // len(at)))
        for n in at:
            take = min(step, excess)
            widths[n] -= take
            excess -= take
    return widths


class _Grid:
    """Draws a table in columns."""

    def __init__(self, table: Table, widths: list[int], palette: Palette, surface: str) -> None:
        self._table = table
        self._widths = widths
        self._palette = palette
        self._surface = surface
        self._separator = Segment(_SEPARATOR, palette.style(surface, "rule"))

    def rows(self) -> list[Row]:
        """Return all rows. If a cell takes several lines, rules separate all rows."""
        head, *body = self._table.rows
        found = self._row(head, self._table.first, "table-head")
        found.append(self._rule())
        drawn = [self._row(row, self._table.rest) for row in body]
        airy = any(len(rows) > 1 for rows in drawn)
        for number, rows in enumerate(drawn):
            if number and airy:
                found.append(self._rule())
            found += rows
        return found

    def _row(self, row: _Cells, first: LinePrefix, *accents: str) -> list[Row]:
        wrapped = [wrap(cell.plain, width) for cell, width in zip(row, self._widths, strict=True)]
        found: list[Row] = []
        height = max(len(pieces) for pieces in wrapped)
        for n in range(height):
            prefix = self._table.rest if n else first
            parts = prefix_segments(prefix, self._palette, self._surface)
            for column, (cell, pieces) in enumerate(zip(row, wrapped, strict=True)):
                if column:
                    parts.append(self._separator)
                start, end, _ = pieces[n] if n < len(pieces) else (0, 0, "")
                parts += self._aligned(column, segments(cell, start, end, self._palette, self._surface, *accents))
            found.append(Row(parts, quote_lead(prefix), "\n" if n == height - 1 else " "))
        return found

    def _rule(self) -> Row:
        line = "─┼─".join("─" * width for width in self._widths)
        before = prefix_segments(self._table.rest, self._palette, self._surface)
        return Row([*before, Segment(line, self._palette.style(self._surface, "rule"))], quote_lead(self._table.rest))

    def _aligned(self, column: int, parts: list[Segment]) -> list[Segment]:
        room = self._widths[column] - sum(cells(part.text) for part in parts)
        before = {"right": room, "center": room // 2}.get(self._table.alignments[column], 0)
        blank = self._palette.style(self._surface)
        return [*_blanks(before, blank), *parts, *_blanks(room - before, blank)]


def _blanks(count: int, style: Style) -> list[Segment]:
    return [Segment(" " * count, style)] if count > 0 else []


def _records(table: Table, width: int, palette: Palette, surface: str) -> list[Row]:
    """Return the rows of a table as records: the first cell, then lines "head: cell". Empty cells are left out."""
    head, *body = table.rows
    if not body:
        body, head = [head], tuple(StyledText("") for _cell in head)
    rows: list[Row] = []
    for number, row in enumerate(body):
        if number:
            rows.append(Row(prefix_segments(table.rest, palette, surface), quote_lead(table.rest)))
        drawn = 0
        for column, (name, cell) in enumerate(zip(head, row, strict=True)):
            if not cell.plain.strip():
                continue
            first = table.rest if rows else table.first
            if column == 0:
                rows += text_rows(cell, first, table.rest, width, palette, surface, "table-title")
            else:
                first, rest = (*first, _INDENT), (*table.rest, _INDENT, _INDENT)
                rows += text_rows(_named(name, cell), first, rest, width, palette, surface)
            drawn += 1
        if not drawn:
            rows.append(Row(prefix_segments(table.rest if rows else table.first, palette, surface)))
    return rows


def _named(name: StyledText, cell: StyledText) -> StyledText:
    before = " ".join(name.plain.split()) + ": " if name.plain.strip() else ""
    spans = [span._replace(start=span.start + len(before), end=span.end + len(before)) for span in cell.spans]
    return StyledText(before + cell.plain, (Span(0, len(before), "table-head"), *spans) if before else tuple(spans))
