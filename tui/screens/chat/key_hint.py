"""Keys that are named where they can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from tui.widgets.key_line import click_of

_DOT = " · "


class KeyHint(NamedTuple):
    """Keys, what they do, and the command that a click runs."""

    keys: str
    words: str
    command_id: str = ""

    def __str__(self) -> str:
        return f"{self.keys} {self.words}".rstrip()


def hint_line(hints: Sequence[KeyHint], room: int) -> Content:
    """Return as many hints as so many cells hold: the last two stay, those before go first."""
    left = list(hints)
    while True:
        line = Content.styled(_DOT, "$muted").join([_clickable(hint) for hint in left])
        if len(left) <= 2 or line.cell_length <= room or room <= 0:
            return line
        del left[-3]


def _clickable(hint: KeyHint) -> Content:
    text = Content.styled(str(hint), "$muted")
    return text.stylize(click_of(hint.command_id)) if hint.command_id else text
