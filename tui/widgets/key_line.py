"""The keys of a screen, on one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

Hint = tuple[str, str]
"""A key, and what it does."""


def key_line(width: int, left: Sequence[Hint], right: Sequence[Hint]) -> Content:
    """Return as many of the keys as `width` cells have room for; those at the right, which lead out, always."""
    last = key_hints(right)
    fitting = (key_hints(left[:n]) for n in range(len(left), 0, -1))
    first = next((line for line in fitting if line.cell_length + last.cell_length + 3 <= width), Content())
    return Content.assemble(first, " " * max(0, width - first.cell_length - last.cell_length), last)


def key_hints(hints: Sequence[Hint]) -> Content:
    """Return keys in one colour, and what they do in another."""
    return Content("   ").join(Content.assemble((key, "$accent"), (f" {what}", "$muted")) for key, what in hints)


def key_title(width: int, hints: Sequence[Hint]) -> str:
    """Return as many of the keys as a frame of `width` cells has room for; the last one, which leads out, always."""
    *others, last = [f"{key} {what}" for key, what in hints]
    while others and cell_len(" · ".join((*others, last))) > width:
        others.pop()
    return " · ".join((*others, last))


def click_of(command_id: str) -> Style:
    """Return a style that makes a text run a command of the chat when it is clicked."""
    return Style.from_meta({"@click": f"screen.command('{command_id}')"})
