"""The highlights over matches: worked out from the rows when they are painted, so that they are right whatever has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.rendering.rows import Row
from tui.widgets.transcript.find_query import FindQuery, Line, MatchPosition, RowPart, line_at, parts_by_match
from tui.widgets.transcript.message_list import MessageList
from tui.widgets.transcript.searcher import thoughts_in
from tui.widgets.transcript.strips import Decorations, Highlight


class CurrentMatch(NamedTuple):
    """The match that is shown."""

    message_id: str
    position: MatchPosition


class _Shown(NamedTuple):
    """Where the match that is shown was found to stand."""

    query: FindQuery
    current: CurrentMatch
    parts: frozenset[RowPart]
    rows: Sequence[Row]
    under: dict[int, Row]
    """The rows that it stands in, by their number."""

    def stands_in(self, rows: Sequence[Row]) -> bool:
        """Return whether it still stands there: of a reply that grows below it, the rows above stay the same."""
        if rows is self.rows:
            return True
        return bool(self.under) and all(n < len(rows) and rows[n] is row for n, row in self.under.items())


class MatchHighlights:
    """Highlights the matches in the rows of messages, the one that is shown in a colour of its own."""

    def __init__(self, messages: MessageList) -> None:
        self._messages = messages
        self.query: FindQuery | None = None
        self.current: CurrentMatch | None = None
        self._line: tuple[Sequence[Row], range, Line | None] | None = None
        self._shown: _Shown | None = None

    def layer(self, index: int, number: int) -> Decorations | None:
        """Return the highlights in a row of a message."""
        query = self.query
        rows = self._messages.rows(index)
        line = self._line_of(index, rows, number) if number < len(rows) else None
        if query is None or line is None:
            return None
        shown = self._parts_shown(index, rows, query)
        highlights = [
            Highlight(part.start, part.end, "found-here" if part in shown else "found")
            for span in query.spans(line.text)
            for part in line.rows_of(span)
            if part.row == number
        ]
        return Decorations(tuple(highlights)) if highlights else None

    def parts(self, index: int, position: MatchPosition) -> list[RowPart]:
        """Return where a match stands in the rows of its message; nowhere while it is folded away."""
        if self.query is None:
            return []
        rows = self._messages.rows(index)
        return parts_by_match(self.query, rows, thoughts_in(self._messages, index, rows)).get(position, [])

    def _line_of(self, index: int, rows: Sequence[Row], number: int) -> Line | None:
        """The line of a row, kept for the rows painted next: a paragraph may be as long as a book."""
        if self._line is None or self._line[0] is not rows or number not in self._line[1]:
            thoughts = range(0) if rows[number].block >= 0 else thoughts_in(self._messages, index, rows)
            line = line_at(rows, number, thoughts)
            covered = range(0) if line is None else range(line.pieces[0][0], line.pieces[-1][0] + 1)
            self._line = (rows, covered, line)
        return self._line[2]

    def _parts_shown(self, index: int, rows: Sequence[Row], query: FindQuery) -> frozenset[RowPart]:
        current = self.current
        if current is None or self._messages.entries[index].message.id != current.message_id:
            return frozenset()
        shown = self._shown
        if shown is None or shown.query is not query or shown.current != current or not shown.stands_in(rows):
            parts = frozenset(self.parts(index, current.position))
            shown = self._shown = _Shown(query, current, parts, rows, {part.row: rows[part.row] for part in parts})
        return shown.parts
