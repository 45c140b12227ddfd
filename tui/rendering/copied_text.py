"""The text of selected rows, ready to paste: without margins, borders and soft line breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from rich.segment import Segment

from tui.markdown.blocks import Block, Formula, Rule, Table
from tui.rendering.rows import Row
from tui.rendering.text_range import TextRange

_SEPARATOR = " │ "
_RULE = frozenset("─┼ ")


class DrawnMessages(Protocol):
    """Messages by index, as they are drawn."""

    def rows(self, index: int) -> Sequence[Row]: ...

    def blocks(self, index: int) -> Sequence[Block]: ...


class _Part(NamedTuple):
    """Selected characters of a row."""

    row: Row
    start: int
    end: int
    block: Block | None


def copied_text(messages: DrawnMessages, selected: TextRange, margin: int) -> str:
    """Return the text to copy of a range of messages, whose rows are drawn behind a margin.

    The name of its author precedes each message. Times, figures, notes and controls are left out unless nothing else
    is selected. The cells of a table are separated by tabs, and formulas are copied as their source.
    """
    text = _Text()
    for index in range(selected.start.message, selected.end.message + 1):
        parts = list(_parts(messages, index, selected, margin))
        for _table, group in groupby(parts, key=lambda part: part.block if isinstance(part.block, Table) else None):
            found = list(group)
            if isinstance(found[0].block, Table):
                _add_table(text, found, found[0].block)
            else:
                for part in found:
                    _add_line(text, part)
    return text.whole


class _Text:
    """Collects the lines of a text."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._glue = ""
        self._source = ""

    @property
    def whole(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str, glue: str) -> None:
        """Add a line; `glue` is the text between it and the next line."""
        self._pieces += [self._glue, piece]
        self._glue = glue
        self._source = ""

    def continues(self, source: str) -> bool:
        """Return whether the last line ended within the drawing of this source."""
        return bool(source) and source == self._source and self._glue != "\n"

    def ended_within(self, source: str) -> None:
        """Take note that the last line ends within the drawing of this source, which is copied already."""
        self._source = source

    def join(self) -> None:
        """Put nothing between the last line and the next one."""
        self._glue = ""


def _parts(messages: DrawnMessages, index: int, selected: TextRange, margin: int) -> Iterator[_Part]:
    rows, blocks = messages.rows(index), messages.blocks(index)
    last = max((number for number, row in enumerate(rows) if row.block >= 0), default=len(rows))
    is_one_row = selected.start[:2] == selected.end[:2]
    for number, row in enumerate(rows):
        here = (index, number)
        if not selected.start[:2] <= here <= selected.end[:2]:
            continue
        start, end = selected.span(index, number) or (0, 0)
        start, end = max(0, start - margin), max(0, end - margin)
        block = blocks[row.block] if 0 <= row.block < len(blocks) else None
        if is_one_row:
            yield _Part(row, start, end, block)
        elif number == 0:
            if row.segments and start < len(row.segments[0].text) and end > 0:
                yield _Part(Row([Segment(row.segments[0].text.strip() + ":")]), 0, len(row.text) + 1, None)
        elif (number > last and row.segments and selected.start[:2] <= (index, last)) or _is_frame(row, block):
            continue
        else:
            yield _Part(row, start, end, block)


def _is_frame(row: Row, block: Block | None) -> bool:
    """Return whether a row is only a border or a control, without content."""
    text = row.text
    if not text.strip():
        return False
    if any("toggle_" in str(_meta(segment, "@click")) for segment in row.segments):
        return block is None or "▸" not in text  # a row that says how much is folded is copied
    if isinstance(block, Rule | Table):
        return set(text[row.lead :]) <= _RULE
    return block is not None and row.lead >= len(text)


def _add_line(text: _Text, part: _Part) -> None:
    row = part.row
    if row.lead >= len(row.text) and any("▸" in segment.text for segment in row.segments):
        text.add(row.text.strip(), row.glue)
        return
    if isinstance(part.block, Rule):
        text.add("---", row.glue)
        return
    pieces: list[str] = []
    position, source = 0, ""
    for of, group in groupby(_without_padding(row), key=lambda segment: str(_meta(segment, "source"))):
        drawn = "".join(segment.text for segment in group)
        begins, ends = position, position + len(drawn)
        start, end = max(part.start, row.lead, begins), min(part.end, ends)
        position, source = ends, ""
        if start >= end:
            continue
        if of and start == begins and end == ends:
            source = of
            if isinstance(part.block, Formula) and pieces:
                mark = pieces.pop().strip()  # the indent of a formula is not part of its source
                pieces += [mark + " "] if mark else []
            if not pieces and text.continues(of):
                text.join()
                pieces.append("")
            else:
                pieces.append(of)
        else:
            pieces.append(drawn[start - begins : end - begins])
    line = "".join(pieces)
    text.add(line.rstrip() if row.glue == "\n" else line, row.glue)
    text.ended_within(source)


def _without_padding(row: Row) -> list[Segment]:
    """Return the segments of a row, without the fill of the panel if the line of code continues in the next row."""
    if row.glue == "" and len(row.segments) > 1 and not row.segments[-1].text.strip():
        return row.segments[:-1]
    return row.segments


def _add_table(text: _Text, parts: Sequence[_Part], table: Table) -> None:
    columns: list[str] = []
    for part in parts:
        found = _cells_of(part)
        if len(found) < 2 and len(table.alignments) > 1:  # drawn as records
            _add_line(text, part)
            continue
        continues = bool(columns) and len(columns) == len(found)
        columns = (
            [_joined(table, n, a, b) for n, (a, b) in enumerate(zip(columns, found, strict=True))]
            if continues
            else found
        )
        if part.row.glue == "\n":
            text.add("\t".join(columns), "\n")
            columns = []
    if columns:
        text.add("\t".join(columns), "\n")


def _cells_of(part: _Part) -> list[str]:
    """Return the selected text of each cell in a row."""
    found = [""]
    position = 0
    for segment in part.row.segments:
        start = max(part.start, part.row.lead, position) - position
        end = min(part.end, position + len(segment.text)) - position
        position += len(segment.text)
        if segment.text == _SEPARATOR:
            if found != [""] or position > max(part.start, part.row.lead):
                found.append("")
        elif start < end:
            found[-1] += segment.text[start:end]
    return [cell.strip() for cell in found]


def _joined(table: Table, column: int, first: str, second: str) -> str:
    """Return two pieces of a cell, joined as in the cell: with a blank or without."""
    if not first or not second:
        return first + second
    whole = any(first + second in row[column].plain for row in table.rows if column < len(row))
    return first + second if whole else f"{first} {second}"


def _meta(segment: Segment, name: str) -> object:
    return segment.style.meta.get(name, "") if segment.style is not None else ""
