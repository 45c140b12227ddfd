"""A range of the transcript, over any number of messages, in view or not."""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import split_graphemes

from tui.markdown.wrapping import cells

BEYOND = 1 << 40
"""A column to the right of all text."""

_WORD = re.compile(r"(?:--?|\.{0,2}/|[~@$#.])?\w+(?:[-./:@~+&=%?#'’]+\w+)*/?")
"""A word, or something selected like one: a path, an address, an option, a dotted name."""


class Point(NamedTuple):
    """A position in the transcript: index of the message, row of it, character of the row including its margin."""

    message: int
    row: int
    column: int


class TextRange(NamedTuple):
    """The characters from `start` up to, but not including, `end`."""

    start: Point
    end: Point

    @classmethod
    def between(cls, one: TextRange, other: TextRange) -> TextRange:
        """Return the range that covers both."""
        return cls(min(one.start, other.start), max(one.end, other.end))

    def span(self, index: int, row: int) -> tuple[int, int] | None:
        """Return the characters of a row that are in the range, as a half-open range; `None` for none."""
        here = (index, row)
        if not self.start[:2] <= here <= self.end[:2]:
            return None
        start = self.start.column if here == self.start[:2] else 0
        end = self.end.column if here == self.end[:2] else BEYOND
        return (start, end) if end > start else None


def character_at(text: str, cell: int) -> tuple[int, int]:
    """Return the range of the character drawn at a cell; an empty range at the end if there is none."""
    if text.isascii():
        return (cell, cell + 1) if 0 <= cell < len(text) else (len(text), len(text))
    if cell < cells(text):
        for start, end, width in split_graphemes(text)[0]:
            cell -= width
            if cell < 0:
                return start, end
    return len(text), len(text)


def word_at(text: str, character: int) -> tuple[int, int]:
    """Return the range of the word around a character; of the character alone if it is not in a word."""
    for found in _WORD.finditer(text):
        if found.start() <= character < found.end():
            return found.span()
    return character, min(character + 1, len(text))
