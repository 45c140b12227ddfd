"""The blocks of a text: a flat list, and the unit of wrapping and caching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A range of a text with a named style; `url` makes it a link, `source` is the raw text that it replaces."""

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
    """One part of a line prefix: a bullet, a quote bar, an indent."""

    text: str
    style: str


LinePrefix = tuple[PrefixPart, ...]
"""Text drawn before a line of a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading, fence, formula, table or rule, at any depth of nesting."""

    first: LinePrefix = ()
    """Prefix of its first line."""
    rest: LinePrefix = ()
    """Prefix of its other lines."""
    gap: bool = True
    """An empty line separates it from the block before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose(Block):
    """A paragraph, or a heading of level 1 to 6."""

    text: StyledText
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Block):
    """A fence or an indented block. `open` means that its closing fence has not arrived."""

    code: str
    language: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula(Block):
    """A formula on lines of its own: drawn with Unicode, and its source with delimiters."""

    lines: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Block):
    """Rows of cells, the head first; one alignment ("left", "center", "right") per column."""

    rows: tuple[tuple[StyledText, ...], ...]
    alignments: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...] = ()
    """The source of the same cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Block):
    """A horizontal rule."""
