"""Tables, fitted to a width: wide columns give way first, and a cell that is too narrow wraps."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style

from tui.widgets.transcript.blocks import Span, StyledText, Table
from tui.widgets.transcript.palette import Palette
from tui.widgets.transcript.rows import Row, prefix_segments, prefix_width, quote_lead, segments, text_rows
from tui.widgets.transcript.wrapping import cells, wrap

_LEAST = 4
"""Cells a column keeps; where not even that is there for each, a table is drawn as a list of its rows."""


def table_rows(table: Table, width: int, palette: Palette, surface: str) -> list[Row]:
    """A table as rows of at most `width` cells."""
    inner = width - prefix_width(table.rest)
    columns = len(table.alignments)
    if inner < columns * (_LEAST + 3) - 3:
        return _records(table, width, palette, surface)
    widths = _fit([_natural(row[n] for row in table.rows) for n in range(columns)], inner - 3 * (columns - 1))
    grid = _Grid(table, widths, palette, surface)
    rows = grid.rows(table.rows[0], "table-head")
    rows.append(grid.rule())
    for row in table.rows[1:]:
        rows += grid.rows(row)
    rows[0] = Row([*prefix_segments(table.first, palette, surface), *rows[0].segments[len(table.rest) :]], rows[0].lead)
    return rows


class _Grid:
    """Draws the rows of one table."""

    def __init__(self, table: Table, widths: list[int], palette: Palette, surface: str) -> None:
        self._table = table
        self._widths = widths
        self._palette = palette
        self._surface = surface
        self._prefix = prefix_segments(table.rest, palette, surface)
        self._lead = quote_lead(table.rest)

    def rows(self, row: tuple[StyledText, ...], *accents: str) -> list[Row]:
        wrapped = [wrap(cell.plain, width) for cell, width in zip(row, self._widths, strict=True)]
        found: list[Row] = []
        for n in range(max(len(pieces) for pieces in wrapped)):
            parts = list(self._prefix)
            for column, (cell, pieces) in enumerate(zip(row, wrapped, strict=True)):
                if column:
                    parts.append(Segment(" │ ", self._palette.style(self._surface, "rule")))
                start, end, _ = pieces[n] if n < len(pieces) else (0, 0, "")
                parts += self._aligned(column, segments(cell, start, end, self._palette, self._surface, *accents))
            found.append(Row(parts, self._lead))
        return found

    def rule(self) -> Row:
        line = "─┼─".join("─" * width for width in self._widths)
        return Row([*self._prefix, Segment(line, self._palette.style(self._surface, "rule"))], self._lead)

    def _aligned(self, column: int, parts: list[Segment]) -> list[Segment]:
        room = self._widths[column] - sum(cells(part.text) for part in parts)
        before = {"right": room, "center": room // 2}.get(self._table.alignments[column], 0)
        blank = self._palette.style(self._surface)
        return [*_blanks(before, blank), *parts, *_blanks(room - before, blank)]


def _blanks(count: int, style: Style) -> list[Segment]:
    return [Segment(" " * count, style)] if count > 0 else []


def _natural(column: Iterable[StyledText]) -> int:
    return max((cells(line) for cell in column for line in cell.plain.split("\n")), default=0)


def _fit(widths: list[int], room: int) -> list[int]:
    """Take from the widest until all fit; none falls below `_LEAST` unless it was narrower by nature."""
    widths = [max(1, width) for width in widths]
    excess = sum(widths) - room
    while excess > 0:
        widest = max(widths)
        next_widest = max((width for width in widths if width < widest), default=_LEAST)
        at = [n for n, width in enumerate(widths) if width == widest]
        step = min(widest - max(next_widest, _LEAST), -(-excess // len(at)))
        for n in at:
            take = min(step, excess)
            widths[n] -= take
            excess -= take
        if step <= 0:
            break
    return widths


def _records(table: Table, width: int, palette: Palette, surface: str) -> list[Row]:
    """Each row as lines "head: cell", for tables with more columns than there is room for."""
    head, *body = table.rows
    rows: list[Row] = []
    for number, row in enumerate(body or [head]):
        if number:
            rows.append(Row(prefix_segments(table.rest, palette, surface)))
        for name, cell in zip(head, row, strict=True):
            text = StyledText(f"{name.plain}: {cell.plain}" if body else name.plain, _shift(cell, name))
            rows += text_rows(text, table.rest if rows else table.first, table.rest, width, palette, surface)
    return rows


def _shift(cell: StyledText, name: StyledText) -> tuple[Span, ...]:
    by = len(name.plain) + 2
    return tuple(span._replace(start=span.start + by, end=span.end + by) for span in cell.spans)
