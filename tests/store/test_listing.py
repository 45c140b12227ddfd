"""The list and the search, where files and folders are not as they should be."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import until
from tests.store.conftest import OpenStore
from tests.store.test_conversations import streaming, talk, titles
from tui.domain.errors import StoreError
from tui.domain.search import parse_query
from tui.store import searching
from tui.store.conversations import ConversationStore
from tui.store.entries import Entry
from tui.store.folder import DataFolder
from tui.store.index import IndexWriter, index_path

ID = "019d00000000cafe00000001"


def write(path: Path, meta: dict[str, Any], message: dict[str, Any], message_id: str = "m1") -> None:
    lines = [
        {"chinwag": 1, "file": "x"},
        {"table": "meta", "id": "meta", "rev": 1, "doc": meta},
        {"table": "messages", "id": message_id, "rev": 1, "doc": {"role": "user", "content": "some words", **message}},
    ]
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.mark.parametrize(
    ("meta", "message", "message_id"),
    [
        ({"updated": 1e306}, {}, "m1"),
        ({}, {"created": 1e306}, "m1"),
        ({}, {"created": -1e306, "finished": 1e306}, "m1"),
        ({}, {}, "ffffffffffffcafe00000001"),
        ({"schema": 0}, {}, "m1"),
        ({"schema": -3}, {}, "m1"),
    ],
)
async def test_no_value_in_a_file_keeps_the_list_from_being_made(
    tmp_path: Path, meta: dict[str, Any], message: dict[str, Any], message_id: str
) -> None:
    write(tmp_path / "data" / "conversations" / f"{ID}.jsonl", {"title": "odd", **meta}, message, message_id)
    store = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await store.start()
    await store.complete()
    (row,) = await store.recent()
    (hit,) = await store.search(parse_query("words"))
    opened = (await store.load(ID)).conversation
    opened.title = "given"
    await store.save(opened)
    assert await titles(store) == ["given"]
    await store.close()
    latest = 253_370_764_800  # the year 9999: what comes later no calendar can show
    assert all(0 <= moment < latest for moment in (row.updated, hit.created, opened.created))


async def test_a_folder_that_cannot_be_listed_is_a_sentence_and_the_list_comes_once_it_can(
    ordinary_folder: Path,
) -> None:
    data, cache = ordinary_folder / "data", ordinary_folder / "cache"
    first = ConversationStore(data, cache)
    await first.start()
    await first.save(talk("Kept"))
    (data / "conversations").chmod(0)
    with pytest.raises(StoreError, match="No permission"):
        await first.refresh(thoroughly=True)
    await first.close()
    shutil.rmtree(cache)

    store = ConversationStore(data, cache)
    with pytest.raises(StoreError, match="No permission"):
        await store.start()
    with pytest.raises(StoreError, match="No permission"):
        await store.recent()
    (data / "conversations").chmod(0o700)
    assert await titles(store) == ["Kept"]
    await store.close()


async def test_closing_where_the_folder_cannot_be_listed_is_allowed(ordinary_folder: Path) -> None:
    folder = ordinary_folder / "data" / "conversations"
    folder.mkdir(parents=True)
    folder.chmod(0)
    store = ConversationStore(ordinary_folder / "data", ordinary_folder / "cache")
    with pytest.raises(StoreError, match="No permission"):
        await store.start()
    await store.close()


async def test_a_title_given_while_a_reply_grows_does_not_hide_its_words_after_a_kill(open_store: OpenStore) -> None:
    store = await open_store()
    conversation = talk()
    await store.save(conversation)
    reply = streaming(conversation)
    await store.save(conversation, reply)
    await store.recent()
    reply.content = "a zebra arrives"
    await store.save(conversation, reply)
    await store.rename(conversation.id, "Another title")
    assert await titles(store) == ["Another title"]

    after_the_kill = await open_store()
    await after_the_kill.complete()
    assert [hit.message_id for hit in await after_the_kill.search(parse_query("zebra"))] == [reply.id]


async def test_a_start_does_not_wait_for_another_window_that_writes_the_index(
    open_store: OpenStore, tmp_path: Path
) -> None:
    await (await open_store()).save(talk("Kept"))
    await (await open_store()).recent()
    busy = sqlite3.connect(index_path(tmp_path / "cache", tmp_path / "data"), isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    store = await open_store()
    busy.execute("ROLLBACK")
    busy.close()
    assert await titles(store) == ["Kept"]
    await store.save(talk("Written late"))  # giving up would end in an index of its own, in memory and without words
    await until(lambda: any(b"Written late" in file.read_bytes() for file in (tmp_path / "cache").iterdir()))


async def test_a_search_that_nobody_waits_for_any_more_reads_no_more_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("no folder")  # so that there is no index of words
    store = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await store.start()
    for n in range(5):
        await store.save(talk(f"Talk {n}"))
    await store.complete()
    read: list[str] = []
    go_on = threading.Event()
    read_entry = searching.read_entry

    def slowly(folder: DataFolder, conversation_id: str) -> Entry | None:
        read.append(conversation_id)
        go_on.wait(20)
        return read_entry(folder, conversation_id)

    monkeypatch.setattr(searching, "read_entry", slowly)
    search = asyncio.create_task(store.search(parse_query("nowhere")))
    await until(lambda: read)
    search.cancel()
    await asyncio.wait([search])
    go_on.set()
    assert len(await store.recent()) == 5
    assert len(read) == 1
    await store.close()


async def test_a_file_that_the_disk_tells_nothing_of_does_not_cost_the_others(
    store: ConversationStore, tmp_path: Path
) -> None:
    await store.save(talk("Kept"))
    (tmp_path / "data" / "conversations" / f"{ID}.jsonl").symlink_to(f"{ID}.jsonl")
    await store.complete()
    assert await titles(store) == ["Kept"]


async def test_an_index_that_fails_again_and_again_is_a_sentence_and_costs_no_save(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await open_store()
    conversation = talk("Kept")
    await first.save(conversation)

    def fail(*_: object) -> None:
        raise sqlite3.DatabaseError("malformed")

    with monkeypatch.context() as failing:
        failing.setattr(IndexWriter, "signatures", fail)
        with pytest.raises(StoreError, match="not available: malformed"):
            await first.refresh(thoroughly=True)
        conversation.title = "Changed"
        await first.save(conversation)
    await first.complete()
    assert await titles(first) == ["Changed"]
