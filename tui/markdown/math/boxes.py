"""Lines of characters next to and below each other: matrices, cases and aligned lines of formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.markdown.math.symbols import FENCES
from tui.markdown.wrapping import cells


class UndrawableError(Exception):
    """Something in the formula cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of one width; line `base` is level with the text next to it."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def text(self) -> str:
        """The text of its only line; raises `UndrawableError` if it has several."""
        if len(self.lines) != 1:
            raise UndrawableError
        return self.lines[0]


def flat_grid(name: str, rows: list[list[str]]) -> str:
    """Return the cells of an environment on one line."""
    if name not in FENCES:
        return "; ".join(" ".join(row) for row in rows)
    sides = FENCES[name][2]
    between = ", " if name in ("cases", "rcases") else " "
    inside = "; ".join(between.join(cell.rstrip(", ") for cell in row).strip() for row in rows)
    return sides[:1] + inside + sides[1:]


def grid(name: str, rows: list[list[str]]) -> Box:
    """Return the cells of an environment in aligned columns between its brackets. All rows have the same length."""
    widths = [max(cells(row[n]) for row in rows) for n in range(len(rows[0]))]
    left, right, _flat = FENCES.get(name, ("", "", ""))
    lines = []
    for number, row in enumerate(rows):
        if name in FENCES:
            inside = "  ".join(cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True))
        else:
            inside = " ".join(_justified(cell, widths[n], n) for n, cell in enumerate(row))
        lines.append(_end(left, number, len(rows)) + inside + _end(right, number, len(rows)))
    return Box(tuple(lines), (len(lines) - 1) // 2)


def beside(boxes: Sequence[Box]) -> Box:
    """Return boxes side by side, on one base line."""
    above = max(box.base for box in boxes)
    below = max(len(box.lines) - box.base for box in boxes)
    columns = [list(_padded(box, above, below)) for box in boxes]
    return Box(tuple(" ".join(parts) for parts in zip(*columns, strict=True)), above)


def _padded(box: Box, above: int, below: int) -> Iterator[str]:
    width = max(cells(line) for line in box.lines)
    before, after = above - box.base, below - (len(box.lines) - box.base)
    for line in (*[""] * before, *box.lines, *[""] * after):
        yield line + " " * (width - cells(line))


def _justified(cell: str, width: int, column: int) -> str:
    blanks = " " * (width - cells(cell))
    return cell + blanks if column % 2 else blanks + cell


def _end(side: str, number: int, count: int) -> str:
    if not side:
        return ""
    place = 0 if number == 0 else 2 if number == count - 1 else 1
    if side in ("⎧⎨⎩", "⎫⎬⎭") and 0 < number < count - 1 and number != (count - 1) // 2:
        return "⎪"
    return side[place]
