"""What a model thought before it answered: cleaned, counted, and wrapped as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rich.segment import Segment

from tui.domain.i18n import _, plural
from tui.markdown.cleaning import StreamCleaner, drawable
from tui.markdown.wrapping import wrap
from tui.rendering.palette import Palette
from tui.rendering.rows import Row

_INDENT = 2
"""Cells between the edge of the text and that of the reasoning."""
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


def thoughts(reasoning: str) -> str:
    """Reasoning as it is drawn, without the blanks around it."""
    return _untabbed(drawable(reasoning)).strip()


def count_words(text: str) -> int:
    """How many words: where a script has no spaces between them, its characters."""
    return len(text.split()) if text.isascii() else sum(1 for _found in _word().finditer(text))


def thought(seconds: float | None, words: int) -> str:
    """How long a model thought, where that is known, and how much."""
    if seconds is None or seconds < 0:
        return plural("thought, {n} word", "thought, {n} words", words)
    return _("thought for {seconds} s, {words}").format(seconds=f"{seconds:.1f}", words=_words(words))


def thinking(seconds: float, words: int) -> str:
    """The same for a model that has not begun to answer."""
    return _("thinking {seconds} s, {words}").format(seconds=f"{seconds:.1f}", words=_words(words))


class ReasoningRows:
    """The rows of reasoning that grows at its end. Only its last row is wrapped again."""

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
    """Reasoning while it arrives. It is counted at once, and wrapped when its rows are asked for.

    Times are those of the caller's clock, in seconds.
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
        """Take raw text, torn anywhere."""
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
        """The answer begins."""
        if self._began is not None and self._ended is None:
            self._ended = now

    def seconds(self, now: float) -> float | None:
        """From the first reasoning to the answer, or to now."""
        if self._began is None:
            return None
        return (now if self._ended is None else self._ended) - self._began

    def rows(self) -> Sequence[Row]:
        """What has come, wrapped."""
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
            self.words -= 1  # it goes on with the word that the piece before had begun
        self._in_word = _letter().match(shown[-1]) is not None


def _words(words: int) -> str:
    return plural("{n} word", "{n} words", words)


def _untabbed(text: str) -> str:
    return text.replace("\t", _TAB)
