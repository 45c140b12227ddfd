"""Prompts of earlier times, and how they are searched."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tui.domain.safe_text import one_line
from tui.domain.search import Span, Term, fold, marks_in_title

LONGEST_LINE = 400
"""Characters of a prompt's line that are looked at to draw its row."""


@dataclass(frozen=True, slots=True)
class EarlierPrompt:
    """A prompt that was sent, or a draft that was put away."""

    text: str
    at: float = 0.0
    """When, in Unix seconds; 0 while unknown."""


class PromptRow(NamedTuple):
    """A prompt on one line, safe to draw."""

    line: str
    marks: tuple[Span, ...]
    """What of the line was looked for."""
    more: int
    """Lines of the prompt besides this one."""


class EarlierPrompts:
    """Prompts, newest first, and the same without capitals and accents. Making one takes a second for ten million signs."""

    def __init__(self, prompts: Sequence[EarlierPrompt]) -> None:
        self._prompts = [(prompt, fold(_composed(prompt.text))) for prompt in prompts]

    def __len__(self) -> int:
        return len(self._prompts)

    def with_words(self, words: Sequence[str]) -> list[EarlierPrompt]:
        """Return the prompts in which all of these folded words stand, in any order, also within longer ones."""
        return [prompt for prompt, folded in self._prompts if all(word in folded for word in words)]


def words_in(typed: str) -> list[str]:
    """Return the words that were typed, folded."""
    return fold(_composed(typed)).split()


def row_of(text: str, words: Sequence[str]) -> PromptRow:
    """Return the first line of a prompt; another one when only that has a word that was looked for."""
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
    """Letters and their accents as one character each, however they were typed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
