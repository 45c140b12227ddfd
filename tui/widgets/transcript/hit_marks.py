"""The marks over hits: worked out from the rows when they are painted, so that they are right whatever has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.rendering.rows import Row
from tui.widgets.transcript.finding import Line, Part, Place, Sought, line_at, parts_of
from tui.widgets.transcript.ledger import Ledger
from tui.widgets.transcript.searcher import thoughts_in
from tui.widgets.transcript.strips import Decorations, Highlight


class Present(NamedTuple):
    """The hit that is shown."""

    message_id: str
    place: Place


class _Shown(NamedTuple):
    """Where the hit that is shown was found to stand."""

    sought: Sought
    present: Present
    parts: frozenset[Part]
    rows: Sequence[Row]
    under: dict[int, Row]
    """The rows that it stands in, by their number."""

    def stands_in(self, rows: Sequence[Row]) -> bool:
        """Whether it still stands there: of a reply that grows below it, the rows above stay the same."""
        if rows is self.rows:
            return True
        return bool(self.under) and all(n < len(rows) and rows[n] is row for n, row in self.under.items())


class HitMarks:
    """Marks the hits in the rows of a ledger, the one that is shown in a colour of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.sought: Sought | None = None
        self.present: Present | None = None
        self._line: tuple[Sequence[Row], range, Line | None] | None = None
        self._shown: _Shown | None = None

    def layer(self, index: int, number: int) -> Decorations | None:
        """The hits in a row of a message."""
        sought = self.sought
        rows = self._ledger.rows(index)
        line = self._line_of(index, rows, number) if number < len(rows) else None
        if sought is None or line is None:
            return None
        shown = self._parts_shown(index, rows, sought)
        marks = [
            Highlight(part.start, part.end, "found-here" if part in shown else "found")
            for span in sought.spans(line.text)
            for part in line.rows_of(span)
            if part.row == number
        ]
        return Decorations(tuple(marks)) if marks else None

    def parts(self, index: int, place: Place) -> list[Part]:
        """Where a hit stands in the rows of its message; nowhere while it is folded away."""
        if self.sought is None:
            return []
        rows = self._ledger.rows(index)
        return parts_of(self.sought, rows, thoughts_in(self._ledger, index, rows)).get(place, [])

    def _line_of(self, index: int, rows: Sequence[Row], number: int) -> Line | None:
        """Kept for the rows painted next: a paragraph may be as long as a book."""
        if self._line is None or self._line[0] is not rows or number not in self._line[1]:
            thoughts = range(0) if rows[number].block >= 0 else thoughts_in(self._ledger, index, rows)
            line = line_at(rows, number, thoughts)
            covered = range(0) if line is None else range(line.pieces[0][0], line.pieces[-1][0] + 1)
            self._line = (rows, covered, line)
        return self._line[2]

    def _parts_shown(self, index: int, rows: Sequence[Row], sought: Sought) -> frozenset[Part]:
        present = self.present
        if present is None or self._ledger.entries[index].message.id != present.message_id:
            return frozenset()
        shown = self._shown
        if shown is None or shown.sought is not sought or shown.present != present or not shown.stands_in(rows):
            parts = frozenset(self.parts(index, present.place))
            shown = self._shown = _Shown(sought, present, parts, rows, {part.row: rows[part.row] for part in parts})
        return shown.parts
