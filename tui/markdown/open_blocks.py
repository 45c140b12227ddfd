"""Cuts a list, quote or table that is still growing, so that its finished part is not parsed again.

The rest of the source is parsed behind a stub, which stands for the part before the cut: an item of the same list with
the same number, a line of the same quote, the head of the same table. Later text can still change how earlier items
look, their gaps and the width of their numbers, so both are compared after each parse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from tui.markdown.block_builder import FirstBlock, ListStyle, Parsed
from tui.markdown.blocks import Block, Table

_HIGHEST = 999_999_000
"""A number of more than nine digits does not begin an item."""
_WIDE = " " * 4
"""Between the marker of the stub and its text: so wide that no item of the list counts as nested in it."""

Parse = Callable[[str], Parsed]


@dataclass(frozen=True, slots=True)
class Stub:
    """Source that stands for the committed beginning of an open block."""

    source: str
    blocks: int = 0
    """Number of blocks that the stub itself parses to."""
    tight: bool | None = None
    width: int = 0
    """`tight` and `width` of the committed items of a list."""
    table: Table | None = None
    """The committed rows of a table, with its head."""

    def fits(self, parsed: Parsed) -> bool:
        """Return whether the committed part still looks as it would in a parse of the whole."""
        if self.tight is None:
            return True
        style = parsed.first_block.list_style if parsed.first_block is not None else None
        return style is not None and (style.tight, style.width) == (self.tight, self.width)

    def removed(self, parsed: Parsed) -> Parsed:
        """Return a parse of the stub and the text after it, without the stub."""
        lines = self.source.count("\n")
        blocks = parsed.blocks[self.blocks :]
        if self.table is not None and isinstance(new := blocks[0], Table):
            blocks[0] = replace(new, rows=self.table.rows + new.rows[1:], cells=self.table.cells + new.cells[1:])
        first = parsed.first_block
        if first is not None:
            children = [(line - lines, before - self.blocks) for line, before in first.children if line >= lines]
            first = replace(
                first,
                line=first.line - lines,
                end=first.end - lines,
                children=children,
                last_end=first.last_end - lines,
            )
        starts = [(line - lines, before - self.blocks) for line, before in parsed.starts]
        return Parsed(blocks, starts, parsed.last_end - lines, first)


class Cut(NamedTuple):
    """A place to cut an open block: before `line` of the source, after `blocks` blocks."""

    line: int
    blocks: int
    stub: Stub


def cut_inside(source: str, parsed: Parsed, drawn: Parsed, before: Stub | None, parse: Parse) -> Cut | None:
    """Return where to cut `source`: complete lines, parsed into `parsed`, which is one list, quote or table.

    `drawn` is the parse that is shown now, with the incomplete last line. `parse` parses behind the stub `before`.
    """
    first = parsed.first_block
    if first is None:
        return None
    lines = source.split("\n")
    match first.kind:
        case "bullet_list_open" | "ordered_list_open" if (
            first.list_style and (shown := drawn.first_block) and shown.list_style
        ):
            return _cut_list(lines, first, first.list_style, shown.list_style, before, parse)
        case "blockquote_open":
            return _cut_quote(lines, first)
        case "table_open":
            return _cut_table(lines, first, parsed.blocks[0], drawn.blocks[0], before)
        case _:
            return None


def _cut_list(
    lines: list[str], first: FirstBlock, style: ListStyle, drawn: ListStyle, before: Stub | None, parse: Parse
) -> Cut | None:
    items = len(first.children) + (before is not None)
    if len(first.children) < 2 or style.first_with_paragraph is None or style.first_with_paragraph >= items - 1:
        return None
    line, blocks = first.children[-1]
    marker = style.marker
    if style.number is not None:
        number = style.number + items - 2
        if number > _HIGHEST:
            return None
        marker = f"{number}{marker}"
    certain = parse("\n".join(lines[: line + 1])).first_block
    if certain is None or certain.list_style is None:
        return None
    source = f"{marker}{_WIDE}x\n" if certain.list_style.tight else f"{marker}{_WIDE}x\n\n"
    return Cut(line, blocks, Stub(source, 1, drawn.tight, drawn.width))


def _cut_quote(lines: list[str], first: FirstBlock) -> Cut | None:
    if len(first.children) < 2:
        return None
    line, blocks = first.children[-1]
    while line > first.last_end and lines[line - 1].strip(" \t>"):
        line -= 1  # a definition, which the next lines may still continue
    return Cut(line, blocks, Stub(">\n")) if line > 0 and lines[line].lstrip().startswith(">") else None


def _cut_table(lines: list[str], first: FirstBlock, complete: Block, drawn: Block, before: Stub | None) -> Cut | None:
    if not isinstance(complete, Table) or not isinstance(drawn, Table) or first.end <= max(first.line + 2, 0):
        return None
    rows = len(complete.rows)
    head = before.source if before is not None else "".join(line + "\n" for line in lines[first.line : first.line + 2])
    return Cut(first.end, 0, Stub(head, table=replace(drawn, rows=drawn.rows[:rows], cells=drawn.cells[:rows])))
