"""Files into the store: recognised by what they hold, each conversation once, bad ones beside good ones."""

from __future__ import annotations

import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import full_disk
from tests.services.export.talks import rich_talk
from tests.services.export.test_json import shape
from tests.services.importing.exports import Export, message
from tui.domain.chat import ChatMessage, Conversation, Role
from tui.domain.errors import StoreError
from tui.services.export.saving import Format, save
from tui.services.importing.importer import Importer
from tui.services.importing.left_out import LeftOut
from tui.services.importing.report import Report
from tui.store.backup import write_backup
from tui.store.conversations import ConversationStore
from tui.store.origins import IMPORTED, conversation_ids

CLAUDE = {"uuid": "k", "name": "Claude's", "chat_messages": [message(1, "human", "Hello")]}
PLAIN = {"title": "Plain", "messages": [{"role": "user", "content": "Hey"}]}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ConversationStore]:
    opened = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await opened.start()
    yield opened
    await opened.close()


def chatgpt(title: str = "ChatGPT's", **more: Any) -> dict[str, Any]:
    export = Export(title=title, conversation_id=title, **more)
    return export.add("u", "root", "user", "Hi").add("a", "u", "assistant", "Yo").doc


def file(folder: Path, value: Any, name: str = "conversations.json") -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


async def take(store: ConversationStore, *paths: Path, again: bool = False) -> Report:
    return await Importer(store, again=again).run(paths)


async def talks(store: ConversationStore) -> list[Conversation]:
    ids = conversation_ids(store.folder)
    return [(await store.load(one)).conversation for one in ids]


async def titles(store: ConversationStore) -> list[str]:
    return sorted(talk.title for talk in await talks(store))


async def test_the_format_is_seen_in_the_content_even_of_each_entry(store: ConversationStore, tmp_path: Path) -> None:
    report = await take(store, file(tmp_path, [chatgpt(), CLAUDE, PLAIN, {"user": 1}, 7], "notes.txt"))
    assert await titles(store) == ["ChatGPT's", "Claude's", "Plain"]
    assert (report.conversations, report.messages) == (3, 4)
    assert report.left_out == {LeftOut.NO_CONVERSATION: 2}
    assert [row.title for row in await store.recent()] != []


async def test_folders_and_archives_are_read_and_other_files_in_them_passed_by(
    store: ConversationStore, tmp_path: Path
) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    file(tmp_path / "in" / "deep", PLAIN, "a.json")
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG")
    archive = tmp_path / "export.dat"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("x/conversations.json", "\ufeff" + json.dumps([chatgpt()]))
        packed.writestr("feedback.json", json.dumps([{"id": n} for n in range(50)]))
        packed.writestr("chat.html", "<html>")
        packed.writestr("__MACOSX/x/._conversations.json", b"\x00\x05")
    report = await take(store, tmp_path / "in", archive)
    assert await titles(store) == ["ChatGPT's", "Plain"]
    assert report.left_out == {LeftOut.OTHER_FILE: 1}
    assert report.failed == []


async def test_the_same_file_twice_is_skipped_unless_wanted_again(store: ConversationStore, tmp_path: Path) -> None:
    path = file(tmp_path, [chatgpt(), CLAUDE, PLAIN])
    assert (await take(store, path, path)).present == 3
    report = await take(store, path)
    assert (report.conversations, report.present, report.trashed, report.changed) == (0, 3, 0, 0)
    report = await take(store, path, again=True)
    assert (report.conversations, report.present) == (3, 0)
    assert len(await talks(store)) == 6


async def test_what_is_in_the_trash_or_changed_since_is_said(store: ConversationStore, tmp_path: Path) -> None:
    report = await take(store, file(tmp_path, [chatgpt("one"), chatgpt("two")]))
    await store.trash(report.ids[0])
    report = await take(store, file(tmp_path, [chatgpt("one"), chatgpt("two", update_time=1_800_000_000)]))
    assert (report.present, report.trashed, report.changed) == (2, 1, 1)


async def test_a_conversation_is_remembered_through_renames_and_new_messages(
    store: ConversationStore, tmp_path: Path
) -> None:
    path = file(tmp_path, chatgpt())
    (conversation_id,) = (await take(store, path)).ids
    await store.rename(conversation_id, "Mine now")
    talk = (await store.load(conversation_id)).conversation
    await store.save(talk, talk.add(ChatMessage(Role.USER, 'they say "imported" here')))
    assert (await take(store, path)).present == 1


async def test_an_export_goes_to_another_folder_once_and_not_back_into_its_own(
    store: ConversationStore, tmp_path: Path
) -> None:
    await take(store, file(tmp_path, chatgpt()))
    (talk,) = await talks(store)
    exported = save(talk, Format.JSON, tmp_path).path
    assert (await take(store, exported)).present == 1
    other = ConversationStore(tmp_path / "other", tmp_path / "other-cache")
    await other.start()
    try:
        assert (await take(other, exported)).conversations == 1
        assert (await take(other, exported)).present == 1
        assert (await take(other, tmp_path / "conversations.json")).present == 1, "it came from there in the end"
        (moved,) = await talks(other)
        assert moved.extra[IMPORTED]["from"] == "chinwag"
        assert moved.extra[IMPORTED]["before"]["from"] == "chatgpt"
    finally:
        await other.close()


async def test_a_conversation_moves_house_whole(store: ConversationStore, tmp_path: Path) -> None:
    talk = rich_talk()
    path = save(talk, Format.JSON, tmp_path).path
    await take(store, path)
    (moved,) = await talks(store)
    moved.extra.pop(IMPORTED)
    assert shape(moved) == shape(talk)


async def test_a_backup_can_be_taken_in_beside_what_is_there(store: ConversationStore, tmp_path: Path) -> None:
    kept, trashed = rich_talk(), Conversation(title="trashed")
    trashed.add(ChatMessage(Role.USER, "x"))
    await store.save(kept)
    await store.save(trashed)
    await store.trash(trashed.id)
    (store.folder.path / "history.jsonl").write_bytes(b'{"chinwag": 1, "file": "0"}\n')
    archive = write_backup(store.folder, tmp_path / "b.zip").path
    other = ConversationStore(tmp_path / "other", tmp_path / "other-cache")
    await other.start()
    try:
        report = await take(other, archive)
        assert (report.conversations, report.left_out) == (1, {LeftOut.TRASHED: 1})
        (moved,) = await talks(other)
        moved.extra.pop(IMPORTED)
        assert shape(moved) == shape(kept)
    finally:
        await other.close()
    assert (await take(store, archive)).present == 1


async def test_bad_files_and_conversations_do_not_stop_the_others(store: ConversationStore, tmp_path: Path) -> None:
    broken = file(tmp_path, f"[{json.dumps(PLAIN)},\n {{nope", "broken.json")
    newer = {"chinwag": 9, "kind": "conversation", "title": "From tomorrow"}
    empty = {"title": "Empty", "messages": []}
    cut = tmp_path / "cut.zip"
    with zipfile.ZipFile(cut, "w") as packed:
        packed.writestr("a.json", json.dumps(chatgpt("lost")) * 3)
    cut.write_bytes(cut.read_bytes().replace(b'"lost"', b'"LOST"'))
    good = file(tmp_path, [newer, empty, CLAUDE], "good.json")
    report = await take(store, tmp_path / "not-there.json", broken, cut, good)
    assert await titles(store) == ["Claude's", "Plain"]
    missing, unread, damaged = report.failed
    assert missing.endswith("not-there.json does not exist. Check the name.")
    assert "broken.json was not read completely. Line 2, column 3 is not JSON" in unread
    assert "cut.zip/a.json is damaged: Bad CRC-32" in damaged
    assert [one.title for one in report.unread] == ["From tomorrow"]
    assert report.left_out == {LeftOut.EMPTY_CONVERSATION: 1}


async def test_a_bad_file_among_others_does_not_stop_them(store: ConversationStore, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    file(tmp_path / "in", "{", "a.json")
    file(tmp_path / "in", PLAIN, "b.json")
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("a", "locked", "c"):
            packed.writestr(f"{name}.json", json.dumps(chatgpt(name)))
    data = bytearray(archive.read_bytes())
    entry = data.rindex(b"locked.json") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 8] |= 1
    archive.write_bytes(data)
    report = await take(store, tmp_path / "in", archive)
    assert await titles(store) == ["Plain", "a", "c"]
    broken, locked = report.failed
    assert "a.json was not read completely. Line 1, column 2 is not JSON" in broken
    assert "locked.json was not read completely. It is protected with a password." in locked


async def test_strangers_among_conversations_are_counted_one_by_one(store: ConversationStore, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    file(tmp_path / "in", [1, 2, PLAIN, 3], "a.json")
    assert (await take(store, tmp_path / "in")).left_out == {LeftOut.NO_CONVERSATION: 3}


async def test_a_full_disk_ends_the_import_and_what_was_done_is_known(store: ConversationStore, tmp_path: Path) -> None:
    importer = Importer(store)
    await importer.run([file(tmp_path, PLAIN)])
    path = file(tmp_path, CLAUDE)
    with full_disk(), pytest.raises(StoreError, match="disk is full"):
        await importer.run([path])
    assert importer.report.conversations == 1
    assert await titles(store) == ["Plain"]
    assert (await take(store, path)).conversations == 1
