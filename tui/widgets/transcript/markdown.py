"""Markdown source to a flat list of blocks, the unit of wrapping and caching.

CommonMark with GitHub's tables, strikethrough and task lists. HTML is text like any other, and no link or image is
ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.domain.words import _
from tui.widgets.transcript.blocks import Block, Code, Mark, Prefix, Prose, Rule, Span, StyledText, Table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Environment = dict[str, Any]
"""What markdown-it keeps beside the tokens; under "references" are the link reference definitions."""

_STYLES = {"strong": "strong", "em": "emphasis", "s": "struck", "link": "link"}
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_BULLETS = ("•", "◦", "▪")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class Parsed(NamedTuple):
    """Blocks, with what is needed to cut the source where a top-level block begins."""

    blocks: list[Block]
    starts: list[tuple[int, int]]
    """For each top-level block: its first line, and how many blocks stand before it."""
    last_end: int
    """The line after the last top-level block but one, as far as the parser tells."""


def parse(source: str, environment: Environment | None = None) -> Parsed:
    """Blocks of Markdown that was cleaned already. `environment` gains the reference definitions found."""
    return _Reader().read(_parser().parse(source, {} if environment is None else environment))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # with the first message: an empty chat has nothing to parse

    return (
        MarkdownIt("commonmark", {"html": False})
        .enable(["table", "strikethrough"])
        .disable(["html_block", "html_inline"])
    )


def markdown_blocks(source: str) -> list[Block]:
    """The blocks of a whole text."""
    return parse(source).blocks


def plain_blocks(source: str) -> list[Block]:
    """A text as its writer typed it, line for line; only fences are recognised."""
    blocks: list[Block] = []
    prose: list[str] = []
    code: list[str] = []
    fence = language = ""

    def end_prose() -> None:
        if text := "\n".join(prose).strip("\n"):
            blocks.append(Prose(text=StyledText(text)))
        prose.clear()

    for line in source.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                blocks.append(Code(code="\n".join(code), language=language))
                fence = ""
                code.clear()
            else:
                code.append(line)
        elif mark and "`" not in line[mark.end() :]:
            end_prose()
            fence, language = mark[1], _language(line[mark.end() :])
        else:
            prose.append(line)
    end_prose()
    if fence:
        blocks.append(Code(code="\n".join(code), language=language, open=True))
    return blocks


@dataclass(slots=True)
class _List:
    """A list being read: its next number (`None` for bullets), and whether its items stand without gaps."""

    number: int | None
    width: int
    tight: bool


class _Reader:
    """Walks the tokens of one parse once."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._starts: list[tuple[int, int]] = []
        self._ends: list[int] = [0]
        self._prefix: Prefix = ()
        self._pending: Mark | None = None
        self._lists: list[_List] = []
        self._gap = True
        self._level = 0
        self._item_begins = False
        self._in_table = False

    def read(self, tokens: list[Token]) -> Parsed:
        for n, token in enumerate(tokens):
            if token.level == 0 and token.map is not None and token.nesting >= 0:
                self._starts.append((token.map[0], len(self._blocks)))
                self._ends.append(token.map[1])
            self._take(n, token, tokens)
        return Parsed(self._blocks, self._starts, self._ends[-2] if len(self._ends) > 1 else 0)

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
                self._gap = not (self._lists and self._lists[-1].tight)
            case "list_item_open":
                self._open_item()
            case "list_item_close":
                self._close_item()
            case "blockquote_open":
                self._prefix += (Mark("▎ ", "quote-bar"),)
            case "blockquote_close":
                self._prefix = self._prefix[:-1]
            case _:
                pass

    def _put(self, kind: type[Block], fields: dict[str, Any]) -> None:
        rest = self._prefix
        first = rest
        if self._pending is not None:
            first = (*rest[:-1], self._pending)
            self._pending = None
        self._blocks.append(kind(first=first, rest=rest, gap=self._gap, **fields))
        self._gap = not (self._lists and self._lists[-1].tight)
        self._item_begins = False

    def _prose(self, token: Token) -> None:
        text = _inline(token.children or [])
        if self._item_begins and not self._level and (task := _TASK.match(text.plain)):
            done = task[1] != " "
            text = _tail(text, task.end())
            if self._pending is not None:
                mark = "☑ " if done else "☐ "
                self._pending = Mark(mark.ljust(len(self._pending.text)), "task-done" if done else "list-mark")
        self._put(Prose, {"text": text, "level": self._level})

    def _code(self, token: Token) -> None:
        content = token.content
        is_open = False
        if token.type == "fence" and token.map is not None:
            lines = content.count("\n") + bool(content and not content.endswith("\n"))
            is_open = token.map[1] - token.map[0] != lines + 2
        code = content.removesuffix("\n")
        self._put(Code, {"code": code, "language": _language(token.info), "open": is_open})

    def _table(self, tokens: list[Token], start: int) -> None:
        self._in_table = True
        rows: list[list[StyledText]] = []
        alignments: list[str] = []
        for token in _until(tokens, start, "table_close"):
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                alignments.append(str(token.attrGet("style") or "").removeprefix("text-align:") or "left")
            elif token.type == "inline":
                rows[-1].append(_inline(token.children or []))
        columns = len(alignments)
        padded = (tuple((row + [StyledText("")] * columns)[:columns]) for row in rows)
        self._put(Table, {"rows": tuple(padded), "alignments": tuple(alignments)})

    def _open_list(self, n: int, token: Token, tokens: list[Token]) -> None:
        items = 0
        tight = True
        for inner in _until(tokens, n, token.type.replace("_open", "_close"), token.level):
            if inner.type == "list_item_open" and inner.level == token.level + 1:
                items += 1
            elif inner.type == "paragraph_open" and inner.level == token.level + 2 and not inner.hidden:
                tight = False
        inside_tight = bool(self._lists) and self._lists[-1].tight
        number = None
        width = 2
        if token.type == "ordered_list_open":
            start = token.attrGet("start")
            number = 1 if start is None else int(start)
            width = len(str(number + items - 1)) + 2
        if self._item_begins:
            self._put(Prose, {"text": StyledText("")})
        self._gap = not inside_tight
        self._lists.append(_List(number, width, tight))

    def _open_item(self) -> None:
        current = self._lists[-1]
        if current.number is None:
            mark = _BULLETS[(sum(one.number is None for one in self._lists) - 1) % len(_BULLETS)] + " "
        else:
            mark = f"{current.number}.".rjust(current.width - 1) + " "
            current.number += 1
        self._pending = Mark(mark, "list-mark")
        self._prefix += (Mark(" " * len(mark), "plain"),)
        self._item_begins = True

    def _close_item(self) -> None:
        if self._item_begins:
            self._put(Prose, {"text": StyledText("")})
        self._prefix = self._prefix[:-1]
        self._pending = None
        self._gap = not self._lists[-1].tight


def _until(tokens: list[Token], start: int, kind: str, level: int | None = None) -> Iterator[Token]:
    for token in tokens[start + 1 :]:
        if token.type == kind and (level is None or token.level == level):
            return
        yield token


def _language(info: str) -> str:
    words = info.split()
    return words[0].strip("{}.")[:40] if words else ""


def _tail(text: StyledText, cut: int) -> StyledText:
    spans = (span._replace(start=max(0, span.start - cut), end=span.end - cut) for span in text.spans)
    return StyledText(text.plain[cut:], tuple(span for span in spans if span.end > span.start))


def _inline(tokens: list[Token]) -> StyledText:
    parts: list[str] = []
    spans: list[Span] = []
    opened: list[tuple[str, int, str]] = []
    position = 0

    def put(text: str) -> None:
        nonlocal position
        parts.append(text)
        position += len(text)

    def put_styled(text: str, style: str, url: str = "") -> None:
        start = position
        put(text)
        if text:
            spans.append(Span(start, position, style, url))

    for token in tokens:
        kind = token.type
        if kind == "softbreak":
            put(" ")
        elif kind == "hardbreak":
            put("\n")
        elif kind == "code_inline":
            put_styled(token.content, "inline-code")
        elif kind == "image":
            _put_image(token, put_styled)
        elif kind.endswith("_open"):
            opened.append((_STYLES.get(kind.removesuffix("_open"), ""), position, str(token.attrGet("href") or "")))
        elif kind.endswith("_close") and opened:
            style, start, url = opened.pop()
            if style == "link":
                shown = "".join(parts)[start:]
                if position == start:
                    put(url)
                spans.append(Span(start, position, "link", url))
                if url and url not in (shown, f"mailto:{shown}"):
                    put(" ")
                    put_styled(f"({url})", "target", url)
            elif style and position > start:
                spans.append(Span(start, position, style))
        else:
            put(token.content)
    return StyledText("".join(parts), tuple(spans))


def _put_image(token: Token, put_styled: Any) -> None:
    url = str(token.attrGet("src") or "")
    name = "".join(child.content for child in token.children or ()) or url
    put_styled(_("image: {name}").format(name=name), "link", url)
    if url and url != name:
        put_styled(f" ({url})", "target", url)
