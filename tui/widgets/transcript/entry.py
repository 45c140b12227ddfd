"""One message of a transcript."""

from __future__ import annotations

from typing import NamedTuple

from tui.domain.chat import ChatMessage
from tui.rendering.note import Note
from tui.rendering.shape import USUAL


class Entry:
    """One message. `exact` means that its height was measured, not estimated."""

    __slots__ = ("exact", "message", "note", "shape")

    def __init__(self, message: ChatMessage, note: Note | None = None) -> None:
        self.message = message
        self.note = note
        self.exact = False
        self.shape = USUAL


class Prepared(NamedTuple):
    """Messages that can be shown at once, and how tall they will be, roughly."""

    entries: list[Entry]
    heights: list[int]
