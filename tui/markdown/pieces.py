"""The parts of a message that can be copied on their own: code, tables, formulas, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tui.markdown.blocks import Block, Code, Formula, Table
from tui.markdown.wrapping import cells

Kind = Literal["code", "table", "formula", "link"]
KINDS: frozenset[Kind] = frozenset({"code", "table", "formula", "link"})

_BACKTICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part to copy. `source` is the copied text: code without its fence, Markdown, LaTeX, or an address."""

    kind: Kind
    source: str
    language: str = ""
    """The language of code, as named in the source."""
    table: tuple[tuple[str, ...], ...] = ()
    """The cells of a table without Markdown."""

    @property
    def quotable(self) -> str:
        """Return the piece as Markdown: code in a fence."""
        if self.kind != "code":
            return self.source
        longest = max((len(run) for run in _BACKTICKS.findall(self.source)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{self.language}\n{self.source}\n{fence}"


def kind_of(block: Block) -> Kind | None:
    """Return the kind of a block that can be copied as a whole, else `None`."""
    if isinstance(block, Code):
        return "code"
    if isinstance(block, Table):
        return "table"
    return "formula" if isinstance(block, Formula) else None


def piece_of(block: Block) -> Piece | None:
    """Return a block as a piece, `None` where it is not one."""
    if isinstance(block, Code):
        return Piece("code", block.code, block.language)
    if isinstance(block, Table):
        read = tuple(tuple(cell.plain for cell in row) for row in block.rows)
        return Piece("table", table_source(block), table=read)
    return Piece("formula", block.source) if isinstance(block, Formula) else None


def table_source(table: Table) -> str:
    """Return a table as aligned Markdown, without the marks of the quotes and lists around it."""
    rows = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in table.cells]
    widths = [max(3, *(cells(cell) for cell in column)) for column in zip(*rows, strict=True)]
    rules = [_rule(alignment, width) for alignment, width in zip(table.alignments, widths, strict=True)]
    lines = [_line(row, widths, table.alignments) for row in rows]
    return "\n".join([lines[0], "| " + " | ".join(rules) + " |", *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int], alignments: Sequence[str]) -> str:
    parts = []
    for cell, width, alignment in zip(row, widths, alignments, strict=True):
        room = width - cells(cell)
        before = {"right": room, "center": room // 2}.get(alignment, 0)
        parts.append(" " * before + cell + " " * (room - before))
    return "| " + " | ".join(parts) + " |"


def _rule(alignment: str, width: int) -> str:
    if alignment == "center":
        return ":" + "-" * (width - 2) + ":"
    return "-" * (width - 1) + ":" if alignment == "right" else "-" * width
