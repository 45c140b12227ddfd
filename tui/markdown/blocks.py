"""What Markdown is read into: a flat list of blocks, the unit of wrapping and caching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of text drawn in a named style; `url` makes it a link, `source` is the raw text that it stands for."""

    start: int
    end: int
    style: str
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class StyledText:
    """Text with named styles. Newlines are hard line breaks."""

    plain: str
    spans: tuple[Span, ...] = ()


class PrefixPart(NamedTuple):
    """A part of what stands before a block's lines: a bullet, a quote bar, an indent."""

    text: str
    style: str


LinePrefix = tuple[PrefixPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading, fence, formula, table or rule, wherever it is nested."""

    first: LinePrefix = ()
    """Before its first line."""
    rest: LinePrefix = ()
    """Before its other lines."""
    gap: bool = True
    """An empty line stands between the block before and this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose(Block):
    """A paragraph, or a heading of level 1 to 6."""

    text: StyledText
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Block):
    """A fence or an indented block. `open` means that its closing mark has not come."""

    code: str
    language: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula(Block):
    """A formula on lines of its own: drawn with Unicode, and as it was written, marks included."""

    lines: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Block):
    """Rows of cells, the first being the head; an alignment ("left", "center", "right") a column."""

    rows: tuple[tuple[StyledText, ...], ...]
    alignments: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...] = ()
    """The same cells as they were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Block):
    """A horizontal rule."""
