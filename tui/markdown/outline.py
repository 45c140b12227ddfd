"""The outline of a conversation: a line for each question, heading, code block and bookmark."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tui.domain.chat import ChatMessage, Role
from tui.domain.safe_text import one_line
from tui.domain.search import fold
from tui.markdown.blocks import Block, Code, Prose
from tui.markdown.cleaning import drawable
from tui.markdown.parser import markdown_blocks, plain_blocks

WHOLE = -1
"""Block number that stands for the message itself."""

_LONGEST_LINE = 200
"""Characters of an outline line."""
_LARGE = 6_000
"""Messages of this many characters are parsed in a thread: it can take longer than a frame."""
_MAY_HAVE_ITEMS = re.compile(
    r"[#\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]|```|~~~| {4}|^[^\w\n]*[-=][ ]*$", re.MULTILINE
)
"""Matches every text with a heading or code, and a few others: most messages need no parse."""
_TELLING_LINE = re.compile(r'^(?![ \t]*(?:#[\s!]|//|/\*|\*|--|<\?|<!--|;|"""))[^\n]*?\w\w[^\n]*', re.MULTILINE)
"""A line with a word that is not only a comment."""

ItemKind = Literal["question", "reply", "heading", "code"]


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One line of an outline."""

    message_id: str
    kind: ItemKind
    text: str
    """One line, safe to draw."""
    block: int = WHOLE
    """Its number among the blocks of the message."""
    depth: int = 0
    """Its level within the reply: headings count from the highest one there, code is below its heading."""
    language: str = ""
    lines: int = 0
    """Number of lines of code."""
    marked: bool = False
    folded: str = field(default="", compare=False)
    """The text to search: language and text, without capitals and accents."""

    def has(self, words: Sequence[str]) -> bool:
        """Return whether it contains all of these folded words, also within longer words."""
        return all(word in self.folded for word in words)


async def outline_of(message: ChatMessage) -> list[OutlineItem]:
    """Return the lines of a complete message, in order."""
    blocks: Sequence[Block] = ()
    if _MAY_HAVE_ITEMS.search(message.content):
        large = len(message.content) >= _LARGE
        blocks = await asyncio.to_thread(_blocks_of, message) if large else _blocks_of(message)
    return lines_of(message, blocks)


def lines_of(message: ChatMessage, blocks: Sequence[Block]) -> list[OutlineItem]:
    """Return the lines of a message with these blocks."""
    found: list[OutlineItem] = []
    if message.role is Role.USER or message.marked:
        kind: ItemKind = "question" if message.role is Role.USER else "reply"
        text = _first_line(message.content)
        found.append(OutlineItem(message.id, kind, text, marked=message.marked, folded=_searched(text)))
    found += _items(message.id, blocks)
    return found


def _items(message_id: str, blocks: Sequence[Block]) -> Iterator[OutlineItem]:
    levels = [block.level for block in blocks if isinstance(block, Prose) and block.level]
    highest, depth = min(levels, default=1), 0
    for number, block in enumerate(blocks):
        if isinstance(block, Prose) and block.level:
            text = one_line(block.text.plain, _LONGEST_LINE)
            depth = block.level - highest + 1
            if text:
                yield OutlineItem(message_id, "heading", text, number, depth - 1, folded=_searched(text))
        elif isinstance(block, Code):
            telling = _TELLING_LINE.search(block.code)
            text = one_line(
                (telling[0] if telling else block.code.lstrip().partition("\n")[0])[: 2 * _LONGEST_LINE], _LONGEST_LINE
            )
            language = one_line(block.language, 20)
            searched = _searched(f"{language} {text}")
            count = block.code.count("\n") + 1
            yield OutlineItem(message_id, "code", text, number, depth, language, count, folded=searched)


def _blocks_of(message: ChatMessage) -> Sequence[Block]:
    """Return the blocks as the message is drawn."""
    source = drawable(message.content)
    return markdown_blocks(source) if message.is_reply else plain_blocks(source)


def _first_line(text: str) -> str:
    head = text.lstrip()[: 4 * _LONGEST_LINE].partition("\n")[0]
    return one_line(head, _LONGEST_LINE)


def _searched(text: str) -> str:
    return fold(text if text.isascii() else unicodedata.normalize("NFC", text))
