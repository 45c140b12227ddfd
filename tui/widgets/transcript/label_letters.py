"""Letters for what can be copied: where they stand on the rows in view, and which are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from rich.style import Style

from tui.markdown.blocks import Block
from tui.markdown.pieces import Kind, kind_of
from tui.markdown.wrapping import cells
from tui.rendering.rows import Row
from tui.widgets.transcript.strips import Badge

ALPHABET = "asdfghlweruiotyqpzxcvbnm"
"""The home row comes first; j and k are missing, because they scroll."""


class Target(NamedTuple):
    """What a label stands for: a block of a message, or a link in it."""

    message_id: str
    block: int
    """Its place among the blocks of the message."""
    kind: Kind
    url: str = ""
    """Of a link."""


class Spot(NamedTuple):
    """Where a target begins in view: the number of a row of its message, and a cell of that, without the margin."""

    target: Target
    row: int
    cell: int
    blanks: int = 0
    """Blank cells before a link, which a badge may cover."""


def spots(message_id: str, rows: Sequence[Row], blocks: Sequence[Block], shown: range) -> list[Spot]:
    """Return the targets of a message on its rows `shown`, from top to bottom.

    An address that a block names more than once is found where it comes first: all of them copy the same.
    """
    found: dict[Target, Spot] = {}
    for number in shown:
        row = rows[number]
        if not 0 <= row.block < len(blocks):
            continue
        block = blocks[row.block]
        kind = kind_of(block)
        if kind is not None:
            target = Target(message_id, row.block, kind)
            found.setdefault(target, Spot(target, number, _cells_before(block, row)))
        for url, cell, blanks in _links(row):
            target = Target(message_id, row.block, "link", url)
            found.setdefault(target, Spot(target, number, cell, blanks))
    return list(found.values())


def letters_for(targets: Sequence[Target], before: Mapping[Target, str] | None = None) -> dict[Target, str]:
    """Return letters for targets, in their order: one each, or two each where there are more targets than letters.

    Those that had letters before keep them. New ones beside them that find none free are left out.
    """
    kept = {target: before[target] for target in targets if target in before} if before else {}
    pairs = any(len(letters) > 1 for letters in kept.values()) if kept else len(targets) > len(ALPHABET)
    free = (letters for letters in _words(2 if pairs else 1) if letters not in kept.values())
    given: dict[Target, str] = {}
    for target in targets:
        if letters := kept.get(target) or next(free, ""):
            given[target] = letters
    return given


def badges(found: Iterable[tuple[Spot, str]], margin: int) -> dict[int, tuple[Badge, ...]]:
    """Return the badges of a message, by row: left of blocks, over the first cells of links or the blank before them.

    Where there is no room for two badges side by side, the second moves to the right.
    """
    by_row: dict[int, list[Badge]] = {}
    for spot, letters in sorted(found, key=lambda one: (one[0].row, one[0].cell, one[0].target.kind == "link")):
        on_row = by_row.setdefault(spot.row, [])
        badge = _over_link(spot, letters) if spot.target.kind == "link" else _beside(spot, letters, margin)
        if on_row and badge.cell <= (end := on_row[-1].cell + len(on_row[-1].text)):
            badge = badge._replace(cell=end + 1)
        on_row.append(badge)
    return {row: tuple(on_row) for row, on_row in by_row.items()}


def _over_link(spot: Spot, letters: str) -> Badge:
    return Badge(spot.cell - min(spot.blanks, len(letters)), letters, "label")


def _beside(spot: Spot, letters: str, margin: int) -> Badge:
    room = spot.cell + margin
    text = next((text for text in (f" {letters} ", f"{letters} ") if len(text) <= room), letters)
    return Badge(spot.cell - len(text), text, "label")


def _words(length: int) -> Iterator[str]:
    return ("".join(letters) for letters in product(ALPHABET, repeat=length))


def _cells_before(block: Block, row: Row) -> int:
    """Cells of the bullets and bars before a block; where it is nested too deep, the outer ones are not drawn."""
    marks = {mark.text for mark in block.first + block.rest}
    count = 0
    for segment in row.segments[: len(block.rest)]:
        if segment.text not in marks:
            break
        count += cells(segment.text)
    return count


def _links(row: Row) -> Iterator[tuple[str, int, int]]:
    """The address and the first cell of each stretch of a row that opens a link, and the blanks before it."""
    cell, blanks = 0, 1
    for segment in row.segments:
        if segment.style is not None and (url := _url(segment.style)):
            yield url, cell, blanks
        cell += cells(segment.text)
        blanks = len(segment.text) - len(segment.text.rstrip(" "))


def _url(style: Style) -> str:
    action = style.meta.get("@click")
    return str(action[1][0]) if action is not None and action[0] == "open_link" else ""
