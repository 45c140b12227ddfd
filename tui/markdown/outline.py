"""What a conversation is made of, a line each: questions, headings, code, and what is marked."""

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
"""Stands for the message itself where its blocks have their numbers."""

_LONGEST_LINE = 200
"""Characters of a line."""
_LARGE = 6_000
"""Characters from which a message is parsed in a thread: it may take longer than a frame."""
_MAY_HAVE_PARTS = re.compile(
    r"[#\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]|```|~~~| {4}|^[^\w\n]*[-=][ ]*$", re.MULTILINE
)
"""In every text with a heading or code, and in some others: a quick look spares most messages the parse."""
_TELLING = re.compile(r'^(?![ \t]*(?:#[\s!]|//|/\*|\*|--|<\?|<!--|;|"""))[^\n]*?\w\w[^\n]*', re.MULTILINE)
"""A line with a word that is more than a comment."""

Kind = Literal["question", "reply", "heading", "code"]


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One line of an outline."""

    message_id: str
    kind: Kind
    text: str
    """On one line, safe to draw."""
    block: int = WHOLE
    """Its place among the blocks of the message."""
    depth: int = 0
    """How deep it is in its reply: headings count from the highest there is, code stands below its heading."""
    language: str = ""
    lines: int = 0
    """Of code."""
    marked: bool = False
    folded: str = field(default="", compare=False)
    """What is searched: language and text without capitals and accents."""

    def has(self, words: Sequence[str]) -> bool:
        """Whether all of these folded words stand in it, also within longer ones."""
        return all(word in self.folded for word in words)


async def outline_of(message: ChatMessage) -> list[OutlineItem]:
    """The lines of a message that is not being written, in their order."""
    blocks: Sequence[Block] = ()
    if _MAY_HAVE_PARTS.search(message.content):
        large = len(message.content) >= _LARGE
        blocks = await asyncio.to_thread(_blocks_of, message) if large else _blocks_of(message)
    return lines_of(message, blocks)


def lines_of(message: ChatMessage, blocks: Sequence[Block]) -> list[OutlineItem]:
    """The lines of a message with these blocks."""
    found: list[OutlineItem] = []
    if message.role is Role.USER or message.marked:
        kind: Kind = "question" if message.role is Role.USER else "reply"
        text = _first_line(message.content)
        found.append(OutlineItem(message.id, kind, text, marked=message.marked, folded=_searched(text)))
    found += _parts(message.id, blocks)
    return found


def _parts(message_id: str, blocks: Sequence[Block]) -> Iterator[OutlineItem]:
    levels = [block.level for block in blocks if isinstance(block, Prose) and block.level]
    highest, depth = min(levels, default=1), 0
    for number, block in enumerate(blocks):
        if isinstance(block, Prose) and block.level:
            text = one_line(block.text.plain, _LONGEST_LINE)
            depth = block.level - highest + 1
            if text:
                yield OutlineItem(message_id, "heading", text, number, depth - 1, folded=_searched(text))
        elif isinstance(block, Code):
            telling = _TELLING.search(block.code)
            text = one_line(
                (telling[0] if telling else block.code.lstrip().partition("\n")[0])[: 2 * _LONGEST_LINE], _LONGEST_LINE
            )
            language = one_line(block.language, 20)
            searched = _searched(f"{language} {text}")
            count = block.code.count("\n") + 1
            yield OutlineItem(message_id, "code", text, number, depth, language, count, folded=searched)


def _blocks_of(message: ChatMessage) -> Sequence[Block]:
    """As they are when the message is drawn."""
    source = drawable(message.content)
    return markdown_blocks(source) if message.is_reply else plain_blocks(source)


def _first_line(text: str) -> str:
    head = text.lstrip()[: 4 * _LONGEST_LINE].partition("\n")[0]
    return one_line(head, _LONGEST_LINE)


def _searched(text: str) -> str:
    return fold(text if text.isascii() else unicodedata.normalize("NFC", text))
