"""What is looked for in messages, and where it stands in their rows, also across soft line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tui.domain.safe_text import clean
from tui.domain.search import Span, Term, fold, pattern_of, words_of
from tui.rendering.message_renderer import REASONING_ROW
from tui.rendering.rows import EMPTY, Row

THOUGHTS = -1
"""Stands for the reasoning of a message where its blocks have their numbers."""

_MARKS = "[\u0300-\u036f]"
_SIGNS = re.compile(r"[\W_]+")
_JOINER = "\u200d"
_CLINGING = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""Characters that are drawn together with the one before them."""
_REWRITTEN = re.compile(r"<su[bp]>|<br|[&\\$\x1b]|\]\(|\]\[|\]:|\[\^|\|[ \t]*:?-|-:?[ \t]*\|")
"""Where Markdown draws other letters than it was given, leaves some out between others, or draws some twice."""
_NUMBERED = re.compile(r"\d[.)]")


@dataclass(frozen=True, slots=True)
class FindQuery:
    """What is looked for, capitals, accents and full width aside."""

    text: str
    """As it was typed."""
    pattern: re.Pattern[str]
    """Finds it in a folded text."""
    cores: tuple[str, ...]
    """Of each thing that would be a match the letters and digits alone, folded."""

    @classmethod
    def typed(cls, text: str) -> FindQuery | None:
        """Return a query for exactly these letters, spaces too; `None` where there are none."""
        wanted = re.sub(_MARKS, "", fold(clean(text).replace("\n", " ")))
        if not wanted:
            return None
        pattern = re.compile(f"{_MARKS}*".join(map(re.escape, wanted)))
        return cls(text, pattern, (_SIGNS.sub("", wanted),))

    @classmethod
    def terms(cls, terms: Sequence[Term]) -> FindQuery | None:
        """Return a query for any of the terms of a search; `None` where there are none."""
        pattern = pattern_of(terms)
        if pattern is None:
            return None
        cores = tuple("".join(words) for term in terms if (words := words_of(term.text)))
        return cls(" ".join(term.text for term in terms), pattern, cores)

    def may_be_in(self, source: str) -> bool:
        """Return whether a text can hold a match once it is drawn: a quick check that never misses one."""
        if "" in self.cores or _REWRITTEN.search(source):
            return True
        folded = fold(source)
        if self.pattern.search(folded):
            return True
        letters = _SIGNS.sub("", folded)
        if any(core in letters for core in self.cores):
            return True
        return any(any(map(str.isdigit, core)) for core in self.cores) and _NUMBERED.search(source) is not None

    def spans(self, folded: str) -> list[Span]:
        """Return where it stands in a folded text, in order; never a part of a letter without its accents."""
        found: list[Span] = []
        for match in self.pattern.finditer(folded):
            start, end = match.span()
            if not folded.isascii():
                start, end = _whole(folded, start, end)
            if end > start and (not found or start >= found[-1].end):
                found.append(Span(start, end))
        return found


Wrapped = Literal["", "top", "end"]
"""Whether a step went on at the other end of the conversation, and at which."""


class SearchResults(NamedTuple):
    """How far a find has come."""

    at: int
    """Which match is shown, counted from 1; 0 for none."""
    total: int
    exact: bool
    """All messages were looked at."""
    wrapped: Wrapped = ""


class MatchPosition(NamedTuple):
    """A match of a message, whatever its width and however much of it is folded."""

    block: int
    nth: int
    """Counts the matches of that block from 0."""


class RowPart(NamedTuple):
    """Characters of a row, without its margin."""

    row: int
    start: int
    end: int


class Line(NamedTuple):
    """Rows that softly broken are one line of text."""

    block: int
    text: str
    """Folded."""
    pieces: tuple[tuple[int, int, Span], ...]
    """Of each row: its number, the character at which its text begins, and the range of the line that this is."""

    def rows_of(self, span: Span) -> list[RowPart]:
        """Return the characters of the rows that a range of the line is drawn as."""
        found: list[RowPart] = []
        for row, lead, piece in self.pieces:
            start, end = max(span.start, piece.start), min(span.end, piece.end)
            if start < end:
                found.append(RowPart(row, start - piece.start + lead, end - piece.start + lead))
        return found


BlockTexts = tuple[tuple[int, str], ...]
"""Number and folded text of each block of a message."""


def thought_rows(rows: Sequence[Row], *, shown: bool) -> range:
    """Return the rows of a message that are reasoning. `shown` says whether there is some, and it is unfolded."""
    if not shown:
        return range(0)
    end = next((n for n in range(REASONING_ROW, len(rows)) if rows[n] is EMPTY), len(rows))
    return range(REASONING_ROW, end)


def lines(rows: Sequence[Row], thoughts: range) -> Iterator[Line]:
    """Yield all lines of a message but those of its header, its notes and its gaps."""
    number = 0
    while number < len(rows):
        stop = _stop(rows, number)
        if (line := _line(rows, number, stop, thoughts)) is not None:
            yield line
        number = stop


def line_at(rows: Sequence[Row], number: int, thoughts: range) -> Line | None:
    """Return the line that a row belongs to."""
    start = number
    while start > 0 and rows[start - 1].glue != "\n":
        start -= 1
    return _line(rows, start, _stop(rows, number), thoughts)


def block_texts(rows: Sequence[Row], thoughts: range) -> BlockTexts:
    """Return the text of each block."""
    found: dict[int, list[str]] = {}
    for line in lines(rows, thoughts):
        found.setdefault(line.block, []).append(line.text)
    return tuple((block, "\n".join(texts)) for block, texts in found.items())


def match_positions(query: FindQuery, texts: BlockTexts) -> list[MatchPosition]:
    """Return all matches in a message, in their order."""
    return [MatchPosition(block, nth) for block, text in texts for nth in range(len(query.spans(text)))]


def count_matches(query: FindQuery, texts: BlockTexts) -> int:
    """Return the number of matches in a message."""
    return sum(len(query.spans(text)) for _block, text in texts)


def parts_by_match(query: FindQuery, rows: Sequence[Row], thoughts: range) -> dict[MatchPosition, list[RowPart]]:
    """Return where each match stands in these rows; those that are folded away are missing."""
    found: dict[MatchPosition, list[RowPart]] = {}
    counted: dict[int, int] = {}
    for line in lines(rows, thoughts):
        for span in query.spans(line.text):
            nth = counted.get(line.block, 0)
            counted[line.block] = nth + 1
            found[MatchPosition(line.block, nth)] = line.rows_of(span)
    return found


def _stop(rows: Sequence[Row], number: int) -> int:
    while number < len(rows) - 1 and rows[number].glue != "\n":
        number += 1
    return number + 1


def _line(rows: Sequence[Row], start: int, stop: int, thoughts: range) -> Line | None:
    block = rows[start].block
    if block < 0 and start not in thoughts:
        return None
    texts: list[str] = []
    pieces: list[tuple[int, int, Span]] = []
    at = 0
    for number in range(start, stop):
        row = rows[number]
        text, glue = _text_of(row), "" if number == stop - 1 else row.glue
        pieces.append((number, row.lead, Span(at, at + len(text))))
        texts += [text, glue]
        at += len(text) + len(glue)
    return Line(block if block >= 0 else THOUGHTS, fold("".join(texts)), tuple(pieces))


def _text_of(row: Row) -> str:
    """The text of a row, without what fills it up to its width."""
    if row.glue == "\n":
        return row.text[row.lead :].rstrip()
    filled = row.glue == "" and len(row.segments) > 1 and row.segments[-1].text.isspace()
    text = "".join(segment.text for segment in row.segments[:-1]) if filled else row.text
    return text[row.lead :]


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """A range widened to whole letters: with accents, and with the signs that a picture is joined of."""
    while end < len(text) and (_CLINGING.match(text, end) or text[end - 1] == _JOINER):
        end += 1
    while start > 0 and (_CLINGING.match(text, start) or text[start - 1] == _JOINER):
        start -= 1
    return start, end
