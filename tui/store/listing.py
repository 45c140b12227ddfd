"""The list of all conversations and the search in them, kept up to date with the files."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.domain.chat import ConversationSummary
from tui.domain.errors import StoreError
from tui.domain.search import Query, SearchHit
from tui.domain.words import _
from tui.store.folder import CLOSING, DataFolder

if TYPE_CHECKING:
    from tui.store.entries import Entry, Written
    from tui.store.file_states import News
    from tui.store.index import IndexWriter
    from tui.store.indexing import Indexer
    from tui.store.searching import IndexReader

T = TypeVar("T")

LOOK_ANYWAY = 60.0
"""Seconds after which all files are looked at though nothing tells of news: other programs may write in place."""

AT_ONCE = 50
"""Files that a look round waits for; more are read in the background."""

FIRST_SECONDS = 0.3
"""How long the first list of a new index is waited for."""

REST = 1.0
"""Times as long as a slice took, the background work rests after it: keys and saves come first."""

INTERRUPTIONS = 3
"""How often a question is asked again that was cut off by a search meant for another."""

_NICENESS = 5


class Listing:
    """Lists and searches by an index that is derived from the files, and made anew when it is missing or fails.

    The index is changed in one thread and read in another, so that neither a save nor a search waits for the other. Where
    it can only be kept in memory, both are the same thread.
    """

    def __init__(self, folder: DataFolder, cache: Path) -> None:
        self._folder = folder
        self._cache = cache
        self._writing = ThreadPoolExecutor(1, "index", initializer=_be_nice)
        self._reading = ThreadPoolExecutor(1, "search")
        self._in_file = True
        """There are two connections, and other windows see the index."""
        self._path: Path
        self._writer: IndexWriter
        self._reader: IndexReader
        self._connections: list[sqlite3.Connection] = []
        self._indexer: Indexer
        self._started: asyncio.Future[None] | None = None
        self._growing: dict[str, str] = {}
        """Signatures of the files in which a reply is growing here: it is taken in when it has ended."""
        self._puts: set[asyncio.Task[None]] = set()
        self._background: asyncio.Task[None] | None = None
        self._found = 0
        """Files that the present background work began with."""
        self._news: News | None = None
        self._looked = 0.0
        self._version = -1
        self._changed = False
        self._searches = 0
        self._closed = False

    async def start(self) -> None:
        """Open the index. May be called again."""
        if self._closed:
            raise StoreError(CLOSING)
        if self._started is None or _has_failed(self._started):
            self._started = asyncio.ensure_future(self._run_writing(self._open))
        await asyncio.shield(self._started)

    async def close(self) -> None:
        """Stop reading files, write what was saved, and close the index. May be called twice."""
        if self._closed:
            return
        if self._background is not None:
            self._background.cancel()
            await asyncio.wait([self._background])
        if self._started is not None:
            with suppress(StoreError):  # it could not be opened, which was said
                await self._settle()
        self._closed = True
        if self._started is not None:
            await asyncio.get_running_loop().run_in_executor(self._writing, self._close_connections)
        self._writing.shutdown(wait=False)
        self._reading.shutdown(wait=False)

    @property
    def indexing(self) -> tuple[int, int] | None:
        """Files read, of how many, while many are being read."""
        if self._background is None or self._background.done():
            return None
        return self._found - self._indexer.waiting, self._found

    async def recent(self, limit: int, skip: int, query: Query) -> list[ConversationSummary]:
        """Pinned conversations, then the newest, whose title has all terms."""
        await self._settle()
        return await self._read(lambda reader: reader.recent(limit, skip, query))

    async def count(self, query: Query) -> int:
        """How many conversations there are of that kind."""
        await self._settle()
        return await self._read(lambda reader: reader.count(query))

    async def search(self, limit: int, query: Query) -> list[SearchHit]:
        """Messages that have all terms, the newest first. A later search ends this one, which then finds nothing."""
        await self._settle()
        self._searches += 1
        mine = self._searches
        if self._in_file:
            self._reader.interrupt()

        def look(reader: IndexReader) -> list[SearchHit]:
            try:
                return list(reader.search(limit, query, lambda: mine == self._searches))
            except sqlite3.OperationalError:
                if mine == self._searches:
                    raise
                return []

        try:
            return await self._read(look)
        except asyncio.CancelledError:
            if mine == self._searches:  # nobody waits for it, and what is asked next would have to
                self._searches += 1
                if self._in_file:
                    self._reader.interrupt()
            raise

    def take_in(self, conversation_id: str, written: Written) -> None:
        """Take in what was just saved; the list shows it from the next question on."""
        entry = written.entry
        if entry is None:
            self._growing[conversation_id] = written.after
        else:
            self._growing.pop(conversation_id, None)
            self._put(lambda writer: writer.put_saved(entry, written.listed))

    def put(self, entry: Entry | None) -> None:
        """Take in a conversation as it was read from its file; `None` for one that nothing was ever written to."""
        if entry is not None:
            self._put(lambda writer: writer.put([entry]))

    async def refresh(self, *, thoroughly: bool = False) -> bool:
        """Look for what others have changed; whether the list may look different since the last call.

        Cheap while nothing has changed. `thoroughly` looks at every file, whatever the signs say.
        """
        await self.start()
        await self._settle()
        await self._write(lambda _writer: self._look(thoroughly=thoroughly))
        if self._indexer.waiting and (self._background is None or self._background.done()):
            self._found = self._indexer.waiting
            self._background = asyncio.create_task(self._read_files(), name="index")
        if self._background is not None and not self._background.done() and self._found <= AT_ONCE:
            await asyncio.wait([self._background])
        changed, self._changed = self._changed, False
        return changed

    async def complete(self) -> None:
        """Until the index knows every file."""
        await self.refresh(thoroughly=True)
        if self._background is not None:
            await asyncio.wait([self._background])

    # In the background

    async def _read_files(self) -> None:
        while self._indexer.waiting:
            began = time.monotonic()
            try:
                await self._write(self._indexer.read_some)
            except StoreError:  # the folder cannot be read, which is said elsewhere; the next look tries again
                self._news = None
                return
            self._changed = True
            if self._found > AT_ONCE:
                await asyncio.sleep((time.monotonic() - began) * REST)

    def _put(self, work: Callable[[IndexWriter], None]) -> None:
        async def put() -> None:
            with suppress(StoreError):  # it was saved, and is taken in at the next look
                await self._write(work)

        task = asyncio.create_task(put(), name="put")
        self._puts.add(task)
        task.add_done_callback(self._puts.discard)

    async def _settle(self) -> None:
        """Until everything saved so far is in the index."""
        await self.start()
        if self._puts:
            await asyncio.wait(set(self._puts))

    # In the threads

    async def _write(self, work: Callable[[IndexWriter], T]) -> T:
        await self.start()

        def change() -> T:
            try:
                return work(self._writer)
            except sqlite3.Error as error:
                self._begin_anew(error)
                return work(self._writer)

        try:
            return await self._run_writing(change)
        except sqlite3.Error as error:
            raise _failing(error) from error

    async def _read(self, work: Callable[[IndexReader], T]) -> T:
        await self.start()
        reader = self._reader
        for _attempt in range(INTERRUPTIONS):
            try:
                return await self._run_reading(lambda: work(reader))
            except sqlite3.Error as error:
                failure = error
                if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                    break  # else it was meant for the search before this
        try:
            await self._run_writing(lambda: self._begin_anew(failure) if reader is self._reader else None)
            return await self._run_reading(lambda: work(self._reader))
        except sqlite3.Error as error:
            raise _failing(error) from error

    async def _run_writing(self, work: Callable[[], T]) -> T:
        return await self._run_in(self._writing, work)

    async def _run_reading(self, work: Callable[[], T]) -> T:
        return await self._run_in(self._reading if self._in_file else self._writing, work)

    async def _run_in(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._closed:  # between two steps of a question
            raise StoreError(CLOSING)
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except OSError as error:
            raise self._folder.explain(error) from error

    def _open(self) -> None:
        from tui.store.index import index_path

        if not self._connections:
            self._path = index_path(self._cache, self._folder.path)
            self._connect(self._path)
        if self._writer.is_empty():
            self._read_first()

    def _connect(self, path: Path | None) -> None:
        from tui.store.index import IndexWriter, connect, is_in_memory, open_index
        from tui.store.indexing import Indexer
        from tui.store.searching import IndexReader

        writing = open_index(path)
        self._in_file = not is_in_memory(writing)
        reading = connect(path) if self._in_file else writing
        self._connections = [writing, reading]
        self._writer, self._reader = IndexWriter(writing), IndexReader(reading, self._folder)
        self._indexer = Indexer(self._folder)
        self._news, self._version = None, self._writer.data_version()

    def _begin_anew(self, error: sqlite3.Error) -> None:
        """The index cannot be used: nothing in it is precious. In memory, where the trouble is that of the disk."""
        from tui.store.index import remove_index

        writing, reading = self._connections
        with suppress(sqlite3.Error):
            writing.close()
        if self._in_file:
            self._reader.interrupt()
            # Waited for: the last connection to close takes its files along, and they would be the new ones by then.
            self._reading.submit(reading.close).result()
        of_the_disk = isinstance(error, sqlite3.OperationalError)
        if not of_the_disk:
            with suppress(OSError):
                remove_index(self._path)
        self._connect(None if of_the_disk else self._path)
        self._read_first()

    def _read_first(self) -> None:
        """Read what can be read in a moment, the newest first, so that the list is not empty until the next look."""
        until = time.monotonic() + FIRST_SECONDS
        self._changed = self._indexer.look(self._writer, self._growing) or self._indexer.waiting > 0
        while self._indexer.waiting and time.monotonic() < until:
            self._indexer.read_some(self._writer)

    def _look(self, *, thoroughly: bool) -> None:
        from tui.store import file_states

        version = self._writer.data_version()
        if version != self._version:
            self._version, self._changed = version, True
        now, news = time.monotonic(), file_states.news(self._folder)
        if thoroughly or news != self._news or now - self._looked > LOOK_ANYWAY:
            self._news, self._looked = news, now
            if self._indexer.look(self._writer, self._growing):
                self._changed = True

    def _close_connections(self) -> None:
        for connection in self._connections:
            with suppress(sqlite3.Error):
                connection.close()


def _failing(error: sqlite3.Error) -> StoreError:
    said = _("The list of conversations cannot be made: {reason}. What you write is saved all the same.")
    return StoreError(said.format(reason=error))


def _has_failed(done: asyncio.Future[None]) -> bool:
    return done.done() and (done.cancelled() or done.exception() is not None)


def _be_nice() -> None:
    """Let everything else on this machine go first, where a single thread can be told to."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
