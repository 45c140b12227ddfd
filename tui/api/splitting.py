"""Splits text that comes in deltas of any size: thinking tags, halves of surrogate pairs."""

from __future__ import annotations

from enum import Enum, auto

from tui.domain.safe_text import join_surrogates

_TAGS = {"<think>": "</think>", "<thinking>": "</thinking>"}
_MOST_SPACE = 64
"""Characters of white space that are held back while a tag could still follow."""


class SurrogateJoiner:
    """Joins the halves of a surrogate pair that come in two deltas; a lone half becomes U+FFFD."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        """Return the text that is certain now."""
        if not piece:
            return ""
        piece, self._half = self._half + piece, ""
        if "\ud800" <= piece[-1] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        return join_surrogates(piece)

    def end(self) -> str:
        """Return what was held back."""
        half, self._half = self._half, ""
        return join_surrogates(half)


class _State(Enum):
    START = auto()
    THINKING = auto()
    AFTER = auto()
    TEXT = auto()


class ThinkSplitter:
    """Separates thinking, in `<think>` or `<thinking>` at the very start of a reply, from the text.

    Later in the reply the tags are plain text. Without a closing tag everything is thinking. Only what could still
    become a tag is held back.
    """

    def __init__(self) -> None:
        self._state = _State.START
        self._held = ""
        self._closing = ""

    def feed(self, piece: str) -> tuple[str, str]:
        """Return the text and the thinking that are certain now."""
        if self._state is _State.TEXT:
            return piece, ""
        piece, self._held = self._held + piece, ""
        if self._state is _State.START:
            return self._open(piece)
        if self._state is _State.THINKING:
            return self._think(piece)
        return self._after(piece), ""

    def end(self) -> tuple[str, str]:
        """Return what was held back, as text and thinking."""
        held, self._held = self._held, ""
        return ("", held) if self._state is _State.THINKING else (held, "")

    def _open(self, piece: str) -> tuple[str, str]:
        words = piece.lstrip()
        for tag, closing in _TAGS.items():
            if words.lower().startswith(tag):
                self._state, self._closing = _State.THINKING, closing
                return self._think(words[len(tag) :])
        if len(piece) - len(words) <= _MOST_SPACE and any(tag.startswith(words.lower()) for tag in _TAGS):
            self._held = piece
            return "", ""
        self._state = _State.TEXT
        return piece, ""

    def _think(self, piece: str) -> tuple[str, str]:
        thought, closing, rest = piece.partition(self._closing)
        if closing:
            self._state = _State.AFTER
            return self._after(rest), thought
        kept = _overlap(piece, self._closing)
        self._held = piece[len(piece) - kept :]
        return "", piece[: len(piece) - kept]

    def _after(self, piece: str) -> str:
        piece = piece.lstrip()
        if piece:
            self._state = _State.TEXT
        return piece


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of `text` could be the beginning of `tag`."""
    return next((n for n in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:n])), 0)
