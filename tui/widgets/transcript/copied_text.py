"""Selected rows to text: without margins, borders and soft line breaks, as it can be pasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.segment import Segment

from tui.markdown.blocks import Block, Formula, Rule, Table
from tui.rendering.rows import Row
from tui.widgets.transcript.message_list import MessageList
from tui.widgets.transcript.text_range import TextRange

_SEPARATOR = " │ "
_RULE = frozenset("─┼ ")


class _Part(NamedTuple):
    """Selected characters of a row."""

    row: Row
    start: int
    end: int
    block: Block | None


def copied_text(messages: MessageList, selected: TextRange) -> str:
    """What a selection comes to.

    Messages are set apart by who spoke; times, figures, notes and what is there to be clicked are left out where more
    than they is selected. Cells of a table are set apart by tabs, and mathematics is as the model wrote it.
    """
    text = _Text()
    for index in range(selected.start.message, selected.end.message + 1):
        parts = list(_parts(messages, index, selected))
        for _table, group in groupby(parts, key=lambda part: part.block if isinstance(part.block, Table) else None):
            found = list(group)
            if isinstance(found[0].block, Table):
                _add_table(text, found, found[0].block)
            else:
                for part in found:
                    _add_line(text, part)
    return text.whole


class _Text:
    """Grows line by line."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._glue = ""
        self._source = ""

    @property
    def whole(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str, glue: str) -> None:
        """Add a line that `glue` ties to the next one."""
        self._pieces += [self._glue, piece]
        self._glue = glue
        self._source = ""

    def goes_on(self, source: str) -> bool:
        """Whether the last line ended within what this source stands for."""
        return bool(source) and source == self._source and self._glue != "\n"

    def ended_within(self, source: str) -> None:
        """The line that was added last ends with what this source, copied already, stands for."""
        self._source = source

    def untie(self) -> None:
        """Nothing comes between the last line and the next one."""
        self._glue = ""


def _parts(messages: MessageList, index: int, selected: TextRange) -> Iterator[_Part]:
    rows, blocks = messages.rows(index), messages.blocks(index)
    margin = messages.draw.margin
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
    """Whether a row shows where something begins or ends, or can be clicked to fold it, and says nothing itself."""
    text = row.text
    if not text.strip():
        return False
    if any("toggle_" in str(_meta(segment, "@click")) for segment in row.segments):
        return block is None or "▸" not in text  # that lines are left out has to be told
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
                mark = pieces.pop().strip()  # what indents a drawn formula is not the model's
                pieces += [mark + " "] if mark else []
            if not pieces and text.goes_on(of):
                text.untie()
                pieces.append("")
            else:
                pieces.append(of)
        else:
            pieces.append(drawn[start - begins : end - begins])
    line = "".join(pieces)
    text.add(line.rstrip() if row.glue == "\n" else line, row.glue)
    text.ended_within(source)


def _without_padding(row: Row) -> list[Segment]:
    """The segments of a row; a line of code that goes on in the next row without the blanks that fill its panel."""
    if row.glue == "" and len(row.segments) > 1 and not row.segments[-1].text.strip():
        return row.segments[:-1]
    return row.segments


def _add_table(text: _Text, parts: Sequence[_Part], table: Table) -> None:
    columns: list[str] = []
    for part in parts:
        found = _cells_of(part)
        if len(found) < 2 and len(table.alignments) > 1:  # drawn as a list of its rows
            _add_line(text, part)
            continue
        goes_on = bool(columns) and len(columns) == len(found)
        columns = (
            [_tied(table, n, a, b) for n, (a, b) in enumerate(zip(columns, found, strict=True))] if goes_on else found
        )
        if part.row.glue == "\n":
            text.add("\t".join(columns), "\n")
            columns = []
    if columns:
        text.add("\t".join(columns), "\n")


def _cells_of(part: _Part) -> list[str]:
    """What is selected in each cell that a row draws a piece of."""
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


def _tied(table: Table, column: int, first: str, second: str) -> str:
    """Two pieces of a cell, with the blank between them that the cell has there, if any."""
    if not first or not second:
        return first + second
    whole = any(first + second in row[column].plain for row in table.rows if column < len(row))
    return first + second if whole else f"{first} {second}"


def _meta(segment: Segment, name: str) -> object:
    return segment.style.meta.get(name, "") if segment.style is not None else ""
