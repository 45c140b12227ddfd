"""How the reader wants a message shown."""

from __future__ import annotations

from dataclasses import dataclass


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
