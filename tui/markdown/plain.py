"""Markdown as plain text: for a few lines of it, where nothing is drawn but words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui.domain.search import Span

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n?", re.MULTILINE)
_MARKS = re.compile(
    r"""
      ^[ ]{0,3}(?:(?P<heading>\#{1,6}[ ]+)|(?P<quote>(?:>[ ]?)+))    # at the beginning of a line
    | !?(?P<open>\[)(?=[^\]\n]+\]\([^)\s]*\))                          # a link, of which the words stay
    | (?<=[^\s\[])(?P<target>\]\([^)\s]*\))
    | (?P<left>\*\*|~~|(?<!\*)\*(?!\*)|`)(?=\S)(?P<inner>[^\n]*?\S)(?P<right>(?P=left))
    """,
    re.VERBOSE | re.MULTILINE,
)


def plain_text(source: str, marks: Sequence[Span] = ()) -> tuple[str, tuple[Span, ...]]:
    """Return the words of Markdown without its signs, and where these places of the source are in it.

    It reads signs, not blocks: a source that begins or ends in the middle of something is well. Code in fences stays.
    """
    kept: list[int] = []
    at = 0
    for start, end in sorted(_signs(source)):
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


def _signs(source: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of the source that are signs."""
    at = 0
    fence = ""
    for match in _FENCE.finditer(source):
        if not fence:
            yield from _inline_signs(source, at, match.start())
            yield match.span()
            fence = match[1]
        elif match[1].startswith(fence):
            yield match.span()
            fence = ""
        else:
            continue
        at = match.end()
    if not fence:
        yield from _inline_signs(source, at, len(source))


def _inline_signs(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while match := _MARKS.search(source, start, end):
        if match["left"]:
            yield match.span("left")
            yield match.span("right")
            if match["left"] != "`":
                yield from _inline_signs(source, *match.span("inner"))
            start = match.end()
            continue
        name = next(name for name in ("heading", "quote", "open", "target") if match[name])
        yield (match.start(), match.end()) if name == "open" else match.span(name)
        start = max(match.end(), start + 1)
