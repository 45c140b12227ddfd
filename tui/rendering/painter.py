"""Draws blocks as rows, at a width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style

from tui.domain.i18n import _, plural
from tui.markdown.blocks import Block, Code, Formula, LinePrefix, PrefixPart, Prose, Rule, StyledText, Table
from tui.markdown.graphemes import steady
from tui.markdown.wrapping import cells, fold, shorten
from tui.rendering.code import code_lines, shown_language
from tui.rendering.palette import Palette
from tui.rendering.rows import (
    Row,
    drawn_text,
    numbered,
    plain_span,
    prefix_length,
    prefix_segments,
    prefix_width,
    quote_lead,
    segments,
    stands_for,
    text_rows,
)
from tui.rendering.tables import table_rows

_PROSE_WIDTH = 96
_CODE_WIDTH = 120
_LEAST_WIDTH = 8
_EDGE = "▏"
"""Left of each line of code: it shows the panel on terminals without colours."""
_HOOK = "↪"
"""Instead of the edge, before the rest of a line that was too long."""
_FORMULA_INDENT = "    "
_SHOWN_CODE = 60
"""Lines of long code that are shown while it is folded."""
_LEAST_FOLDED = 10
"""Fewer lines than this are not folded: that would save hardly any room."""


@dataclass(frozen=True, slots=True)
class Widths:
    """Cells for prose, for code, and for tables."""

    prose: int
    code: int
    table: int

    @classmethod
    def of(cls, room: int) -> Widths:
        """Return the widths to use of `room` cells: long lines of prose are hard to read."""
        room = max(_LEAST_WIDTH, room)
        return cls(min(room, _PROSE_WIDTH), min(room, _CODE_WIDTH), room)


class Painter:
    """Draws blocks on one surface. Without `code_colours` code stays plain, which saves most of the time."""

    def __init__(self, palette: Palette, widths: Widths, surface: str = "reply", *, code_colours: bool = True) -> None:
        self.palette = palette
        self.widths = widths
        self.surface = surface
        self._code_colours = code_colours

    def rows(self, blocks: Iterable[Block], *, all_code: bool = True) -> list[Row]:
        """Return all rows of blocks, with the gaps between them. Long code is folded unless `all_code`."""
        found: list[Row] = []
        before: Block | None = None
        for number, block in enumerate(blocks):
            found += self.gap(before, block)
            found += numbered(self.block_rows(block, all_code=all_code), number)
            before = block
        return found

    def gap(self, before: Block | None, block: Block) -> list[Row]:
        """Return the gap between two blocks, if any; the bars of quotes around both continue through it."""
        if before is None or not block.gap:
            return []
        bars: list[PrefixPart] = []
        for mark, other in zip(before.rest, block.first, strict=False):
            if mark != other or mark.style != "quote-bar":
                break
            bars.append(mark)
        return [Row(prefix_segments(tuple(bars), self.palette, self.surface), quote_lead(tuple(bars)))]

    def block_rows(self, block: Block, *, all_code: bool = True) -> list[Row]:
        """Return the rows of one block, without the gap before it."""
        if isinstance(block, Prose):
            return self._prose(block)
        if isinstance(block, Code):
            return self._code(block, all_code=all_code)
        if isinstance(block, Table):
            first, rest = self._narrowed(block)
            fitted = Table(first=first, rest=rest, rows=block.rows, alignments=block.alignments)
            return table_rows(fitted, self.widths.table, self.palette, self.surface)
        if isinstance(block, Formula):
            return self._formula(block)
        if isinstance(block, Rule):
            return self._rule(block)
        raise TypeError(block)

    def code_head(self, block: Code) -> list[Row]:
        """Return the line above a code block, with its language."""
        first, rest = self._narrowed(block)
        style = self.palette.style("code-head")
        return [self._panel_edge(first, rest, shown_language(block) or _("text"), style)]

    def code_body(self, block: Code, lines: Sequence[StyledText]) -> list[Row]:
        """Return lines of code on their panel; a line that is too long continues below, with a hook at the edge."""
        _first, rest = self._narrowed(block)
        before = prefix_segments(rest, self.palette, self.surface)
        inner = self.widths.code - prefix_width(rest)
        lead = prefix_length(rest) + 1
        blank = self.palette.style("code")
        edge = Segment(_EDGE, self.palette.style("code", "code-edge"))
        hook = Segment(_HOOK, self.palette.style("code", "meta"))
        found: list[Row] = []
        for line in map(drawn_text, lines):
            for start, end, glue in fold(line.plain, inner - 2):
                parts = segments(line, start, end, self.palette, "code")
                room = inner - 1 - cells(line.plain[start:end])
                found.append(Row([*before, hook if start else edge, *parts, Segment(" " * room, blank)], lead, glue))
        return found

    def code_end(self, block: Code) -> list[Row]:
        """Return the line that folds long code, below all of it; nothing for other code."""
        count = block.code.count("\n") + 1
        return (
            [self._code_fold(block, "▾ " + plural("fold {n} line", "fold {n} lines", count))] if is_long(block) else []
        )

    def _code(self, block: Code, *, all_code: bool) -> list[Row]:
        code, end = block.code, self.code_end(block)
        if end and not all_code:
            more = code.count("\n") + 1 - _SHOWN_CODE
            end = [self._code_fold(block, "▸ " + plural("{n} more line", "{n} more lines", more))]
            code = "\n".join(code.split("\n", _SHOWN_CODE)[:_SHOWN_CODE])
        language = shown_language(block) if self._code_colours else ""
        return [*self.code_head(block), *self.code_body(block, code_lines(code, language)), *end]

    def _code_fold(self, block: Code, text: str) -> Row:
        """Return the line below long code that folds or unfolds it."""
        _first, rest = self._narrowed(block)
        return self._panel_edge(rest, rest, text, self.palette.action("toggle_code", "code-head"))

    def _panel_edge(self, prefix: LinePrefix, rest: LinePrefix, text: str, style: Style) -> Row:
        """Return a line above or below a panel of code: it is not copied."""
        inner = self.widths.code - prefix_width(rest)
        shown = shorten(text, inner - 2)
        parts = [
            *prefix_segments(prefix, self.palette, self.surface),
            Segment(_EDGE, self.palette.style("code-head", "code-edge")),
            Segment(shown, style),
            Segment(" " * (inner - 1 - cells(shown)), self.palette.style("code-head")),
        ]
        return Row(parts, sum(len(part.text) for part in parts))

    def _formula(self, block: Formula) -> list[Row]:
        """Return the rows of a formula, indented; of its source if it is too wide to draw."""
        first, rest = self._narrowed(block)
        inner = self.widths.code - prefix_width(rest)
        lines, source = list(map(steady, block.lines)), stands_for(block.source)
        indent = _FORMULA_INDENT if max(map(cells, lines), default=0) + len(_FORMULA_INDENT) <= inner else ""
        if not lines or max(map(cells, lines)) > inner:
            text = plain_span(block.source, "formula")
            return text_rows(text, first, rest, self.widths.prose, self.palette, self.surface)
        style = self.palette.style(self.surface, "formula") + source
        found: list[Row] = []
        for line in lines:
            prefix = rest if found else first
            before = [
                *prefix_segments(prefix, self.palette, self.surface),
                Segment(indent, self.palette.style(self.surface)),
            ]
            lead = quote_lead(prefix) if not found else prefix_length(prefix) + len(indent)
            found.append(Row([*before, Segment(line, style)], lead, ""))
        found[-1].glue = "\n"
        return found

    def _prose(self, block: Prose) -> list[Row]:
        first, rest = self._narrowed(block)
        accents = (f"heading-{min(block.level, 4)}",) if block.level else ()
        return text_rows(block.text, first, rest, self.widths.prose, self.palette, self.surface, *accents)

    def _rule(self, block: Rule) -> list[Row]:
        first, rest = self._narrowed(block)
        line = "─" * (self.widths.prose - prefix_width(rest))
        style = self.palette.style(self.surface, "rule")
        return [Row([*prefix_segments(first, self.palette, self.surface), Segment(line, style)], quote_lead(first))]

    def _narrowed(self, block: Block) -> tuple[LinePrefix, LinePrefix]:
        """Return the prefixes of a block; if they leave no room for text, only their inner ends."""
        most = self.widths.prose - _LEAST_WIDTH
        if prefix_width(block.rest) <= most:
            return block.first, block.rest
        return _inner_end(block.first, most), _inner_end(block.rest, most)


def is_long(block: Block) -> bool:
    """Return whether a block is code that is folded by default."""
    return isinstance(block, Code) and block.code.count("\n") + 1 - _SHOWN_CODE >= _LEAST_FOLDED


def _inner_end(prefix: LinePrefix, most: int) -> LinePrefix:
    kept: list[PrefixPart] = []
    for mark in reversed(prefix):
        most -= cells(mark.text)
        if most < 0:
            break
        kept.append(mark)
    return tuple(reversed(kept))
