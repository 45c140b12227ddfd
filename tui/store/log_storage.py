"""A TinyDB storage that appends changes instead of rewriting the file. See `lines` for the format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import IO

from filelock import BaseFileLock
from tinydb.storages import Storage

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.store import files
from tui.store.lines import FORMAT, Doc, Header, Line, Resolved, growth, header, parse, resolve

Tables = dict[str, dict[str, Doc]]
Key = tuple[str, str]

SMALL = 100
"""Outdated lines that do not matter."""

ROOM = 1 << 20
"""Bytes of outdated lines that do not matter."""

_TAIL = 64


class LogStorage(Storage):
    """One file of changed documents, newest last.

    * `write` returns only when the change is on disk, and a write that fails leaves the file as it was (OSError).
    * A damaged line costs that line only; a torn last line was never acknowledged and is ignored.
    * Several processes may use the file: writers take the lock, readers need none, and each sees at its next read
      what the others wrote. Of two changes to one document the later wins.
    * One thread for each object. Lists and dicts inside a document that was read must not be changed in place.
    """

    def __init__(self, path: Path, lock: BaseFileLock) -> None:
        self.path = path
        self.written = False
        """Whether this object has changed the file."""
        self._lock = lock
        self._held_back = False
        self._view: Tables | None = None
        """The tables that TinyDB reads and changes. The documents in them are those of `_saved`."""
        self._forget()

    # TinyDB's interface

    def read(self) -> Tables | None:
        """Return all tables, as the file has them now."""
        if not self._held_back:
            self._catch_up()
        if self._view is None:
            self._view = {table: dict(docs) for table, docs in self._saved.items()}
        return self._view or None

    def write(self, data: Tables) -> None:
        """Append the documents in which `data` differs from what was read. StoreError for a file of a newer format."""
        if self._held_back:
            self._view = data  # `together` writes it at its end
            return
        changes = list(self._changes(data))
        if not changes:
            return
        try:
            with self._lock:
                self._catch_up()  # another process may have written
                self._append(b"".join(self._line(*change).encode() for change in changes))
            self._catch_up()  # read our own lines back the same way
        except BaseException:
            self._view = None  # drop what was not written
            raise

    # Beyond TinyDB

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all changes made inside at once: either all of them are saved, or none. May be nested."""
        if self._held_back:
            yield
            return
        self.read()
        self._held_back = True
        try:
            yield
        except BaseException:
            self._view = None
            raise
        finally:
            self._held_back = False
        if self._view is not None:
            self.write(self._view)

    @property
    def newer(self) -> bool:
        """Whether a newer version wrote the file, so that it may only be read."""
        return self._format > FORMAT

    @property
    def damaged_lines(self) -> int:
        """Lines inside the file that could not be read."""
        return 0 if self.newer else self._damaged

    @property
    def wasteful(self) -> bool:
        """Whether most of the file is outdated, in lines or in bytes: a few lines may be long."""
        many = self._lines > SMALL + 2 * len(self._revs)
        return not self.newer and (many or self._offset > ROOM + 2 * sum(self._sizes.values()))

    def compact(self, quarantine: Path, *, keep_deletions: bool = True) -> None:
        """Rewrite the file with one line for each document. A file with damaged lines is copied to `quarantine` first.

        Deletions are kept by default: joining a copy of the file later must not restore deleted documents.
        """
        with self._lock:
            self._catch_up()
            if self.newer or self._identity is None:
                return
            if self._damaged:
                self.copy_to(quarantine)
            files.replace(self.path, header() + b"".join(line.encode() for line in self._shortest(keep_deletions)))

    def copy_to(self, folder: Path) -> Path:
        """Copy the file, as it is, into a folder and return the copy's path."""
        files.private_folder(folder)
        copy = folder / f"{self.path.stem}-{token_hex(4)}.jsonl"
        files.write_new(copy, self.path.read_bytes())
        files.sync_folder(folder)
        return copy

    def release(self) -> None:
        """Free the memory in small steps: freeing a large structure at once would block all other threads."""
        for tables in (self._saved, self._view or {}):
            for docs in tables.values():
                while docs:
                    docs.popitem()
        self._forget()

    # From the file into memory

    def _forget(self) -> None:
        self._identity: tuple[int, bytes] | None = None
        self._offset = 0
        self._tail = b""  # the last bytes before the offset
        self._format = FORMAT
        self._lines = 0
        self._damaged = 0
        self._saved: Tables = {}  # what the file says; never returned
        self._view = None
        self._sizes: dict[Key, int] = {}  # bytes of the lines that are not outdated
        self._revs: dict[Key, int] = {}  # the greatest revision, also of deleted documents
        self._tangled: dict[Key, Resolved] = {}  # documents with conflicting or missing lines

    def _catch_up(self) -> None:
        """Read the lines added since the last time, by this process or another."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            self._forget()
            return
        with file:
            try:
                self._read_on(file)
            except BaseException:
                self._forget()  # a partial state is worse than none
                raise

    def _read_on(self, file: IO[bytes]) -> None:
        identity = (os.fstat(file.fileno()).st_ino, file.readline(200))
        file.seek(self._offset - len(self._tail))
        if identity != self._identity or file.read(len(self._tail)) != self._tail:
            self._forget()  # compacted, replaced, or rolled back by another process
            self._identity = identity
            file.seek(0)
        unresolved: set[Key] = set()
        for data in files.lines(file):
            try:
                line = parse(data) if data.strip() else None
            except ValueError:
                if not data.endswith(b"\n"):
                    break  # incomplete, or still being written: read it again next time
                self._damaged += 1
            else:
                if isinstance(line, Header):
                    self._format = max(self._format, line.format)
                elif line is not None:
                    key = (line.table, line.id)
                    self._sizes[key] = len(data) + (0 if line.grow is None else self._sizes.get(key, 0))
                    if not self._take(line):
                        unresolved.add(key)
            self._offset += len(data)
            self._tail = data[-_TAIL:]
            self._lines += 1
        if unresolved:
            file.seek(0)
            self._resolve_all(unresolved, file.read(self._offset))

    def _take(self, line: Line) -> bool:
        """Apply a line that follows the earlier ones and return True; False if all lines of the document must be
        compared."""
        key = (line.table, line.id)
        seen = self._revs.get(key, 0)
        self._revs[key] = max(seen, line.rev)
        if line.grow is None and line.rev > seen:
            self._put(key, line.doc)
            self._tangled.pop(key, None)
            return True
        if line.rev == seen + 1 and key not in self._tangled:
            grown = line.grown(self._saved.get(line.table, {}).get(line.id))
            if grown is not None:
                self._put(key, grown)
                return True
        self._tangled.setdefault(key, Resolved(None, 0, []))
        return False

    def _resolve_all(self, keys: set[Key], data: bytes) -> None:
        lines: dict[Key, list[Line]] = {key: [] for key in keys}
        for part in data.split(b"\n"):
            with suppress(ValueError):
                line = parse(part)
                if isinstance(line, Line) and (key := (line.table, line.id)) in lines:
                    lines[key].append(line)
        for key, found in lines.items():
            self._tangled[key] = resolve(found)
            self._put(key, self._tangled[key].doc)

    def _put(self, key: Key, doc: Doc | None) -> None:
        table, doc_id = key
        for tables in (self._saved, self._view):
            if tables is None:
                continue
            if doc is None:
                tables.get(table, {}).pop(doc_id, None)
            else:
                tables.setdefault(table, {})[doc_id] = doc

    # From memory into the file

    def _changes(self, data: Tables) -> Iterator[tuple[str, str, Doc | None]]:
        """Yield the documents in which `data` differs from what was read."""
        for table in {**self._saved, **data}:
            old, new = self._saved.get(table, {}), data.get(table, {})
            for doc_id, doc in new.items():
                before = old.get(doc_id)
                if before is not doc and before != doc:
                    yield table, doc_id, doc
            for doc_id in old:
                if doc_id not in new:
                    yield table, doc_id, None

    def _line(self, table: str, doc_id: str, doc: Doc | None) -> Line:
        """Return the shortest line for `doc`: often only the added text."""
        key = (table, doc_id)
        rev = self._revs.get(key, 0) + 1
        more = None if key in self._tangled else growth(self._saved.get(table, {}).get(doc_id), doc)
        return Line(table, doc_id, rev, doc) if more is None else Line(table, doc_id, rev, grow=more)

    def _shortest(self, keep_deletions: bool) -> Iterator[Line]:
        for key, greatest in self._revs.items():
            table, doc_id = key
            doc = self._saved.get(table, {}).get(doc_id)
            _doc, rev, waiting = self._tangled.get(key) or Resolved(doc, greatest, [])
            if rev and (doc is not None or keep_deletions):
                yield Line(table, doc_id, rev, doc)
            yield from waiting

    def _append(self, data: bytes) -> None:
        """Add lines durably or not at all. The caller holds the lock."""
        if self.newer:
            raise StoreError(
                _(
                    "A newer version of chinwag wrote this file: it can be read, but not changed. Update chinwag to continue."
                )
            )
        with open(self.path, "ab+", buffering=0, opener=files.private) as file:
            size = file.seek(0, os.SEEK_END)
            if size == 0:
                data = header() + data
            else:
                file.seek(size - 1)
                if file.read(1) != b"\n":
                    data = b"\n" + data  # keep an incomplete line separate
            try:
                files.write_all(file, data)
            except BaseException:
                with suppress(OSError):
                    file.truncate(size)
                    if size == 0:
                        self.path.unlink()
                raise
        if size == 0:
            files.sync_folder(self.path.parent)
        self.written = True
