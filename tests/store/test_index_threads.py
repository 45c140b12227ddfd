"""The threads of the index: nothing is closed while it is in use."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from tests.fakes import until
from tui.domain.search import Query
from tui.store.folder import DataFolder
from tui.store.index_threads import IndexThreads
from tui.store.searching import IndexReader


async def test_a_query_that_is_running_ends_before_its_connection_is_closed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    await folder.start()
    threads = IndexThreads(folder, tmp_path / "cache", lambda _writer: None)
    running, go_on = threading.Event(), threading.Event()

    def slow(reader: IndexReader) -> int:
        running.set()
        assert go_on.wait(20)
        return reader.count(Query())

    query = asyncio.ensure_future(threads.read(slow))
    await until(running.is_set)
    closing = asyncio.ensure_future(threads.close())
    done, _pending = await asyncio.wait([closing], timeout=0.2)
    assert not done  # it waits for the query
    go_on.set()
    assert await query == 0
    await closing
    await folder.close()
