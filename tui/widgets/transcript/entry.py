"""One message of a transcript, and how the reader wants it shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tui.domain.chat import ChatMessage
from tui.widgets.transcript.note import Note


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of a message is shown, and in which form."""

    reasoning: bool | None = None
    """Whether its reasoning is shown; `None` for as all others."""
    all_code: bool = False
    """Long code is shown to its end."""
    folded: bool = False
    """Only its beginning is shown, on one line."""
    raw: bool = False
    """Its text stands as it was written, with all its marks."""


USUAL = Shape()
"""As messages are shown until the reader asks for more or less."""


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
