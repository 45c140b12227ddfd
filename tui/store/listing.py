"""The list of all conversations and the search in them, kept up to date with the files."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.domain.errors import StoreError
from tui.domain.search import Query, SearchHit
from tui.store.folder import DataFolder
from tui.store.index_threads import IndexThreads

if TYPE_CHECKING:
    from tui.store.entries import Entry, SaveResult
    from tui.store.file_states import FolderChanges
    from tui.store.index import IndexWriter
    from tui.store.indexing import Indexer
    from tui.store.searching import IndexReader

T = TypeVar("T")

CHECK_ANYWAY = 60.0
"""Seconds after which all files are checked without a sign of changes: other programs may write in place."""

AT_ONCE = 50
"""Files that `refresh` waits for; more are read in the background."""

FIRST_SECONDS = 0.3
"""How long the first list of a new index is waited for."""

REST = 1.0
"""How long background work rests, as a multiple of its last slice: keys and saves come first."""


class Listing:
    """Lists and searches, with an index that is derived from the files."""

    def __init__(self, folder: DataFolder, cache: Path) -> None:
        self._folder = folder
        self._threads = IndexThreads(folder, cache, self._opened)
        self._indexer: Indexer
        self._growing: dict[str, str] = {}
        """Signatures of the files in which a reply is growing here: they are indexed when it has ended."""
        self._puts: set[asyncio.Task[None]] = set()
        self._background: asyncio.Task[None] | None = None
        self._found = 0
        """Files at the start of the present background work."""
        self._last_changes: FolderChanges | None = None
        self._checked = 0.0
        self._version = -1
        self._changed = False
        self._searches = 0

    async def start(self) -> None:
        """Open the index. May be called again."""
        await self._threads.start()

    async def close(self) -> None:
        """Stop reading files, index what was saved, and close the index."""
        if self._background is not None:
            self._background.cancel()
            await asyncio.wait([self._background])
        if self._threads.started:
            with suppress(StoreError):  # it could not be opened, which was reported
                await self._flush_saves()
        await self._threads.close()

    @property
    def indexing(self) -> tuple[int, int] | None:
        """Files read, and of how many, while many are being read."""
        if self._background is None or self._background.done():
            return None
        return self._found - self._indexer.waiting, self._found

    async def query(self, work: Callable[[IndexReader], T]) -> T:
        """Return what `work` reads from the index, which then knows everything saved so far."""
        await self._flush_saves()
        return await self._threads.read(work)

    async def search(self, limit: int, query: Query) -> list[SearchHit]:
        """Return messages that have all terms, the newest first. A later search cancels this one, which then finds
        nothing."""
        await self._flush_saves()
        self._searches += 1
        mine = self._searches
        self._threads.interrupt()

        def run(reader: IndexReader) -> list[SearchHit]:
            try:
                return list(reader.search(limit, query, lambda: mine == self._searches))
            except sqlite3.OperationalError:
                if mine == self._searches:
                    raise
                return []

        try:
            return await self._threads.read(run)
        except asyncio.CancelledError:
            if mine == self._searches:  # nobody waits for it, but the next query would
                self._searches += 1
                self._threads.interrupt()
            raise

    def apply_save(self, conversation_id: str, result: SaveResult) -> None:
        """Index what was just saved; the list shows it from the next query on."""
        entry = result.entry
        if entry is None:
            self._growing[conversation_id] = result.after
        else:
            self._growing.pop(conversation_id, None)
            self._put(lambda writer: writer.put_saved(entry, result.listed))

    def put(self, entry: Entry | None) -> None:
        """Index a conversation as read from its file; `None` for a file without content."""
        if entry is not None:
            self._put(lambda writer: writer.put([entry]))

    async def refresh(self, *, thoroughly: bool = False) -> bool:
        """Check for changes made by others, and return whether the list may have changed since the last call.

        Cheap if nothing has changed. `thoroughly` checks every file, whatever the folders' times say.
        """
        await self.start()
        await self._flush_saves()
        await self._threads.write(lambda index: self._check_files(index, thoroughly=thoroughly))
        if self._indexer.waiting and (self._background is None or self._background.done()):
            self._found = self._indexer.waiting
            self._background = asyncio.create_task(self._read_files(), name="index")
        if self._background is not None and not self._background.done() and self._found <= AT_ONCE:
            await asyncio.wait([self._background])
        changed, self._changed = self._changed, False
        return changed

    async def complete(self) -> None:
        """Wait until the index knows every file."""
        await self.refresh(thoroughly=True)
        if self._background is not None:
            await asyncio.wait([self._background])

    # In the background

    async def _read_files(self) -> None:
        while self._indexer.waiting:
            began = time.monotonic()
            try:
                await self._threads.write(self._indexer.read_some)
            except StoreError:  # the folder cannot be read, which is reported elsewhere; the next check tries again
                self._last_changes = None
                return
            self._changed = True
            if self._found > AT_ONCE:
                await asyncio.sleep((time.monotonic() - began) * REST)

    def _put(self, work: Callable[[IndexWriter], None]) -> None:
        async def put() -> None:
            with suppress(StoreError):  # it was saved, and is indexed at the next check
                await self._threads.write(work)

        task = asyncio.create_task(put(), name="put")
        self._puts.add(task)
        task.add_done_callback(self._puts.discard)

    async def _flush_saves(self) -> None:
        """Wait until everything saved so far is indexed."""
        await self.start()
        if self._puts:
            await asyncio.wait(set(self._puts))

    # In the thread that writes

    def _opened(self, index: IndexWriter) -> None:
        """Prepare for an index that was opened. If it is empty, index what can be read at once, so that there is a
        list."""
        from tui.store.indexing import Indexer

        self._indexer = Indexer(self._folder)
        self._last_changes, self._version = None, index.data_version()
        if index.is_empty():
            until = time.monotonic() + FIRST_SECONDS
            self._changed = self._indexer.check_files(index, self._growing) or self._indexer.waiting > 0
            while self._indexer.waiting and time.monotonic() < until:
                self._indexer.read_some(index)

    def _check_files(self, index: IndexWriter, *, thoroughly: bool) -> None:
        from tui.store import file_states

        version = index.data_version()
        if version != self._version:
            self._version, self._changed = version, True
        now, changes = time.monotonic(), file_states.folder_changes(self._folder)
        if thoroughly or changes != self._last_changes or now - self._checked > CHECK_ANYWAY:
            self._last_changes, self._checked = changes, now
            if self._indexer.check_files(index, self._growing):
                self._changed = True
