"""What a message shows above and below its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BOOKMARK = "◆"
"""Shown before a message that is bookmarked."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence below a message, and the keys for what to do next ("r retry · c continue")."""

    sentence: str
    keys: str = ""
    severity: Literal["info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True)
class HeaderStatus:
    """What the header of a message says after name and time."""

    versions: str = ""
    """Which of several versions it is ("‹ 2/3 ›")."""
    warning: str = ""
    """What went wrong ("not sent")."""
    bookmarked: bool = False
    """The user has bookmarked this message."""
