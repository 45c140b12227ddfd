"""Tokens of markdown-it to blocks."""

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
_NOTE_INDENT = 2


@dataclass(slots=True)
class ListStyle:
    """What all items of a list share, and what decides it."""

    marker: str
    number: int | None
    """That of the first item, `None` for bullets."""
    width: int = 2
    tight: bool = True
    """Its items stand without gaps."""
    told: int | None = None
    """The first item with a paragraph of its own: only such an item shows whether the parser calls the list tight."""


@dataclass(slots=True)
class FirstBlock:
    """The first top-level block, with what is needed to cut the source inside it."""

    kind: str
    """The type of its token."""
    line: int
    end: int
    children: list[tuple[int, int]] = field(default_factory=list)
    """For each item of a list, or block in a quote: its first line, and how many blocks stand before it."""
    last_end: int = 0
    """The line after the last child but one, as far as the parser tells."""
    look: ListStyle | None = None


class Parsed(NamedTuple):
    """Blocks, with what is needed to cut the source where a top-level block begins."""

    blocks: list[Block]
    starts: list[tuple[int, int]]
    """For each top-level block: its first line, and how many blocks stand before it."""
    last_end: int
    """The line after the last top-level block but one, as far as the parser tells."""
    part: FirstBlock | None


@dataclass(slots=True)
class _List:
    """A list being read, and its next number."""

    look: ListStyle
    number: int


class BlockBuilder:
    """Walks the tokens of one parse once."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._starts: list[tuple[int, int]] = []
        self._ends: list[int] = [0]
        self._part: FirstBlock | None = None
        self._inner_end = 0
        self._prefix: LinePrefix = ()
        self._pending: PrefixPart | None = None
        self._lists: list[_List] = []
        self._gap = True
        self._level = 0
        self._item_begins = False
        self._in_table = False

    def build(self, tokens: list[Token]) -> Parsed:
        """The blocks that tokens make."""
        for n, token in enumerate(tokens):
            if token.map is not None and token.nesting >= 0 and token.level <= 1:
                self._note_place(token, token.map[0], token.map[1])
            self._take(n, token, tokens)
        return Parsed(self._blocks, self._starts, self._ends[-2] if len(self._ends) > 1 else 0, self._part)

    def _note_place(self, token: Token, line: int, end: int) -> None:
        if token.level == 0:
            if not self._starts:
                self._part = FirstBlock(token.type, line, end)
            self._starts.append((line, len(self._blocks)))
            self._ends.append(end)
        elif self._part is not None and len(self._starts) == 1:
            self._part.children.append((line, len(self._blocks)))
            self._part.last_end, self._inner_end = self._inner_end, end

    def _take(self, n: int, token: Token, tokens: list[Token]) -> None:
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
                self._put(Rule, {})
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
                self._open_note(str(token.meta["label"]))
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
        return bool(self._lists) and self._lists[-1].look.tight

    def _put(self, kind: type[Block], fields: dict[str, Any]) -> None:
        rest = self._prefix
        first = rest
        if self._pending is not None:
            first = (*rest[:-1], self._pending)
            self._pending = None
        self._blocks.append(kind(first=first, rest=rest, gap=self._gap, **fields))
        self._gap = not self._in_tight_list
        self._item_begins = False

    def _prose(self, token: Token) -> None:
        text = styled(token.children or [])
        if self._item_begins and not self._level and (task := _TASK.match(text.plain)):
            done = task[1] != " "
            text = tail(text, task.end())
            if self._pending is not None:
                mark = "☑ " if done else "☐ "
                self._pending = PrefixPart(mark.ljust(len(self._pending.text)), "task-done" if done else "list-mark")
        self._put(Prose, {"text": text, "level": self._level})

    def _code(self, token: Token) -> None:
        content = token.content
        is_open = False
        if token.type == "fence" and token.map is not None:
            lines = content.count("\n") + bool(content and not content.endswith("\n"))
            is_open = token.map[1] - token.map[0] != lines + 2
        code = content.removesuffix("\n")
        language = language_of(token.info)
        if language == "math" and not is_open and (drawn := draw_formula(code.strip())):
            self._put(Formula, {"lines": drawn, "source": f"{token.markup}math\n{code}\n{token.markup}"})
            return
        self._put(Code, {"code": code, "language": language, "open": is_open})

    def _formula(self, token: Token) -> None:
        source = str(token.meta["source"])
        if not token.meta["closed"]:
            self._put(Prose, {"text": StyledText(source), "level": 0})
            return
        drawn = draw_formula(token.content.strip())
        self._put(Formula, {"lines": drawn or tuple(source.split("\n")), "source": source})

    def _table(self, tokens: list[Token], start: int) -> None:
        self._in_table = True
        rows: list[list[StyledText]] = []
        written: list[list[str]] = []
        alignments: list[str] = []
        for token in _until(tokens, start, "table_close"):
            if token.type == "tr_open":
                rows.append([])
                written.append([])
            elif token.type == "th_open":
                alignments.append(str(token.attrGet("style") or "").removeprefix("text-align:") or "left")
            elif token.type == "inline":
                rows[-1].append(styled(token.children or [], breaks=True))
                written[-1].append(token.content)
        columns = len(alignments)
        padded = (tuple((row + [StyledText("")] * columns)[:columns]) for row in rows)
        cells = (tuple((row + [""] * columns)[:columns]) for row in written)
        self._put(Table, {"rows": tuple(padded), "alignments": tuple(alignments), "cells": tuple(cells)})

    def _open_list(self, n: int, token: Token, tokens: list[Token]) -> None:
        look = ListStyle(token.markup, None)
        items = 0
        for inner in _until(tokens, n, token.type.replace("_open", "_close"), token.level):
            if inner.type == "list_item_open" and inner.level == token.level + 1:
                items += 1
            elif inner.type == "paragraph_open" and inner.level == token.level + 2:
                look.tight &= inner.hidden
                if look.told is None:
                    look.told = items - 1
        if token.type == "ordered_list_open":
            start = token.attrGet("start")
            look.number = 1 if start is None else int(start)
            look.width = len(str(look.number + items - 1)) + 2
        if token.level == 0 and len(self._starts) == 1 and self._part is not None:
            self._part.look = look
        inside_tight = self._in_tight_list
        if self._item_begins:
            self._put(Prose, {"text": StyledText("")})
        self._gap = not inside_tight
        self._lists.append(_List(look, look.number or 0))

    def _open_item(self) -> None:
        current = self._lists[-1]
        if current.look.number is None:
            mark = _BULLETS[(sum(one.look.number is None for one in self._lists) - 1) % len(_BULLETS)] + " "
        else:
            mark = f"{current.number}.".rjust(current.look.width - 1) + " "
            current.number += 1
        self._begin(PrefixPart(mark, "list-mark"), len(mark))

    def _open_note(self, label: str) -> None:
        mark = footnote_mark(label) + " "
        self._begin(PrefixPart(mark, "footnote"), _NOTE_INDENT)

    def _begin(self, mark: PrefixPart, indent: int) -> None:
        if self._item_begins:
            self._put(Prose, {"text": StyledText("")})
        self._pending = mark
        self._prefix += (PrefixPart(" " * indent, "plain"),)
        self._item_begins = True

    def _close_item(self) -> None:
        if self._item_begins:
            self._put(Prose, {"text": StyledText("")})
        self._prefix = self._prefix[:-1]
        self._pending = None


def _until(tokens: list[Token], start: int, kind: str, level: int | None = None) -> Iterator[Token]:
    for n in range(start + 1, len(tokens)):
        token = tokens[n]
        if token.type == kind and (level is None or token.level == level):
            return
        yield token


def language_of(info: str) -> str:
    """The language that the words after a fence's mark name."""
    words = info.split()
    return words[0].strip("{}.")[:40] if words else ""
