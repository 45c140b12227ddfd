"""The reasoning of a model: cleaned, counted, and wrapped as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rich.segment import Segment

from tui.domain.i18n import plural
from tui.markdown.cleaning import StreamCleaner, drawable
from tui.markdown.wrapping import wrap
from tui.rendering.palette import Palette
from tui.rendering.rows import Row

_INDENT = 2
"""Cells by which reasoning is indented."""
_TAB = " " * 4

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PUNCTUATION = "\u3000-\u303f\uff01-\uff0f\uff1a-\uff20"
_A_LETTER = rf"[^\s{_UNSPACED}{_PUNCTUATION}]"


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(_A_LETTER)


@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"[{_UNSPACED}]|{_A_LETTER}+")


def clean_reasoning(reasoning: str) -> str:
    """Return reasoning as it is drawn, without blanks around it."""
    return _untabbed(drawable(reasoning)).strip()


def count_words(text: str) -> int:
    """Return the number of words; in scripts without spaces, each character counts."""
    return len(text.split()) if text.isascii() else sum(1 for _found in _word().finditer(text))


def thought_line(seconds: float | None, words: int) -> str:
    """Return the line for complete reasoning: its time, if known, and its words."""
    if seconds is None or seconds < 0:
        return plural("thought, {n} word", "thought, {n} words", words)
    return plural(
        "thought for {seconds} s, {n} word", "thought for {seconds} s, {n} words", words, seconds=f"{seconds:.1f}"
    )


def thinking_line(seconds: float, words: int) -> str:
    """Return the line for reasoning that still arrives."""
    return plural("thinking {seconds} s, {n} word", "thinking {seconds} s, {n} words", words, seconds=f"{seconds:.1f}")


class ReasoningRows:
    """The rows of reasoning that grows at its end. Only the last row is wrapped again."""

    def __init__(self, palette: Palette, width: int) -> None:
        self.rows: list[Row] = []
        self._style = palette.style("reply", "reasoning")
        self._indent = Segment(" " * _INDENT, palette.style("reply"))
        self._width = width - _INDENT
        self._last = ""

    def append(self, text: str) -> None:
        """Add cleaned text."""
        text = self._last + text
        if not text:
            return
        del self.rows[-1:]
        start = 0
        for start, end, glue in wrap(text, self._width):
            self.rows.append(Row([self._indent, Segment(text[start:end], self._style)], _INDENT, glue))
        self._last = text[start:]


class LiveReasoning:
    """Reasoning while it arrives. It is counted at once, and wrapped when its rows are needed.

    Times are in seconds of the caller's clock.
    """

    def __init__(self, rows: ReasoningRows) -> None:
        self.words = 0
        self._rows = rows
        self._cleaner = StreamCleaner()
        self._blanks = ""
        self._pieces: list[str] = []
        self._drawn = 0
        self._in_word = False
        self._began: float | None = None
        self._ended: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the answer has begun."""
        return self._ended is not None

    def add(self, text: str, now: float) -> None:
        """Add raw text, split at any position."""
        if self._began is None and text:
            self._began = now
        text = self._blanks + _untabbed(self._cleaner.feed(text))
        if not self._pieces:
            text = text.lstrip()
        shown = text.rstrip()
        self._blanks = text[len(shown) :]
        if shown:
            self._count(shown)
            self._pieces.append(shown)

    def answered(self, now: float) -> None:
        """End the reasoning: the answer begins."""
        if self._began is not None and self._ended is None:
            self._ended = now

    def seconds(self, now: float) -> float | None:
        """Return the time from the first reasoning to the answer, or to now; `None` without reasoning."""
        if self._began is None:
            return None
        return (now if self._ended is None else self._ended) - self._began

    def rows(self) -> Sequence[Row]:
        """Return the rows received so far."""
        if self._drawn < len(self._pieces):
            self._rows.append("".join(self._pieces[self._drawn :]))
            self._drawn = len(self._pieces)
        return self._rows.rows

    def repaint(self, rows: ReasoningRows) -> None:
        """Draw everything again: the width or the colours have changed."""
        self._rows, self._drawn = rows, 0

    def _count(self, shown: str) -> None:
        self.words += count_words(shown)
        if self._in_word and _letter().match(shown):
            self.words -= 1  # it continues the last word of the piece before
        self._in_word = _letter().match(shown[-1]) is not None


def _untabbed(text: str) -> str:
    return text.replace("\t", _TAB)
