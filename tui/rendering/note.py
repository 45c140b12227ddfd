"""What stands above and under a message besides its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MARK = "◆"
"""Stands before what the user marked."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence under a message, and the keys that lead on from there ("r retry · c continue")."""

    sentence: str
    keys: str = ""
    severity: Literal["info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True)
class HeaderMark:
    """What the header of a message says besides who and when."""

    versions: str = ""
    """Which of several it is ("‹ 2/3 ›")."""
    warning: str = ""
    """What became of it ("not sent")."""
    marked: bool = False
    """The user marked it."""
