"""The origins of imported conversations, and reading conversations from other folders' log files. Blocking."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tui.domain.chat import OpenedConversation
from tui.domain.errors import StoreError
from tui.domain.i18n import N_, _
from tui.store.codec import SCHEMA, Doc, Docs, decode_conversation, schema_of
from tui.store.file_states import SUFFIX
from tui.store.folder import DataFolder
from tui.store.indexing import MESSAGES, META
from tui.store.lines import FORMAT, Header, Line, parse, resolve

IMPORTED = "imported"
"""The field of a conversation's meta with its origin."""

NEWER = N_("A newer version of chinwag wrote it. Update chinwag to continue.")


class Origin(NamedTuple):
    """Where a conversation was first stored."""

    program: str
    id: str
    """Its id there."""


@dataclass(frozen=True, slots=True)
class Present:
    """A conversation in the folder."""

    updated: float
    """When it was last changed at its origin, Unix seconds; infinite for one of this folder's own."""
    trashed: bool


def conversation_ids(folder: DataFolder, *, trashed: bool = False) -> list[str]:
    """Return the ids of all conversations, or of those in the trash. Ids sort by time, so the oldest is first."""
    return [path.stem for path in _log_files(folder.trash if trashed else folder.conversations)]


def newest_ids(folder: DataFolder, limit: int) -> list[str]:
    """Return the ids of the conversations written last, newest first."""
    written: list[tuple[float, str]] = []
    for path in _log_files(folder.conversations):
        with suppress(FileNotFoundError):  # just moved away
            written.append((path.stat().st_mtime, path.stem))
    return [conversation_id for _written, conversation_id in sorted(written, reverse=True)[:limit]]


def find_origins(folder: DataFolder, program: str) -> dict[Origin, Present]:
    """Return the folder's conversations by origin; its own ones are listed under `program`. Reads every file."""
    found: dict[Origin, Present] = {}
    for place in (folder.trash, folder.conversations):
        trashed = place == folder.trash
        for path in _log_files(place):
            found[Origin(program, path.stem)] = Present(math.inf, trashed)
            with suppress(FileNotFoundError):  # just moved away
                for origin, updated in _origins_in(path):
                    found[origin] = Present(updated, trashed)
    return found


def origins_of(imported: object) -> Iterator[tuple[Origin, float]]:
    """Yield a conversation's origin and when it was changed there; then its earlier origins."""
    while isinstance(imported, dict):
        match imported:
            case {"from": str(program), "id": str(id_there)}:
                updated = imported.get("updated")
                yield Origin(program, id_there), updated if isinstance(updated, float) else 0.0
        imported = imported.get("before")


def is_log(first_line: bytes) -> bool:
    """Return whether a file with this first line is one of chinwag's log files, not an export on one line."""
    try:
        return isinstance(parse(first_line), Header) and b'"kind"' not in first_line
    except ValueError:
        return False


def read_log(lines: Iterable[bytes]) -> OpenedConversation | None:
    """Return the conversation in the lines of a log file; `None` if they hold something else.

    StoreError for a file of a newer version.
    """
    changes: dict[tuple[str, str], list[Line]] = {}
    damaged = 0
    for data in lines:
        try:
            line = parse(data) if data.strip() else None
        except ValueError:
            damaged += 1
            continue
        if isinstance(line, Line):
            changes.setdefault((line.table, line.id), []).append(line)
        elif line is not None and line.format > FORMAT:
            raise StoreError(_(NEWER))
    meta: Doc | None = None
    messages: Docs = {}
    for (table, doc_id), found in changes.items():
        doc = resolve(found).doc
        if table == META:
            meta = doc
        elif table == MESSAGES and doc is not None:
            messages[doc_id] = doc
    if meta is None and not messages:
        return None
    if schema_of(meta) > SCHEMA:
        raise StoreError(_(NEWER))
    return OpenedConversation(decode_conversation("", meta, messages), damaged_lines=damaged)


def _origins_in(path: Path) -> Iterator[tuple[Origin, float]]:
    with path.open("rb") as file:
        for data in file:
            if f'"{IMPORTED}"'.encode() not in data:  # much cheaper than parsing each line
                continue
            with suppress(ValueError):
                line = parse(data)
                if isinstance(line, Line) and line.table == META and line.doc is not None:
                    yield from origins_of(line.doc.get(IMPORTED))


def _log_files(place: Path) -> list[Path]:
    """Return the files with content: a save on a full disk leaves an empty one."""
    found: list[Path] = []
    for path in sorted(place.glob(f"*{SUFFIX}")):
        with suppress(FileNotFoundError):  # just moved away
            if path.stat().st_size and not path.name.startswith("."):
                found.append(path)
    return found
