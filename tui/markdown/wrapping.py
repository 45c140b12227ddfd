"""Wrapping by terminal cells: at words, between characters in scripts without spaces, within words that are too long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rich.cells import cell_len

from tui.markdown.graphemes import clusters, steady

_WIDE = "\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff"
_JOINED = "\u0300-\u036f\u200c\u200d\u3099\u309a\ufe00-\ufe0f"
_OPENING = "「『【《〈〔（［｛〖〘“‘"
_CLOSING = (
    "、。，．：；？！）」』】》〉〕］｝〗〙”’…‥—–ー゛゜々〻ヽヾゝゞ・％‰℃"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ)\\]}.,:;?!%"
)
_TIED = "\u00a0\u2007\u202f"
"""White space that does not break a line."""
_BREAKS_AFTER = frozenset("/\\-_.,:;?&=+|)]}")
"""A word that is too long for a line is cut after one of these, if the line is at least half full then."""


@cache
def _words() -> re.Pattern[str]:
    return re.compile(rf"(?P<space>[^\S{_TIED}]+)|[\S{_TIED}]+")


@cache
def _characters() -> re.Pattern[str]:
    # compiled on demand: that takes a third of a frame, and an empty chat wraps nothing
    wide = f"{_WIDE}{_OPENING}"
    word = rf"(?:[^\s{wide}(\[{{]+|[{_TIED}]|[(\[{{](?![(\[{{{wide}]))+"
    end = rf"(?:[{_CLOSING}][{_JOINED}]*)*"
    return re.compile(rf"(?P<space>[^\S{_TIED}]+)|[{_OPENING}(\[{{]*(?:[{_WIDE}][{_JOINED}]*|{word}){end}|\S")


@cache
def _wide() -> re.Pattern[str]:
    return re.compile(f"[{_WIDE}]")


class Piece(NamedTuple):
    """One line of a wrapped text: its range, and the text that the break after it replaces ("\\n", " " or nothing)."""

    start: int
    end: int
    glue: str


def cells(text: str) -> int:
    """Return the width of a text in cells."""
    return len(text) if text.isascii() else cell_len(text)


def wrap(text: str, width: int) -> list[Piece]:
    """Return lines of at most `width` cells (at least 2); at least one line. Newlines in `text` break lines."""
    width = max(2, width)
    pieces: list[Piece] = []
    start = 0
    for line in text.split("\n"):
        pieces.extend(_wrap_line(line, start, width))
        start += len(line) + 1
    return pieces


def fold(text: str, width: int) -> list[Piece]:
    """Return a single line cut at every `width` cells, for code."""
    width = max(2, width)
    if cells(text) <= width:
        return [Piece(0, len(text), "\n")]
    ends = [*_cuts(text, 0, len(text), width), len(text)]
    return [Piece(a, b, "" if b < len(text) else "\n") for a, b in zip([0, *ends], ends, strict=False)]


def shorten(text: str, width: int) -> str:
    """Return the text in at most `width` cells, with an ellipsis if it was cut."""
    text = steady(text)
    if cells(text) <= width:
        return text
    if width < 1:
        return ""
    end = next(_cuts(text, 0, len(text), width - 1), 0) if width > 1 else 0
    return text[:end] + "…" if cells(text[:end]) < width else "…"


def _wrap_line(line: str, offset: int, width: int) -> Iterator[Piece]:
    if cells(line) <= width:
        yield Piece(offset, offset + len(line.rstrip()), "\n")
        return
    plain = line.isascii()
    start = used = end = 0  # `end` is the end of the last word of the line: blanks after it are dropped at a break
    chunks = _words() if plain or not _wide().search(line) else _characters()
    for chunk in chunks.finditer(line):
        size = chunk.end() - chunk.start() if plain else cell_len(chunk[0])
        if chunk["space"]:
            used += size
            continue
        if used + size > width and end > start:
            yield Piece(offset + start, offset + end, line[end : chunk.start()])
            start, used = chunk.start(), 0
        if used + size > width:
            for cut in _cuts(line, start, chunk.end(), width, softly=True):
                yield Piece(offset + start, offset + cut, "")
                start = cut
            used = cells(line[start : chunk.end()])
        else:
            used += size
        end = chunk.end()
    yield Piece(offset + start, offset + max(start, end), "\n")


def _cuts(text: str, start: int, end: int, width: int, *, softly: bool = False) -> Iterator[int]:
    """Yield where to cut `text[start:end]` into pieces of at most `width` cells, without the end itself.

    With `softly`, cut after a character where an address or a path may break, if there is one in the right half.
    """
    if text.isascii():
        while end - start > width:
            start = (_soft_cut(text, start, start + width) if softly else None) or start + width
            yield start
        return
    used = 0
    for cluster in clusters(text, start, end):
        while used + cluster.size > width and cluster.start > start:
            start = (_soft_cut(text, start, cluster.start) if softly else None) or cluster.start
            used = cells(text[start : cluster.start])
            yield start
        used += cluster.size


def _soft_cut(text: str, start: int, end: int) -> int | None:
    return next((n for n in range(end, (start + end) // 2, -1) if text[n - 1] in _BREAKS_AFTER), None)
