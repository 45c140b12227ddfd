"""The two threads of the search index: one writes, the other reads."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.store.folder import CLOSING, DataFolder

if TYPE_CHECKING:
    from tui.store.index import IndexWriter
    from tui.store.searching import IndexReader

T = TypeVar("T")

INTERRUPTIONS = 3
"""How often a query is repeated that was interrupted in place of another."""

_NICENESS = 5


class IndexThreads:
    """Opens the index, and rebuilds it when it fails: everything in it is derived.

    Reading and writing each have a connection and a thread, so that neither a save nor a search waits for the other.
    For an index in memory both are the same.
    """

    def __init__(self, folder: DataFolder, cache: Path, opened: Callable[[IndexWriter], None]) -> None:
        """`opened` is called in the writing thread, whenever an index was opened."""
        self._folder = folder
        self._cache = cache
        self._opened = opened
        self._writing = ThreadPoolExecutor(1, "index", initializer=_lower_priority)
        self._reading = ThreadPoolExecutor(1, "search")
        self._in_file = True
        """Whether there are two connections, and other windows share the index."""
        self._path: Path
        self._writer: IndexWriter
        self._reader: IndexReader
        self._connections: list[sqlite3.Connection] = []
        self._started: asyncio.Future[None] | None = None
        self._closed = False

    @property
    def started(self) -> bool:
        """Whether opening the index has begun."""
        return self._started is not None

    async def start(self) -> None:
        """Open the index. May be called again: a failed start is tried again."""
        if self._closed:
            raise StoreError(_(CLOSING))
        if self._started is None or _has_failed(self._started):
            self._started = asyncio.ensure_future(self._run(self._writing, self._open))
        await asyncio.shield(self._started)

    async def close(self) -> None:
        """Accept no more work, and close the index."""
        self._closed = True
        if self._started is not None:
            await asyncio.get_running_loop().run_in_executor(self._writing, self._close_connections)
        self._writing.shutdown(wait=False)
        self._reading.shutdown(wait=False)

    async def write(self, work: Callable[[IndexWriter], T]) -> T:
        """Change the index and return the result; StoreError if it fails a second time."""
        await self.start()

        def change() -> T:
            try:
                return work(self._writer)
            except sqlite3.Error as error:
                self._rebuild(error)
                return work(self._writer)

        try:
            return await self._run(self._writing, change)
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    async def read(self, work: Callable[[IndexReader], T]) -> T:
        """Query the index and return the result; StoreError if it fails a second time."""
        await self.start()
        reader = self._reader
        for _attempt in range(INTERRUPTIONS):
            try:
                return await self._run(self._reading_thread, lambda: work(reader))
            except sqlite3.Error as error:
                failure = error
                if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                    break  # otherwise it was meant for the previous search
        try:
            await self._run(self._writing, lambda: self._rebuild(failure) if reader is self._reader else None)
            return await self._run(self._reading_thread, lambda: work(self._reader))
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    def interrupt(self) -> None:
        """Make the running query end with sqlite3.OperationalError, if that affects nothing else."""
        if self._in_file:
            self._reader.interrupt()

    @property
    def _reading_thread(self) -> ThreadPoolExecutor:
        return self._reading if self._in_file else self._writing

    async def _run(self, thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._closed:  # between two steps of a query
            raise StoreError(_(CLOSING))
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, work)
        except OSError as error:
            raise self._folder.explain(error) from error

    def _open(self) -> None:
        from tui.store.index import index_path

        if not self._connections:
            self._path = index_path(self._cache, self._folder.path)
            self._connect(self._path)
        self._opened(self._writer)

    def _connect(self, path: Path | None) -> None:
        from tui.store.index import IndexWriter, connect, is_in_memory, open_index
        from tui.store.searching import IndexReader

        writing = open_index(path)
        self._in_file = not is_in_memory(writing)
        reading = connect(path) if self._in_file else writing
        self._connections = [writing, reading]
        self._writer, self._reader = IndexWriter(writing), IndexReader(reading, self._folder)

    def _rebuild(self, error: sqlite3.Error) -> None:
        """Rebuild the index, in memory if the disk is the cause."""
        from tui.store.index import remove_index

        with suppress(sqlite3.Error):
            self._connections[0].close()
        self._close_reading()  # waits: the last connection to close deletes its files, which would be the new ones then
        of_the_disk = isinstance(error, sqlite3.OperationalError)
        if not of_the_disk:
            with suppress(OSError):
                remove_index(self._path)
        self._connect(None if of_the_disk else self._path)
        self._opened(self._writer)

    def _close_connections(self) -> None:
        with suppress(sqlite3.Error):
            self._close_reading()
        for connection in self._connections:
            with suppress(sqlite3.Error):
                connection.close()

    def _close_reading(self) -> None:
        """Close the connection for reading in its thread: SQLite crashes when a query is running there meanwhile."""
        if self._in_file and self._connections:
            self._reader.interrupt()
            self._reading.submit(self._connections[1].close).result()


def _unavailable(error: sqlite3.Error) -> StoreError:
    said = _("The list of conversations is not available: {reason}. Your messages are still saved.")
    return StoreError(said.format(reason=error))


def _has_failed(done: asyncio.Future[None]) -> bool:
    return done.done() and (done.cancelled() or done.exception() is not None)


def _lower_priority() -> None:
    """Give this thread a lower priority, where single threads have one."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
