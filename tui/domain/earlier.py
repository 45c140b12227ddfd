"""Earlier prompts, and searching them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tui.domain.safe_text import one_line
from tui.domain.search import Span, Term, fold, marks_in_title

LONGEST_LINE = 400
"""Characters of a prompt's line that are used to draw its row."""


@dataclass(frozen=True, slots=True)
class EarlierPrompt:
    """A prompt that was sent, or a draft that was set aside."""

    text: str
    at: float = 0.0
    """Unix seconds; 0 if unknown."""


class PromptRow(NamedTuple):
    """A prompt on one line, safe to draw."""

    line: str
    marks: tuple[Span, ...]
    """The parts of the line that match."""
    more: int
    """Further lines of the prompt."""


class EarlierPrompts:
    """Prompts, newest first, and their folded text. Creating one takes a second for ten million characters."""

    def __init__(self, prompts: Sequence[EarlierPrompt]) -> None:
        self._prompts = [(prompt, fold(_composed(prompt.text))) for prompt in prompts]

    def __len__(self) -> int:
        return len(self._prompts)

    def with_words(self, words: Sequence[str]) -> list[EarlierPrompt]:
        """Return the prompts that contain all of these folded words, in any order, also within longer words."""
        return [prompt for prompt, folded in self._prompts if all(word in folded for word in words)]


def words_in(typed: str) -> list[str]:
    """Return the words of a query, folded."""
    return fold(_composed(typed)).split()


def row_of(text: str, words: Sequence[str]) -> PromptRow:
    """Return the first line of a prompt, or a later one if only that contains a missing word."""
    text = _composed(text)
    head = text.lstrip()[:LONGEST_LINE].partition("\n")[0]
    shown = head
    if missing := [word for word in words if word not in fold(head)]:
        at = fold(text).find(missing[0])
        start = max(text.rfind("\n", 0, at) + 1, at - LONGEST_LINE // 8, 0)
        cut = start > 0 and text[start - 1] != "\n"
        shown = ("…" if cut else "") + text[start : start + LONGEST_LINE].partition("\n")[0]
    line = one_line(shown, LONGEST_LINE)
    return PromptRow(line, marks_in_title(line, [Term(word) for word in words]), text.strip().count("\n"))


def _composed(text: str) -> str:
    """Return the text with each letter and its accents as one character (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
