"""How a message is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of a message is shown, and in which form."""

    reasoning: bool | None = None
    """Whether its reasoning is shown; `None` for the setting of all messages."""
    all_code: bool = False
    """Long code is not folded."""
    folded: bool = False
    """Only its beginning is shown, on one line."""
    raw: bool = False
    """Its Markdown source is shown."""


USUAL = Shape()
"""The default."""
