"""Builds blocks from the tokens of markdown-it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.markdown.blocks import Block, Code, Formula, LinePrefix, PrefixPart, Prose, Rule, StyledText, Table
from tui.markdown.inline import footnote_mark, styled, tail
from tui.markdown.math.formula import draw_formula

if TYPE_CHECKING:
    from markdown_it.token import Token

_TASK = re.compile(r"\[([ xX])\][ \t]+")
_BULLETS = ("•", "◦", "▪")
_FOOTNOTE_INDENT = 2


@dataclass(slots=True)
class ListStyle:
    """What all items of a list have in common."""

    marker: str
    number: int | None
    """The number of the first item; `None` for bullets."""
    width: int = 2
    """Cells of the widest marker, with the space after it."""
    tight: bool = True
    """There are no gaps between its items."""
    first_with_paragraph: int | None = None
    """Index of the first item that starts a paragraph: only such an item shows whether the parser finds the list tight."""


@dataclass(slots=True)
class FirstBlock:
    """The first top-level block, and where the source can be cut inside it."""

    kind: str
    """The type of its token."""
    line: int
    end: int
    children: list[tuple[int, int]] = field(default_factory=list)
    """For each item of a list, or block in a quote: its first line, and the number of blocks before it."""
    last_end: int = 0
    """The line after the last child but one, as the parser reports it."""
    list_style: ListStyle | None = None


class Parsed(NamedTuple):
    """Blocks, and where the source can be cut between the top-level ones."""

    blocks: list[Block]
    starts: list[tuple[int, int]]
    """For each top-level block: its first line, and the number of blocks before it."""
    last_end: int
    """The line after the last top-level block but one, as the parser reports it."""
    first_block: FirstBlock | None


@dataclass(slots=True)
class _List:
    """An open list, and the number of its next item."""

    style: ListStyle
    number: int


class BlockBuilder:
    """Builds the blocks of one parse in a single pass over its tokens."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._starts: list[tuple[int, int]] = []
        self._ends: list[int] = [0]
        self._first_block: FirstBlock | None = None
        self._inner_end = 0
        self._prefix: LinePrefix = ()
        self._marker: PrefixPart | None = None
        self._lists: list[_List] = []
        self._gap = True
        self._level = 0
        self._item_begins = False
        self._in_table = False

    def build(self, tokens: list[Token]) -> Parsed:
        """Return the blocks that the tokens describe."""
        for n, token in enumerate(tokens):
            if token.map is not None and token.nesting >= 0 and token.level <= 1:
                self._record_position(token, token.map[0], token.map[1])
            self._handle(n, token, tokens)
        return Parsed(self._blocks, self._starts, self._ends[-2] if len(self._ends) > 1 else 0, self._first_block)

    def _record_position(self, token: Token, line: int, end: int) -> None:
        if token.level == 0:
            if not self._starts:
                self._first_block = FirstBlock(token.type, line, end)
            self._starts.append((line, len(self._blocks)))
            self._ends.append(end)
        elif self._first_block is not None and len(self._starts) == 1:
            self._first_block.children.append((line, len(self._blocks)))
            self._first_block.last_end, self._inner_end = self._inner_end, end

    def _handle(self, n: int, token: Token, tokens: list[Token]) -> None:
        match token.type:
            case "paragraph_open":
                self._level = 0
            case "heading_open":
                self._level = int(token.tag[1:])
            case "inline" if not self._in_table:
                self._prose(token)
            case "fence" | "code_block":
                self._code(token)
            case "formula_block":
                self._formula(token)
            case "hr":
                self._add(Rule, {})
            case "table_open":
                self._table(tokens, n)
            case "table_close":
                self._in_table = False
            case "bullet_list_open" | "ordered_list_open":
                self._open_list(n, token, tokens)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._gap = not self._in_tight_list
            case "list_item_open":
                self._open_item()
            case "list_item_close":
                self._close_item()
                self._gap = not self._in_tight_list
            case "footnote_reference_open":
                self._open_footnote(str(token.meta["label"]))
            case "footnote_reference_close":
                self._close_item()
            case "blockquote_open":
                self._prefix += (PrefixPart("▎ ", "quote-bar"),)
            case "blockquote_close":
                self._prefix = self._prefix[:-1]
            case _:
                pass

    @property
    def _in_tight_list(self) -> bool:
        return bool(self._lists) and self._lists[-1].style.tight

    def _add(self, kind: type[Block], fields: dict[str, Any]) -> None:
        rest = self._prefix
        first = rest
        if self._marker is not None:
            first = (*rest[:-1], self._marker)
            self._marker = None
        self._blocks.append(kind(first=first, rest=rest, gap=self._gap, **fields))
        self._gap = not self._in_tight_list
        self._item_begins = False

    def _prose(self, token: Token) -> None:
        text = styled(token.children or [])
        if self._item_begins and not self._level and (task := _TASK.match(text.plain)):
            done = task[1] != " "
            text = tail(text, task.end())
            if self._marker is not None:
                mark = "☑ " if done else "☐ "
                self._marker = PrefixPart(mark.ljust(len(self._marker.text)), "task-done" if done else "list-mark")
        self._add(Prose, {"text": text, "level": self._level})

    def _code(self, token: Token) -> None:
        content = token.content
        is_open = False
        if token.type == "fence" and token.map is not None:
            lines = content.count("\n") + bool(content and not content.endswith("\n"))
            is_open = token.map[1] - token.map[0] != lines + 2
        code = content.removesuffix("\n")
        language = language_of(token.info)
        if language == "math" and not is_open and (drawn := draw_formula(code.strip())):
            self._add(Formula, {"lines": drawn, "source": f"{token.markup}math\n{code}\n{token.markup}"})
            return
        self._add(Code, {"code": code, "language": language, "open": is_open})

    def _formula(self, token: Token) -> None:
        source = str(token.meta["source"])
        if not token.meta["closed"]:
            self._add(Prose, {"text": StyledText(source), "level": 0})
            return
        drawn = draw_formula(token.content.strip())
        self._add(Formula, {"lines": drawn or tuple(source.split("\n")), "source": source})

    def _table(self, tokens: list[Token], start: int) -> None:
        self._in_table = True
        rows: list[list[StyledText]] = []
        sources: list[list[str]] = []
        alignments: list[str] = []
        for token in _until(tokens, start, "table_close"):
            if token.type == "tr_open":
                rows.append([])
                sources.append([])
            elif token.type == "th_open":
                alignments.append(str(token.attrGet("style") or "").removeprefix("text-align:") or "left")
            elif token.type == "inline":
                rows[-1].append(styled(token.children or [], breaks=True))
                sources[-1].append(token.content)
        columns = len(alignments)
        padded = (tuple((row + [StyledText("")] * columns)[:columns]) for row in rows)
        cells = (tuple((row + [""] * columns)[:columns]) for row in sources)
        self._add(Table, {"rows": tuple(padded), "alignments": tuple(alignments), "cells": tuple(cells)})

    def _open_list(self, n: int, token: Token, tokens: list[Token]) -> None:
        style = ListStyle(token.markup, None)
        items = 0
        for inner in _until(tokens, n, token.type.replace("_open", "_close"), token.level):
            if inner.type == "list_item_open" and inner.level == token.level + 1:
                items += 1
            elif inner.type == "paragraph_open" and inner.level == token.level + 2:
                style.tight &= inner.hidden
                if style.first_with_paragraph is None:
                    style.first_with_paragraph = items - 1
        if token.type == "ordered_list_open":
            start = token.attrGet("start")
            style.number = 1 if start is None else int(start)
            style.width = len(str(style.number + items - 1)) + 2
        if token.level == 0 and len(self._starts) == 1 and self._first_block is not None:
            self._first_block.list_style = style
        inside_tight = self._in_tight_list
        if self._item_begins:
            self._add(Prose, {"text": StyledText("")})
        self._gap = not inside_tight
        self._lists.append(_List(style, style.number or 0))

    def _open_item(self) -> None:
        current = self._lists[-1]
        if current.style.number is None:
            mark = _BULLETS[(sum(one.style.number is None for one in self._lists) - 1) % len(_BULLETS)] + " "
        else:
            mark = f"{current.number}.".rjust(current.style.width - 1) + " "
            current.number += 1
        self._begin_item(PrefixPart(mark, "list-mark"), len(mark))

    def _open_footnote(self, label: str) -> None:
        mark = footnote_mark(label) + " "
        self._begin_item(PrefixPart(mark, "footnote"), _FOOTNOTE_INDENT)

    def _begin_item(self, mark: PrefixPart, indent: int) -> None:
        if self._item_begins:
            self._add(Prose, {"text": StyledText("")})
        self._marker = mark
        self._prefix += (PrefixPart(" " * indent, "plain"),)
        self._item_begins = True

    def _close_item(self) -> None:
        if self._item_begins:
            self._add(Prose, {"text": StyledText("")})
        self._prefix = self._prefix[:-1]
        self._marker = None


def _until(tokens: list[Token], start: int, kind: str, level: int | None = None) -> Iterator[Token]:
    for n in range(start + 1, len(tokens)):
        token = tokens[n]
        if token.type == kind and (level is None or token.level == level):
            return
        yield token


def language_of(info: str) -> str:
    """Return the language named after the opening of a fence, empty for none."""
    words = info.split()
    return words[0].strip("{}.")[:40] if words else ""
