"""Inspects what is stored on disk without changing it. Blocking: for the thread of the data folder."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tui.domain.chat import new_id
from tui.store import files
from tui.store.file_states import SUFFIX
from tui.store.folder import DataFolder
from tui.store.index import VERSION, index_path

LOCK_SECONDS = 1.0
"""Longer than a write of another window takes."""

IndexState = Literal["missing", "healthy", "outdated", "damaged"]


@dataclass(frozen=True, slots=True)
class FolderState:
    """A data folder that can be written."""

    exists: bool
    """If not, it is created when the app starts."""
    free: int
    """Bytes."""
    locked: bool
    """Whether another program held the lock for too long."""


@dataclass(frozen=True, slots=True)
class ConversationCounts:
    """How many conversations there are."""

    saved: int
    trashed: int
    damaged: int
    """Copies of damaged files, which are never deleted."""


def inspect_folder(folder: DataFolder) -> FolderState:
    """Write a file and remove it; OSError if that fails."""
    there = folder.path.exists()
    if not there:
        parent = next(parent for parent in folder.path.parents if parent.exists())
        if not os.access(parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder.path))
        return FolderState(exists=False, free=shutil.disk_usage(parent).free, locked=False)
    trial = folder.path / f"{new_id()}.tmp"
    files.write_new(trial, b"chinwag doctor\n")
    trial.unlink()
    locked = False
    try:
        folder.lock.acquire(timeout=LOCK_SECONDS)
    except TimeoutError:
        locked = True
    else:
        folder.lock.release()
    return FolderState(exists=True, free=shutil.disk_usage(folder.path).free, locked=locked)


def inspect_index(cache: Path, data: Path) -> IndexState:
    """Return the state of the index of a data folder."""
    path = index_path(cache, data)
    if not path.exists():
        return "missing"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCK_SECONDS)) as db:
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return "damaged"
            return "healthy" if db.execute("PRAGMA user_version").fetchone()[0] == VERSION else "outdated"
    except sqlite3.Error:
        return "damaged"


def count_conversations(folder: DataFolder) -> ConversationCounts:
    """Count the files; OSError if a folder cannot be read."""
    return ConversationCounts(
        saved=_count(folder.conversations, SUFFIX),
        trashed=_count(folder.trash, SUFFIX),
        damaged=_count(folder.quarantine),
    )


def _count(folder: Path, suffix: str = "") -> int:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        return sum(entry.name.endswith(suffix) for entry in entries)
    return 0
