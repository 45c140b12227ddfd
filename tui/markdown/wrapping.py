"""Wrapping by terminal cells: words, characters of scripts without spaces, and words too long for a line."""

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
"""White space at which a line does not break."""
_BREAKS_AFTER = frozenset("/\\-_.,:;?&=+|)]}")
"""Where a word too long for a line is cut rather than anywhere, as long as the line gets half full."""


@cache
def _words() -> re.Pattern[str]:
    return re.compile(rf"(?P<space>[^\S{_TIED}]+)|[\S{_TIED}]+")


@cache
def _characters() -> re.Pattern[str]:
    # When it is needed: to compile it takes as long as a third of a frame, and an empty chat wraps nothing.
    wide = f"{_WIDE}{_OPENING}"
    word = rf"(?:[^\s{wide}(\[{{]+|[{_TIED}]|[(\[{{](?![(\[{{{wide}]))+"
    end = rf"(?:[{_CLOSING}][{_JOINED}]*)*"
    return re.compile(rf"(?P<space>[^\S{_TIED}]+)|[{_OPENING}(\[{{]*(?:[{_WIDE}][{_JOINED}]*|{word}){end}|\S")


@cache
def _wide() -> re.Pattern[str]:
    return re.compile(f"[{_WIDE}]")


class Piece(NamedTuple):
    """One line of a wrapped text: its range, and what the break after it replaced ("\\n", " " or nothing)."""

    start: int
    end: int
    glue: str


def cells(text: str) -> int:
    """The width of a text in cells."""
    return len(text) if text.isascii() else cell_len(text)


def wrap(text: str, width: int) -> list[Piece]:
    """Lines of at most `width` cells (at least 2); at least one. Newlines in `text` break lines."""
    width = max(2, width)
    pieces: list[Piece] = []
    start = 0
    for line in text.split("\n"):
        pieces.extend(_wrap_line(line, start, width))
        start += len(line) + 1
    return pieces


def fold(text: str, width: int) -> list[Piece]:
    """A single line cut where `width` cells are full, as code is."""
    width = max(2, width)
    if cells(text) <= width:
        return [Piece(0, len(text), "\n")]
    ends = [*_cuts(text, 0, len(text), width), len(text)]
    return [Piece(a, b, "" if b < len(text) else "\n") for a, b in zip([0, *ends], ends, strict=False)]


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` cells, with an ellipsis where it was cut."""
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
    start = used = end = 0  # `end` is where the last word of the line ends: blanks after it are dropped at a break
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
            for cut in _cuts(line, start, chunk.end(), width, kindly=True):
                yield Piece(offset + start, offset + cut, "")
                start = cut
            used = cells(line[start : chunk.end()])
        else:
            used += size
        end = chunk.end()
    yield Piece(offset + start, offset + max(start, end), "\n")


def _cuts(text: str, start: int, end: int, width: int, *, kindly: bool = False) -> Iterator[int]:
    """Where `text[start:end]` has to be cut to give pieces of at most `width` cells. The end itself is not given.

    `kindly` means: after a mark at which an address or a path may break, where there is one in the right half.
    """
    if text.isascii():
        while end - start > width:
            start = (_kind_cut(text, start, start + width) if kindly else None) or start + width
            yield start
        return
    used = 0
    for cluster in clusters(text, start, end):
        while used + cluster.size > width and cluster.start > start:
            start = (_kind_cut(text, start, cluster.start) if kindly else None) or cluster.start
            used = cells(text[start : cluster.start])
            yield start
        used += cluster.size


def _kind_cut(text: str, start: int, end: int) -> int | None:
    return next((n for n in range(end, (start + end) // 2, -1) if text[n - 1] in _BREAKS_AFTER), None)
