"""What earlier versions wrote is read, continued and saved. `released/` holds a folder of each."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tui.domain.chat import ChatMessage, Role
from tui.store import codec, library, lines
from tui.store.conversations import ConversationStore
from tui.store.drafts import Drafts
from tui.store.history import PromptHistory

RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted(path.name for path in RELEASED.iterdir() if path.is_dir())


def expected(version: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RELEASED / version / "expected.json").read_text("utf-8"))
    return found


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def store(version: str, tmp_path: Path) -> AsyncIterator[ConversationStore]:
    shutil.copytree(RELEASED / version / "data", tmp_path / "data")
    store = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await store.start()
    yield store
    await store.close()


def differences(before: Any, now: Any, at: str = "") -> list[str]:
    """Where `now` lacks something of `before`, or says it otherwise; it may say more."""
    if isinstance(before, dict) and isinstance(now, dict):
        return [each for key in before for each in differences(before[key], now.get(key), f"{at}.{key}")]
    return [] if before == now else [f"{at}: {before!r} became {now!r}"]


async def read(store: ConversationStore, conversation_id: str) -> dict[str, Any]:
    """A conversation as plain values."""
    found: dict[str, Any] = json.loads(json.dumps(asdict((await store.load(conversation_id)).conversation)))
    return found


async def test_all_of_it_is_read(store: ConversationStore, version: str) -> None:
    want = expected(version)
    assert want["conversations"]
    for talk in want["conversations"]:
        assert differences(talk, await read(store, talk["id"])) == []
        opened = await store.load(talk["id"])
        assert (opened.damaged_lines, opened.read_only, opened.growing) == (0, False, frozenset())
    listed = {row.id for row in await store.recent()}
    assert listed == {talk["id"] for talk in want["conversations"]} - set(want["trashed"])
    assert (await PromptHistory(store.folder).recent())[::-1] == want["prompts"]
    drafts = Drafts(store.folder, PromptHistory(store.folder))
    assert {key: (await drafts.get(key)).text for key in want["drafts"]} == want["drafts"]


async def test_all_of_it_can_be_continued_and_saved(store: ConversationStore, version: str, tmp_path: Path) -> None:
    talks = expected(version)["conversations"]
    for talk in talks:
        conversation = (await store.load(talk["id"])).conversation
        added = conversation.add(ChatMessage(Role.USER, "And now?"))
        await store.save(conversation, added)
        await store.rename(talk["id"], "Renamed")
        talk |= {"title": "Renamed", "leaf": added.id, "updated": conversation.updated}
        talk["messages"][added.id] = {"content": "And now?"}
    await store.close()
    later = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await later.start()
    for talk in talks:
        assert differences(talk, await read(later, talk["id"])) == []
    await later.close()


async def test_fields_of_a_newer_version_are_kept(store: ConversationStore, version: str, tmp_path: Path) -> None:
    talk = expected(version)["conversations"][0]
    path = tmp_path / "data" / "conversations" / f"{talk['id']}.jsonl"
    stored = [json.loads(line) for line in path.read_bytes().splitlines()]
    last = [next(line for line in reversed(stored) if line.get("table") == name) for name in ("meta", "messages")]
    with path.open("a", encoding="utf-8") as file:
        for line in last:
            file.write(json.dumps({**line, "rev": line["rev"] + 1, "doc": {**line["doc"], "later": [1]}}) + "\n")
    conversation = (await store.load(talk["id"])).conversation
    conversation.title = "Changed"
    changed = conversation.messages[last[1]["id"]]
    changed.content = "changed"
    await store.save(conversation, changed)
    documents = library.LogDatabase(path, store.folder.lock)
    meta, message = documents.get_one("meta", "meta"), documents.get_one("messages", changed.id)
    assert meta is not None
    assert (meta["title"], meta["later"]) == ("Changed", [1])
    assert message is not None
    assert (message["content"], message["later"]) == ("changed", [1])


async def test_a_migration_is_made_in_memory_and_kept_with_the_next_save(
    store: ConversationStore, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = expected(version)["conversations"][0]
    path = tmp_path / "data" / "conversations" / f"{talk['id']}.jsonl"
    with path.open("a", encoding="utf-8") as file:  # a field that nobody knows any more, or not yet
        line = next(json.loads(each) for each in reversed(path.read_bytes().splitlines()) if b'"meta"' in each)
        file.write(json.dumps({**line, "rev": line["rev"] + 1, "doc": {**line["doc"], "colour": "red"}}) + "\n")
    old, shape = path.read_bytes(), codec.SCHEMA

    def shout(meta: codec.Doc, messages: codec.Docs) -> tuple[codec.Doc, codec.Docs]:
        louder = {key: {**doc, "content": doc["content"].upper()} for key, doc in messages.items()}
        return {**meta, "title": meta["title"].upper(), "migrated": True}, louder

    for module in (codec, library):
        monkeypatch.setattr(module, "SCHEMA", shape + 1)
    monkeypatch.setitem(codec.MIGRATIONS, shape, shout)
    conversation = (await store.load(talk["id"])).conversation
    assert conversation.title == talk["title"].upper()
    assert {m.content for m in conversation.messages.values()} == {
        m["content"].upper() for m in talk["messages"].values()
    }
    assert path.read_bytes() == old
    added = conversation.add(ChatMessage(Role.USER, "more"))
    await store.save(conversation, added)
    assert [copy.read_bytes() for copy in (tmp_path / "data" / "quarantine").iterdir()] == [old]
    documents = library.LogDatabase(path, store.folder.lock)
    meta = documents.get_one("meta", "meta")
    assert meta is not None
    assert (meta["schema"], meta["colour"], meta["migrated"]) == (shape + 1, "red", True)
    assert documents.get_all("messages").keys() == {*talk["messages"], added.id}
    await store.save(conversation, conversation.add(ChatMessage(Role.USER, "once more")))
    assert len(list((tmp_path / "data" / "quarantine").iterdir())) == 1


def test_every_shape_and_format_has_a_folder_and_a_way_to_the_present_one() -> None:
    """A change of either needs `python -m tests.store.make_released`, and a change of the shape a migration."""
    known = {(expected(version)["format"], expected(version)["schema"]) for version in VERSIONS}
    assert (lines.FORMAT, codec.SCHEMA) in known
    assert set(range(1, codec.SCHEMA)) <= codec.MIGRATIONS.keys()
    assert {schema for _format, schema in known} == set(range(1, codec.SCHEMA + 1))
