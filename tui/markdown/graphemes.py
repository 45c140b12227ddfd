"""Grapheme clusters, the characters as a reader sees them, and their width in cells.

The widths are those of Rich, because Textual lays out the screen by them. Terminals disagree about some clusters:
`steady` replaces the characters in question, so that no terminal draws a line wider than it was measured.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rich.cells import get_character_cell_size, split_graphemes

_JOINER = "\u200d"
_SEPARATE = "\u200c"
_VIRAMA = 9
"""Canonical combining class of the sign that joins two letters of an Indic script."""
_WIDEST = 2
"""Cells of the widest cluster: longer chains of joined letters can be cut."""
_LONGEST = 64
"""Characters of the longest cluster that is recognised as one."""


class Cluster(NamedTuple):
    """A range of a text that is never cut, and its width in cells."""

    start: int
    end: int
    size: int


def clusters(text: str, start: int, end: int) -> Iterator[Cluster]:
    """Yield the clusters of `text[start:end]`, without gaps."""
    kept: Cluster | None = None
    for a, b, size in split_graphemes(text[start:end])[0]:
        found = Cluster(start + a, start + b, size)
        if kept is not None and _belongs(text, kept, found):
            kept = Cluster(kept.start, found.end, kept.size + found.size)
            continue
        if kept is not None:
            yield kept
        kept = found
    if kept is not None:
        yield kept


def _belongs(text: str, before: Cluster, after: Cluster) -> bool:
    """Return whether two clusters of Rich are one to the reader: a flag, or letters joined by a virama."""
    if before.size + after.size > _WIDEST:
        return False
    if _is_indicator(text[before.start]) and _is_indicator(text[after.start]):
        return before.end - before.start == 1
    if text[before.end - 1].isascii():
        return False
    return unicodedata.combining(text[before.end - 1]) == _VIRAMA and unicodedata.category(text[after.start]) == "Lo"


def _is_indicator(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def steady(text: str) -> str:
    """Return the text, of the same length, with each joiner that does not join two emoji replaced by a separator.

    Rich counts a joiner as if it made one emoji of two. Between letters no terminal draws it that way.
    """
    if text.isascii() or _JOINER not in text:
        return text
    return _loose_joiner().sub(_SEPARATE, text)


@cache
def _loose_joiner() -> re.Pattern[str]:
    # compiled on demand: hardly any text has a joiner
    emoji = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
    joined = rf"(?<=[{emoji}\ufe0f]){_JOINER}(?=[{emoji}])"
    return re.compile(rf"(?!{joined}){_JOINER}")


def next_start(text: str, position: int) -> int:
    """Return the first position from `position` on where a cluster begins, or the end of the text."""
    if not 0 < position < len(text) or not _may_continue(text[position - 1], text[position]):
        return position
    for cluster in clusters(text, max(0, position - _LONGEST), min(len(text), position + _LONGEST)):
        if cluster.start >= position:
            return cluster.start
    return min(len(text), position + _LONGEST)


def _may_continue(before: str, after: str) -> bool:
    if before.isascii() and after.isascii():
        return False
    tied = before == _JOINER or unicodedata.combining(before) == _VIRAMA
    return tied or not get_character_cell_size(after) or (_is_indicator(before) and _is_indicator(after))
