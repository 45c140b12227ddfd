"""Reads the end of a long conversation first, to show while all of it is being read. Blocking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from tui.domain.chat import Conversation
from tui.store import files
from tui.store.codec import SCHEMA, Doc, Docs, decode_conversation, schema_of
from tui.store.indexing import MESSAGES, META
from tui.store.lines import Line, parse

LONG = 1 << 20
"""Bytes of a file from which reading its end first is worthwhile."""
END = 1 << 18
"""Bytes that are read at the end."""
BEGINNING = 1 << 14
"""Bytes that are read at the beginning, where the conversation's own fields are after compaction."""
ENOUGH = 20
"""Messages that fill any screen."""


def read_end(path: Path, conversation_id: str) -> Conversation | None:
    """Return the last messages of a conversation; `None` if it is short, or its end alone is not enough.

    Earlier messages are missing, so this is for showing only. OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < LONG:
            return None
        file.seek(0)
        head = file.read(BEGINNING)
        file.seek(size - END)
        file.readline()
        return _decode(conversation_id, head, file)


def _decode(conversation_id: str, head: bytes, end: IO[bytes]) -> Conversation | None:
    found: dict[str, tuple[int, Doc | None]] = {}
    meta: tuple[int, Doc | None] = (0, None)
    for line in _lines([*head.split(b"\n")[:-1]]):
        if line.table == META and line.rev > meta[0]:
            meta = line.rev, line.doc
    for line in _lines(files.lines(end)):
        if line.table == META:
            meta = _after(line, *meta)
        elif line.table == MESSAGES:
            found[line.id] = _after(line, *found.get(line.id, (0, None)))
    if meta[1] is None or schema_of(meta[1]) != SCHEMA:
        return None
    branch = _branch(
        meta[1].get("leaf"), {message_id: doc for message_id, (_rev, doc) in found.items() if doc is not None}
    )
    return decode_conversation(conversation_id, meta[1], branch) if len(branch) >= ENOUGH else None


def _lines(data: Iterable[bytes]) -> Iterator[Line]:
    for each in data:
        with suppress(ValueError):  # damaged, or cut
            line = parse(each)
            if isinstance(line, Line):
                yield line


def _after(line: Line, rev: int, doc: Doc | None) -> tuple[int, Doc | None]:
    """Return a document after one more line; without content if its beginning is not known."""
    if line.rev <= rev:
        return rev, doc
    if line.grow is None:
        return line.rev, line.doc
    return line.rev, line.grown(doc) if line.rev == rev + 1 else None


def _branch(leaf: object, messages: Docs) -> Docs:
    """Return the messages from the leaf upwards, as far as they are known; the first has no parent."""
    branch: Docs = {}
    at = leaf
    while isinstance(at, str) and at not in branch and (doc := messages.get(at)) is not None:
        branch[at] = doc
        at = doc.get("parent_id")
    if branch and isinstance(at, str):
        first = next(reversed(branch))
        branch[first] = {**branch[first], "parent_id": None}
    return branch
