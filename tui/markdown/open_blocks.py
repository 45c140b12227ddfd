"""A list, quote or table that is still being written: what of it is over needs no parser any more.

The source from some item, block or row on is parsed behind a stub that stands for what came before it: an item of the
same list with the number it had, a line of the same quote, the head of the same table. What later text may change
about earlier items, whether they stand with gaps and how wide their numbers are, is compared after each parse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from tui.markdown.block_builder import FirstBlock, ListStyle, Parsed
from tui.markdown.blocks import Block, Table

_HIGHEST = 999_999_000
"""Numbers of more than nine digits begin no item."""
_WIDE = " " * 4
"""Between the mark of the stub and its text: so wide that no item of the list is taken for one inside it."""

Parse = Callable[[str], Parsed]


@dataclass(frozen=True, slots=True)
class Stub:
    """What stands before the source of an open block whose beginning is committed."""

    source: str
    blocks: int = 0
    """Blocks that it makes by itself."""
    tight: bool | None = None
    width: int = 0
    """How the committed items of a list are drawn."""
    table: Table | None = None
    """The committed rows of a table, its head among them."""

    def fits(self, parsed: Parsed) -> bool:
        """Whether what is committed still looks as it would in a parse of the whole."""
        if self.tight is None:
            return True
        look = parsed.part.look if parsed.part is not None else None
        return look is not None and (look.tight, look.width) == (self.tight, self.width)

    def removed(self, parsed: Parsed) -> Parsed:
        """A parse of the stub and what follows, as if the stub had not been there."""
        lines = self.source.count("\n")
        blocks = parsed.blocks[self.blocks :]
        if self.table is not None and isinstance(new := blocks[0], Table):
            blocks[0] = replace(new, rows=self.table.rows + new.rows[1:], cells=self.table.cells + new.cells[1:])
        part = parsed.part
        if part is not None:
            children = [(line - lines, before - self.blocks) for line, before in part.children if line >= lines]
            part = replace(
                part, line=part.line - lines, end=part.end - lines, children=children, last_end=part.last_end - lines
            )
        starts = [(line - lines, before - self.blocks) for line, before in parsed.starts]
        return Parsed(blocks, starts, parsed.last_end - lines, part)


class Cut(NamedTuple):
    """Where the source of an open block may be cut: before which line, and after how many blocks."""

    line: int
    blocks: int
    stub: Stub


def cut_inside(source: str, parsed: Parsed, drawn: Parsed, before: Stub | None, parse: Parse) -> Cut | None:
    """Where to cut `source`, complete lines parsed into `parsed`, which is one list, quote or table.

    `drawn` is how it is shown at present, with the line that is being written. `parse` parses behind `before`.
    """
    part = parsed.part
    if part is None:
        return None
    lines = source.split("\n")
    match part.kind:
        case "bullet_list_open" | "ordered_list_open" if part.look and drawn.part and drawn.part.look:
            return _cut_list(lines, part, part.look, drawn.part.look, before, parse)
        case "blockquote_open":
            return _cut_quote(lines, part)
        case "table_open":
            return _cut_table(lines, part, parsed.blocks[0], drawn.blocks[0], before)
        case _:
            return None


def _cut_list(
    lines: list[str], part: FirstBlock, look: ListStyle, drawn: ListStyle, before: Stub | None, parse: Parse
) -> Cut | None:
    items = len(part.children) + (before is not None)
    if len(part.children) < 2 or look.told is None or look.told >= items - 1:
        return None
    line, blocks = part.children[-1]
    marker = look.marker
    if look.number is not None:
        number = look.number + items - 2
        if number > _HIGHEST:
            return None
        marker = f"{number}{marker}"
    certain = parse("\n".join(lines[: line + 1])).part
    if certain is None or certain.look is None:
        return None
    source = f"{marker}{_WIDE}x\n" if certain.look.tight else f"{marker}{_WIDE}x\n\n"
    return Cut(line, blocks, Stub(source, 1, drawn.tight, drawn.width))


def _cut_quote(lines: list[str], part: FirstBlock) -> Cut | None:
    if len(part.children) < 2:
        return None
    line, blocks = part.children[-1]
    while line > part.last_end and lines[line - 1].strip(" \t>"):
        line -= 1  # a definition stands here, which the lines below it may still lengthen
    return Cut(line, blocks, Stub(">\n")) if line > 0 and lines[line].lstrip().startswith(">") else None


def _cut_table(lines: list[str], part: FirstBlock, complete: Block, drawn: Block, before: Stub | None) -> Cut | None:
    if not isinstance(complete, Table) or not isinstance(drawn, Table) or part.end <= max(part.line + 2, 0):
        return None
    rows = len(complete.rows)
    head = before.source if before is not None else "".join(line + "\n" for line in lines[part.line : part.line + 2])
    return Cut(part.end, 0, Stub(head, table=replace(drawn, rows=drawn.rows[:rows], cells=drawn.cells[:rows])))
