"""The location of a conversation's file."""

from __future__ import annotations

from enum import Enum


class FileLocation(Enum):
    """The location of a conversation's file."""

    LISTED = "listed"
    TRASH = "trash"
    GONE = "gone"
    """Deleted by hand, or by a program that syncs the folder."""
