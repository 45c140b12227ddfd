"""Emphasis in scripts without spaces between words.

In CommonMark the asterisks of `**重要。**后` are literal, because punctuation precedes them and a letter follows. Here, as
in markdown-cjk-friendly, punctuation of these scripts counts as a letter next to asterisks and tildes, and their
letters count as the end of a word. Delimiters without such a neighbour behave as in CommonMark.
"""

from __future__ import annotations

import unicodedata

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

_RANGES = (
    (0x1100, 0x11FF),
    (0x2E80, 0xA4CF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


class EasternInline(ParserInline):
    """An inline parser whose emphasis needs no spaces around it."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        if src.isascii():
            return super().parse(src, md, env, tokens)
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        found = super().scanDelims(start, canSplitWord)
        if not canSplitWord:
            return found
        end = start + found.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if not (_is_eastern(before) or _is_eastern(after)):
            return found
        opens = not after.isspace() and (
            not _is_punctuation(after) or before.isspace() or _is_punctuation(before) or _is_eastern(before)
        )
        closes = not before.isspace() and (
            not _is_punctuation(before) or after.isspace() or _is_punctuation(after) or _is_eastern(after)
        )
        return Scanned(opens, closes, found.length)


def _is_eastern(character: str) -> bool:
    code = ord(character)
    return code >= 0x1100 and any(first <= code <= last for first, last in _RANGES)


def _is_punctuation(character: str) -> bool:
    """Return whether a character is punctuation or a symbol of another script."""
    return unicodedata.category(character)[0] in "PS" and not _is_eastern(character)
