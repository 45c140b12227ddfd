"""Signatures of the conversation files, from their size and time. Blocking."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tui.store.folder import DataFolder

SUFFIX = ".jsonl"

_TRASHED = "trash "


class FolderChanges(NamedTuple):
    """Changes when another program creates, moves or finishes something in the folder. Cheap to compute."""

    folders: tuple[int, int]
    """When files were last added or removed."""
    writers: tuple[tuple[str, int], ...]
    """When each other running process last reported a write."""


def signature(status: os.stat_result, *, trashed: bool = False) -> str:
    """Return the signature of a file's state."""
    return f"{_TRASHED if trashed else ''}{status.st_size}-{status.st_mtime_ns}"


def is_trashed(file_signature: str) -> bool:
    """Return whether a file of this signature is in the trash."""
    return file_signature.startswith(_TRASHED)


def file_name(conversation_id: str) -> str:
    """Return the name of a conversation's file. An id cannot lead out of the folder."""
    return f"{Path(conversation_id).name}{SUFFIX}"


def path_of(folder: DataFolder, conversation_id: str) -> Path:
    """Return the path of a conversation: a reply may still be growing in one that another window moved to the trash."""
    name = file_name(conversation_id)
    path = folder.conversations / name
    return folder.trash / name if not path.exists() and (folder.trash / name).exists() else path


def signature_at(folder: DataFolder, conversation_id: str) -> str:
    """Return the signature of a conversation's file; empty if there is none."""
    path = path_of(folder, conversation_id)
    try:
        return signature(path.stat(), trashed=path.parent == folder.trash)
    except FileNotFoundError:
        return ""


def signatures(folder: DataFolder) -> dict[str, str]:
    """Return the signature of every conversation's file, by id; empty for one that cannot be examined.

    One that is in both folders does not count as trashed. OSError if a folder cannot be read.
    """
    return {**dict(_scan(folder.trash, trashed=True)), **dict(_scan(folder.conversations, trashed=False))}


def folder_changes(folder: DataFolder) -> FolderChanges:
    """Return a value that stays equal while nobody else has done anything that the list would show."""
    return FolderChanges(
        (_changed(folder.conversations), _changed(folder.trash)),
        tuple(sorted((entry.name, _time(entry)) for entry in _entries(folder.writers) if entry.name != folder.writer)),
    )


def _scan(path: Path, *, trashed: bool) -> Iterator[tuple[str, str]]:
    for entry in _entries(path):
        if entry.name.endswith(SUFFIX):
            conversation_id = entry.name.removesuffix(SUFFIX)
            try:
                yield conversation_id, signature(entry.stat(), trashed=trashed)
            except FileNotFoundError:  # just moved away
                continue
            except PermissionError:  # of the folder, so all files have it
                raise
            except OSError:  # a bad sector, or a link to itself
                yield conversation_id, ""


def _entries(path: Path) -> Iterator[os.DirEntry[str]]:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(path) as entries:
        yield from entries


def _time(entry: os.DirEntry[str]) -> int:
    with suppress(FileNotFoundError):
        return entry.stat().st_mtime_ns
    return 0


def _changed(path: Path) -> int:
    with suppress(FileNotFoundError, NotADirectoryError):
        return path.stat().st_mtime_ns
    return 0
