"""Markdown as plain text, for a few lines in a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui.domain.search import Span

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n?", re.MULTILINE)
_SYNTAX = re.compile(
    r"""
      ^[ ]{0,3}(?:(?P<heading>\#{1,6}[ ]+)|(?P<quote>(?:>[ ]?)+))    # at the start of a line
    | !?(?P<open>\[)(?=[^\]\n]+\]\([^)\s]*\))                          # a link, whose text is kept
    | (?<=[^\s\[])(?P<target>\]\([^)\s]*\))
    | (?P<left>\*\*|~~|(?<!\*)\*(?!\*)|`)(?=\S)(?P<inner>[^\n]*?\S)(?P<right>(?P=left))
    """,
    re.VERBOSE | re.MULTILINE,
)


def plain_text(source: str, marks: Sequence[Span] = ()) -> tuple[str, tuple[Span, ...]]:
    """Return the text of Markdown without its syntax, and the positions of `marks` in it.

    Only inline syntax is read, not blocks, so the source can start or end anywhere. Code in fences is kept.
    """
    kept: list[int] = []
    at = 0
    for start, end in sorted(_syntax(source)):
        kept += range(at, start)
        at = max(at, end)
    kept += range(at, len(source))
    if len(kept) == len(source):
        return source, tuple(marks)
    place = [0] * (len(source) + 1)
    for new, old in enumerate(kept):
        place[old + 1] = new + 1
    for n in range(1, len(place)):
        place[n] = max(place[n], place[n - 1])
    moved = (Span(place[mark.start], place[mark.end]) for mark in marks)
    return "".join(source[n] for n in kept), tuple(mark for mark in moved if mark.end > mark.start)


def _syntax(source: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the source that are syntax."""
    at = 0
    fence = ""
    for match in _FENCE.finditer(source):
        if not fence:
            yield from _inline_syntax(source, at, match.start())
            yield match.span()
            fence = match[1]
        elif match[1].startswith(fence):
            yield match.span()
            fence = ""
        else:
            continue
        at = match.end()
    if not fence:
        yield from _inline_syntax(source, at, len(source))


def _inline_syntax(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while match := _SYNTAX.search(source, start, end):
        if match["left"]:
            yield match.span("left")
            yield match.span("right")
            if match["left"] != "`":
                yield from _inline_syntax(source, *match.span("inner"))
            start = match.end()
            continue
        name = next(name for name in ("heading", "quote", "open", "target") if match[name])
        yield (match.start(), match.end()) if name == "open" else match.span(name)
        start = max(match.end(), start + 1)
