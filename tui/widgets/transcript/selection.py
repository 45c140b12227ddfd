"""Text selected with the mouse, across messages, whether they are in view or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from textual.selection import Selection

from tui.widgets.transcript.rows import Row

_BEYOND = 1 << 40


class Point(NamedTuple):
    """A place in the transcript: message, row of the message, character of the row with its margin."""

    message: int
    row: int
    column: int


class Selected(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: Point
    end: Point

    @classmethod
    def of(cls, marked: Iterable[tuple[int, Selection]]) -> Selected | None:
        """What the selections of single messages come to.

        Messages between the two ends may be out of view, so that nothing was noted for them: they are selected too.
        """
        ordered = sorted(marked, key=lambda one: one[0])
        if not ordered:
            return None
        first, last = ordered[0][0], ordered[-1][0]
        starts = [Point(index, one.start.y, one.start.x) for index, one in ordered if one.start is not None]
        ends = [Point(index, one.end.y, one.end.x) for index, one in ordered if one.end is not None]
        start = starts[0] if starts else Point(first, 0, 0)
        end = ends[-1] if ends else Point(last, _BEYOND, 0)
        return cls(min(start, end), max(start, end))

    def span(self, index: int, row: int) -> tuple[int, int] | None:
        """The selected characters of a row, as a range."""
        here = (index, row)
        if not self.start[:2] <= here <= self.end[:2]:
            return None
        start = self.start.column if here == self.start[:2] else 0
        end = self.end.column if here == self.end[:2] else _BEYOND
        return (start, end) if end > start else None

    def text(self, rows_of: Callable[[int], Sequence[Row]], margin: int) -> str:
        """The selected text, without margins, borders and soft line breaks."""
        parts: list[str] = []
        glue = ""
        for index in range(self.start.message, self.end.message + 1):
            for number, row in enumerate(rows_of(index)):
                if not self.start[:2] <= (index, number) <= self.end[:2]:
                    continue
                start, end = self.span(index, number) or (0, 0)
                text = row.text[max(start - margin, row.lead) : max(0, end - margin)]
                parts += [glue, text.rstrip() if row.glue == "\n" else text]
                glue = row.glue
        return "".join(parts)
