"""What stands under a message besides its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence under a message, and the keys that lead on from there ("r retry · c continue")."""

    sentence: str
    keys: str = ""
    severity: Literal["info", "warning", "error"] = "info"
