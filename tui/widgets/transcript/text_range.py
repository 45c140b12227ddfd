"""A range of the transcript that is selected, over any number of messages, whether they are in view or not."""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import split_graphemes

from tui.markdown.wrapping import cells

BEYOND = 1 << 40
"""A column right of everything."""

_WORD = re.compile(r"(?:--?|\.{0,2}/|[~@$#.])?\w+(?:[-./:@~+&=%?#'’]+\w+)*/?")
"""A word, or what belongs together like one: a path, an address, an option, a name with dots."""


class Point(NamedTuple):
    """A place in the transcript: message, row of the message, character of the row with its margin."""

    message: int
    row: int
    column: int


class TextRange(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: Point
    end: Point

    @classmethod
    def between(cls, one: TextRange, other: TextRange) -> TextRange:
        """All from the one to the other, both included."""
        return cls(min(one.start, other.start), max(one.end, other.end))

    def span(self, index: int, row: int) -> tuple[int, int] | None:
        """The selected characters of a row, as a range."""
        here = (index, row)
        if not self.start[:2] <= here <= self.end[:2]:
            return None
        start = self.start.column if here == self.start[:2] else 0
        end = self.end.column if here == self.end[:2] else BEYOND
        return (start, end) if end > start else None


def character_at(text: str, cell: int) -> tuple[int, int]:
    """The range of what is drawn in a cell as one character; right of the text, nothing at its end."""
    if text.isascii():
        return (cell, cell + 1) if 0 <= cell < len(text) else (len(text), len(text))
    if cell < cells(text):
        for start, end, width in split_graphemes(text)[0]:
            cell -= width
            if cell < 0:
                return start, end
    return len(text), len(text)


def word_at(text: str, character: int) -> tuple[int, int]:
    """The range of the word that a character belongs to; of the character alone where it is in none."""
    for found in _WORD.finditer(text):
        if found.start() <= character < found.end():
            return found.span()
    return character, min(character + 1, len(text))
