"""Where a conversation's file is."""

from __future__ import annotations

from enum import Enum


class FileLocation(Enum):
    """Where a conversation's file is."""

    LISTED = "listed"
    TRASH = "trash"
    GONE = "gone"
    """Deleted by hand, or by a program that syncs the folder."""
