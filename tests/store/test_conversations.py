"""The store as the rest of the program uses it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.conftest import OpenStore
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.domain.search import parse_query
from tui.store import codec, files, library, log_storage
from tui.store.conversations import ConversationStore
from tui.store.entries import Entry
from tui.store.index import IndexWriter, index_path


def talk(title: str = "A talk", *texts: str, **fields: Any) -> Conversation:
    conversation = Conversation(title=title, **fields)
    for n, text in enumerate(texts or ("hi", "ho")):
        conversation.add(ChatMessage(Role.ASSISTANT if n % 2 else Role.USER, text))
    return conversation


def streaming(conversation: Conversation, text: str = "") -> ChatMessage:
    return conversation.add(ChatMessage(Role.ASSISTANT, text, state=MessageState.STREAMING))


def file_of(tmp_path: Path, conversation: Conversation) -> Path:
    return tmp_path / "data" / "conversations" / f"{conversation.id}.jsonl"


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


async def texts(store: ConversationStore, conversation: Conversation) -> list[str]:
    return [message.content for message in (await store.load(conversation.id)).conversation.branch()]


async def titles(store: ConversationStore, text: str = "") -> list[str]:
    return [row.title for row in await store.recent(query=parse_query(text))]


# Saving and loading


async def test_what_was_saved_is_there_in_the_next_run(open_store: OpenStore) -> None:
    conversation = talk("Capitals", "Capital of France?", "Paris.", model="m", pinned=True)
    first = await open_store()
    await first.save(conversation, *conversation.messages.values())
    await first.close()
    opened = await (await open_store()).load(conversation.id)
    assert [message.content for message in opened.conversation.branch()] == ["Capital of France?", "Paris."]
    assert (opened.conversation.title, opened.conversation.model, opened.conversation.pinned) == ("Capitals", "m", True)
    assert (opened.growing, opened.damaged_lines, opened.read_only) == (frozenset(), 0, False)


async def test_the_first_save_writes_the_whole_conversation(store: ConversationStore) -> None:
    conversation = talk("A talk", "1", "2", "3")
    await store.save(conversation, list(conversation.messages.values())[-1])
    assert await texts(store, conversation) == ["1", "2", "3"]


async def test_an_autosave_of_a_growing_reply_writes_the_added_text_only(
    store: ConversationStore, tmp_path: Path
) -> None:
    conversation = talk()
    reply = streaming(conversation, "x" * 5000)
    await store.save(conversation, reply)
    before = len(lines_of(file_of(tmp_path, conversation)))
    reply.content += " and more"
    reply.reasoning += "because"
    await store.save(conversation, reply)
    added = lines_of(file_of(tmp_path, conversation))[before:]
    assert [line.get("grow") for line in added] == [{"content": [5000, " and more"], "reasoning": [0, "because"]}]


async def test_prompt_reply_and_conversation_reach_the_disk_with_one_sync(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = talk()
    await store.save(conversation)
    synced: list[int] = []
    monkeypatch.setattr(files, "sync", synced.append)
    await store.save(conversation, conversation.add(ChatMessage(Role.USER, "and?")), streaming(conversation))
    assert len(synced) == 1


async def test_a_message_may_go_on_growing_while_it_is_saved(store: ConversationStore) -> None:
    conversation = talk()
    reply = streaming(conversation, "one")
    saving = asyncio.ensure_future(store.save(conversation, reply))
    await asyncio.sleep(0)
    reply.content += " two"
    await saving
    assert (await texts(store, conversation))[-1] == "one"
    await store.save(conversation, reply)
    assert (await texts(store, conversation))[-1] == "one two"


async def test_saving_nothing_new_writes_nothing(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk()
    await store.save(conversation, *conversation.messages.values())
    before = file_of(tmp_path, conversation).read_bytes()
    await store.save(conversation, *conversation.messages.values())
    assert file_of(tmp_path, conversation).read_bytes() == before


async def test_any_text_survives(store: ConversationStore) -> None:
    odd = ["a\nb\r\nc\u2028d\0e\x1b[31m", "数据 é 👩‍👩‍👧", "\ud83d", "</s>\\n\"'"]
    conversation = talk("T\ud800 数\n", *odd)
    await store.save(conversation)
    assert await texts(store, conversation) == odd
    assert (await store.load(conversation.id)).conversation.title == "T\ud800 数\n"
    assert [row.id for row in await store.recent(query=parse_query("数"))] == [conversation.id]


async def test_fields_of_a_newer_version_go_back_to_the_file(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk("A talk", "hi")
    conversation.extra["colour"] = "red"
    message = next(iter(conversation.messages.values()))
    message.extra["attachments"] = [{"name": "a.png"}]
    await store.save(conversation)
    loaded = (await store.load(conversation.id)).conversation
    loaded.messages[message.id].deleted = True
    loaded.title = "Renamed"
    await store.save(loaded, loaded.messages[message.id])
    again = (await store.load(conversation.id)).conversation
    assert again.extra == {"colour": "red"}
    assert again.messages[message.id].extra == {"attachments": [{"name": "a.png"}]}
    assert again.branch() == []


async def test_closing_a_store_that_was_never_started_is_allowed(tmp_path: Path) -> None:
    await ConversationStore(tmp_path / "data", tmp_path / "cache").close()
    assert not (tmp_path / "data").exists()


async def test_a_missing_conversation_is_a_sentence(store: ConversationStore) -> None:
    for call in (store.load("nope"), store.trash("nope"), store.restore("nope"), store.rename("nope", "x")):
        with pytest.raises(StoreError, match=r"No conversation has this id|no longer exists"):
            await call
    assert await store.recent() == []


async def test_an_id_cannot_leave_the_folder(store: ConversationStore, tmp_path: Path) -> None:
    (tmp_path / "data" / "secret.jsonl").write_text(
        '{"table": "meta", "id": "meta", "rev": 1, "doc": {"title": "s"}}\n'
    )
    with pytest.raises(StoreError):
        await store.load("../secret")


async def test_folders_and_files_are_private(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk()
    await store.save(conversation)
    await store.recent()
    await store.trash(conversation.id)
    for path in (tmp_path / "data", tmp_path / "cache", *tmp_path.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


async def test_leaving_a_wasteful_conversation_tidies_its_file(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk()
    reply = streaming(conversation)
    for n in range(120):
        reply.content += f"word{n} "
        await store.save(conversation, reply)
    assert len(lines_of(file_of(tmp_path, conversation))) > 120
    await store.close()
    assert len(lines_of(file_of(tmp_path, conversation))) == 5
    assert not (tmp_path / "data" / "quarantine").exists()


async def test_reading_alone_changes_no_file(open_store: OpenStore, tmp_path: Path) -> None:
    conversation = talk()
    first = await open_store()
    reply = streaming(conversation)
    for n in range(120):
        reply.content += str(n)
        await first.save(conversation, reply)
    before = file_of(tmp_path, conversation).read_bytes()
    second = await open_store()
    await second.load(conversation.id)
    await second.close()
    assert file_of(tmp_path, conversation).read_bytes() == before


async def test_more_conversations_than_are_kept_open_can_be_used_in_turn(store: ConversationStore) -> None:
    talks = [talk(f"Talk {n}") for n in range(library.KEPT_OPEN + 3)]
    for conversation in talks:
        await store.save(conversation)
    for conversation in talks:
        await store.save(conversation, conversation.add(ChatMessage(Role.USER, "more")))
    assert [await texts(store, conversation) for conversation in talks] == [["hi", "ho", "more"]] * len(talks)


# The list


async def test_pinned_conversations_come_first_then_the_newest(store: ConversationStore) -> None:
    for title, updated in (("old", 1.0), ("new", 3.0), ("middle", 2.0)):
        await store.save(conversation := talk(title, created=0.0))
        conversation.updated = updated
        await store.save(conversation)
        if title == "old":
            await store.set_pinned(conversation.id, True)
    assert await titles(store) == ["old", "new", "middle"]
    assert [row.title for row in await store.recent(limit=1, skip=1)] == ["new"]


async def test_conversations_are_counted_by_the_words_in_their_titles(store: ConversationStore) -> None:
    assert await store.count() == 0
    for title in ("Green tea", "Black tea", "Tea leaves, green", "Coffee"):
        await store.save(talk(title))
    assert [await store.count(parse_query(text)) for text in ("", "tea", "GREEN tea", "milk")] == [4, 3, 2, 0]


async def test_the_filter_wants_every_word_in_any_case(store: ConversationStore) -> None:
    for title in ("Über Äpfel und Birnen", "Apfelkuchen", "100 % sure_thing"):
        await store.save(talk(title))
    assert await titles(store, "äpfel ÜBER") == ["Über Äpfel und Birnen"]
    assert await titles(store, "kuchen") == ["Apfelkuchen"]
    assert await titles(store, "sure_thing 100") == ["100 % sure_thing"]
    assert await titles(store, "über kuchen") == []


async def test_a_row_tells_model_and_length_of_the_branch(store: ConversationStore) -> None:
    conversation = talk("A talk", "q", "a", model="m")
    await store.recent()
    await store.save(conversation)
    reply = next(message for message in conversation.messages.values() if message.is_reply)
    await store.save(conversation, conversation.add_sibling(reply, ChatMessage(Role.ASSISTANT, "another")))
    (row,) = await store.recent()
    assert (row.id, row.model, row.count, row.updated) == (conversation.id, "m", 2, conversation.updated)


async def test_deleting_the_cache_changes_nothing(open_store: OpenStore, tmp_path: Path) -> None:
    first = await open_store()
    for title in ("one", "two", "three"):
        await first.save(talk(title))
    before = await first.recent()
    await first.close()
    shutil.rmtree(tmp_path / "cache")
    assert await (await open_store()).recent() == before
    shutil.rmtree(tmp_path / "cache")  # while the store is open
    assert await (await open_store()).recent() == before


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"", b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_damaged_index_is_made_anew(open_store: OpenStore, tmp_path: Path, content: bytes) -> None:
    first = await open_store()
    await first.save(talk("one"))
    await first.recent()
    await first.close()
    for file in (tmp_path / "cache").iterdir():
        file.unlink()
    index_path(tmp_path / "cache", tmp_path / "data").write_bytes(content)
    second = await open_store()
    assert await titles(second) == ["one"]
    await second.close()
    third = await open_store()
    assert await titles(third) == ["one"]


async def test_an_index_that_breaks_while_in_use_is_replaced(store: ConversationStore, tmp_path: Path) -> None:
    await store.save(talk("one"))
    await store.recent()
    file = index_path(tmp_path / "cache", tmp_path / "data")
    for part in file.parent.glob(f"{file.name}*"):
        part.write_bytes(b"\xff" * part.stat().st_size)
    assert await titles(store) == ["one"]
    await store.save(talk("two"))
    assert await titles(store) == ["two", "one"]


async def test_without_a_cache_folder_the_list_is_read_from_the_files(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    store = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await store.start()
    try:
        await store.save(talk("one"))
        assert await titles(store) == ["one"]
        assert store.read_only == ""
    finally:
        await store.close()


async def test_an_index_of_another_data_folder_shows_nothing_of_it(open_store: OpenStore, tmp_path: Path) -> None:
    first = await open_store()
    await first.save(talk("one"))
    await first.recent()
    await first.close()
    other = ConversationStore(tmp_path / "other", tmp_path / "cache")
    await other.start()
    assert await other.recent() == []
    await other.close()


async def test_files_without_anything_in_them_are_not_listed(store: ConversationStore, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "conversations"
    (folder / "empty.jsonl").touch()
    (folder / "torn.jsonl").write_bytes(b'{"chinwag": 1, "fi')
    (folder / "notes.txt").write_text("not ours")
    assert await store.recent() == []
    for conversation_id in ("empty", "torn", "notes"):
        with pytest.raises(StoreError, match="No conversation has this id"):
            await store.load(conversation_id)


# Rename, pin, trash


async def test_rename_and_pin_reach_list_and_file(store: ConversationStore) -> None:
    conversation = talk()
    await store.save(conversation)
    await store.rename(conversation.id, "Better")
    await store.set_pinned(conversation.id, True)
    (row,) = await store.recent()
    assert (row.title, row.pinned, row.count) == ("Better", True, 2)
    loaded = (await store.load(conversation.id)).conversation
    assert (loaded.title, loaded.pinned) == ("Better", True)


async def test_a_rename_elsewhere_stands_when_an_open_conversation_is_saved(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    conversation = talk("Old")
    await here.save(conversation)
    await there.rename(conversation.id, "New")
    await here.load(conversation.id)  # a preview sees the new title; the open conversation still has the old one
    await here.save(conversation, conversation.add(ChatMessage(Role.USER, "more")))
    assert (await there.load(conversation.id)).conversation.title == "New"
    conversation.title = "Newest"
    await here.save(conversation)
    assert (await there.load(conversation.id)).conversation.title == "Newest"


async def test_the_trash_gives_everything_back(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk()
    await store.save(conversation)
    await store.trash(conversation.id)
    assert await store.recent() == []
    assert not file_of(tmp_path, conversation).exists()
    await store.restore(conversation.id)
    assert await titles(store) == ["A talk"]
    assert await texts(store, conversation) == ["hi", "ho"]


async def test_a_reply_goes_on_growing_in_the_trash(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    conversation = talk()
    reply = streaming(conversation, "one")
    await here.save(conversation, reply)
    await there.trash(conversation.id)
    reply.content += " two"
    reply.state = MessageState.COMPLETE
    await here.save(conversation, reply)
    assert await here.recent() == []
    await there.restore(conversation.id)
    assert await texts(there, conversation) == ["hi", "ho", "one two"]


async def test_trashing_never_overwrites_what_is_in_the_trash(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk()
    await store.save(conversation)
    await store.trash(conversation.id)
    file_of(tmp_path, conversation).write_text('{"table": "meta", "id": "meta", "rev": 1, "doc": {"title": "copy"}}\n')
    await store.trash(conversation.id)
    (kept,) = (tmp_path / "data" / "quarantine").iterdir()
    assert "ho" in kept.read_text()


async def test_taking_back_from_the_trash_joins_what_another_program_brought_meanwhile(
    store: ConversationStore, tmp_path: Path
) -> None:
    conversation = talk()
    await store.save(conversation)
    await store.trash(conversation.id)
    in_trash = tmp_path / "data" / "trash" / f"{conversation.id}.jsonl"
    shutil.copy(in_trash, file_of(tmp_path, conversation))
    brought = (await store.load(conversation.id)).conversation
    await store.save(brought, brought.add(ChatMessage(Role.USER, "newer words")))
    with in_trash.open("a") as file:
        file.write('{"table": "messages", "id": "torn')
    await store.restore(conversation.id)
    assert await texts(store, conversation) == ["hi", "ho", "newer words"]
    assert not in_trash.exists()


async def test_a_file_deleted_by_hand_is_written_again_in_full(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk()
    await store.save(conversation)
    file_of(tmp_path, conversation).unlink()
    await store.save(conversation, conversation.add(ChatMessage(Role.USER, "more")))
    assert await texts(store, conversation) == ["hi", "ho", "more"]


# Other windows


async def test_two_windows_write_one_conversation(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    mine = talk()
    await here.save(mine)
    theirs = (await there.load(mine.id)).conversation
    for n in range(5):
        await here.save(mine, mine.add(ChatMessage(Role.USER, f"mine {n}")))
        await there.save(theirs, theirs.add(ChatMessage(Role.USER, f"theirs {n}")))
    stored = (await here.load(mine.id)).conversation.messages
    assert {message.content for message in stored.values()} == {
        "hi",
        "ho",
        *(f"{who} {n}" for who in ("mine", "theirs") for n in range(5)),
    }


async def test_news_from_another_window_are_noticed_once(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    await here.recent()
    assert not await here.refresh()
    conversation = talk("From there")
    await there.save(conversation)
    await there.recent()
    assert await here.refresh()
    assert not await here.refresh()
    assert await titles(here) == ["From there"]
    await there.rename(conversation.id, "Renamed")
    await there.recent()
    assert await here.refresh()
    assert await titles(here) == ["Renamed"]
    await there.trash(conversation.id)
    await there.recent()
    assert await here.refresh()
    assert await here.recent() == []


async def test_ones_own_changes_are_no_news(store: ConversationStore) -> None:
    await store.recent()
    conversation = talk()
    reply = streaming(conversation)
    await store.save(conversation, reply)
    reply.content = "more"
    await store.save(conversation, reply)
    assert not await store.refresh()


async def test_a_growing_reply_leaves_the_index_alone(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.recent()
    conversation = talk()
    reply = streaming(conversation)
    await store.save(conversation, reply)
    await store.recent()
    put: list[Entry] = []
    monkeypatch.setattr(IndexWriter, "put_saved", lambda _self, entry, _before: put.append(entry))
    reply.content = "more"
    await store.save(conversation, reply)
    assert not await store.refresh(thoroughly=True)
    assert put == []
    reply.state = MessageState.COMPLETE
    await store.save(conversation, reply)
    await store.recent()
    assert len(put) == 1


async def test_a_reply_that_grows_elsewhere_does_not_change_the_list(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    conversation = talk()
    reply = streaming(conversation)
    await there.save(conversation, reply)
    await there.recent()
    await here.refresh()
    reply.content = "more"
    await there.save(conversation, reply)
    assert not await here.refresh()


async def test_a_reply_is_growing_while_its_writer_lives(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    conversation = talk()
    reply = streaming(conversation, "so far")
    await there.save(conversation, reply)
    assert reply.writer == there.writer != here.writer
    assert (await here.load(conversation.id)).growing == {reply.id}
    assert (await there.load(conversation.id)).growing == frozenset()
    await there.close()
    opened = await here.load(conversation.id)
    assert opened.growing == frozenset()
    assert opened.conversation.messages[reply.id].state is MessageState.STREAMING


# Damage and versions


async def test_a_reply_is_growing_also_after_the_data_folder_was_deleted(open_store: OpenStore, tmp_path: Path) -> None:
    here = await open_store()
    shutil.rmtree(tmp_path / "data")
    conversation = talk()
    reply = streaming(conversation, "so far")
    await here.save(conversation, reply)
    there = await open_store()
    assert (await there.load(conversation.id)).growing == {reply.id}


async def test_a_damaged_line_is_told_and_the_rest_is_shown(open_store: OpenStore, tmp_path: Path) -> None:
    first = await open_store()
    conversation = talk("A talk", "1", "2", "3")
    for message in conversation.messages.values():
        await first.save(conversation, message)
    await first.close()
    path = file_of(tmp_path, conversation)
    path.write_bytes(path.read_bytes().replace(b'"content": "2"', b'"content": \xff"2"'))
    second = await open_store()
    assert (await second.load(conversation.id)).damaged_lines == 1
    assert await texts(second, conversation) == ["1", "3"]
    assert await titles(second) == ["A talk"]


async def test_a_file_without_a_readable_line_is_put_aside_and_named(store: ConversationStore, tmp_path: Path) -> None:
    path = tmp_path / "data" / "conversations" / "broken.jsonl"
    path.write_bytes(b"\0\0\0\n\0\0\n")
    with pytest.raises(StoreError, match=r"quarantine.*broken"):
        await store.load("broken")
    assert not path.exists()
    (copy,) = (tmp_path / "data" / "quarantine").iterdir()
    assert copy.read_bytes() == b"\0\0\0\n\0\0\n"


async def test_a_conversation_without_meta_is_recovered(store: ConversationStore, tmp_path: Path) -> None:
    conversation = talk()
    await store.save(conversation)
    path = file_of(tmp_path, conversation)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b'"meta"' not in line))
    await store.refresh(thoroughly=True)
    assert await titles(store) == ["Recovered"]
    assert await texts(store, conversation) == ["hi", "ho"]


@pytest.mark.parametrize("what", [b'"chinwag": 1', b'"schema": 1'])
async def test_a_newer_file_is_shown_and_never_written(open_store: OpenStore, tmp_path: Path, what: bytes) -> None:
    first = await open_store()
    conversation = talk()
    await first.save(conversation)
    await first.close()
    path = file_of(tmp_path, conversation)
    path.write_bytes(newer := path.read_bytes().replace(what, what[:-1] + b"99"))
    store = await open_store()
    opened = await store.load(conversation.id)
    assert opened.read_only
    assert [message.content for message in opened.conversation.branch()] == ["hi", "ho"]
    with pytest.raises(StoreError, match="Update chinwag"):
        await store.save(opened.conversation, opened.conversation.add(ChatMessage(Role.USER, "more")))
    with pytest.raises(StoreError, match="Update chinwag"):
        await store.rename(conversation.id, "x")
    await store.close()
    assert path.read_bytes() == newer


async def test_a_conversation_of_an_older_shape_is_copied_then_rewritten_when_saved(
    open_store: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await open_store()
    conversation = talk("A talk", "hi")
    await first.save(conversation)
    await first.close()
    path = file_of(tmp_path, conversation)
    older = path.read_bytes()
    monkeypatch.setattr(codec, "SCHEMA", 2)
    monkeypatch.setattr(library, "SCHEMA", 2)

    def shout(meta: codec.Doc, messages: codec.Docs) -> tuple[codec.Doc, codec.Docs]:
        return meta, {key: {**doc, "content": doc["content"].upper()} for key, doc in messages.items()}

    monkeypatch.setitem(codec.MIGRATIONS, 1, shout)
    second = await open_store()
    assert await texts(second, conversation) == ["HI"]
    assert path.read_bytes() == older
    await second.rename(conversation.id, "New")
    assert [copy.read_bytes() for copy in (tmp_path / "data" / "quarantine").iterdir()] == [older]
    assert await texts(second, conversation) == ["HI"]
    assert await titles(second) == ["New"]


# Failures


async def test_a_full_disk_is_a_sentence_and_the_next_save_succeeds(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = talk()
    await store.save(conversation)
    message = conversation.add(ChatMessage(Role.USER, "more"))

    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(StoreError, match=r"disk is full.*Free some space"):
        await store.save(conversation, message)
    assert await texts(store, conversation) == ["hi", "ho"]
    monkeypatch.undo()
    await store.save(conversation, message)
    assert await texts(store, conversation) == ["hi", "ho", "more"]


async def test_a_lock_that_stays_taken_is_a_sentence(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    conversation = talk()
    await here.save(conversation)
    here.folder.lock.timeout = 0.05
    there.folder.lock.acquire()
    with pytest.raises(StoreError, match="Close other chinwag windows"):
        await here.save(conversation, conversation.add(ChatMessage(Role.USER, "more")))
    there.folder.lock.release()
    await here.save(conversation, *conversation.messages.values())
    assert await texts(here, conversation) == ["hi", "ho", "more"]


async def test_a_folder_without_permission_can_be_read_and_says_why_nothing_is_saved(ordinary_folder: Path) -> None:
    data, cache = ordinary_folder / "data", ordinary_folder / "cache"
    first = ConversationStore(data, cache)
    await first.start()
    conversation = talk()
    reply = streaming(conversation)
    await first.save(conversation, reply)
    await first.close()
    shutil.rmtree(cache, ignore_errors=True)
    folders = [data, *(path for path in data.iterdir() if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    ordinary_folder.chmod(0o500)
    store = ConversationStore(data, cache)
    await store.start()
    try:
        assert "No permission" in store.read_only
        assert await titles(store) == ["A talk"]
        assert (await store.load(conversation.id)).growing == frozenset()
        with pytest.raises(StoreError, match="--data-dir"):
            await store.save(conversation, conversation.add(ChatMessage(Role.USER, "more")))
        for folder in folders:
            folder.chmod(0o700)
        await store.save(conversation, *conversation.messages.values())
        assert store.read_only == ""
        assert (await texts(store, conversation))[-1] == "more"
    finally:
        await store.close()


async def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    store = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await store.start()
    assert "is not a folder" in store.read_only
    assert await store.recent() == []
    with pytest.raises(StoreError, match="is not a folder"):
        await store.save(talk())
    await store.close()


async def test_what_a_killed_compaction_left_is_removed_at_the_next_start(
    open_store: OpenStore, tmp_path: Path
) -> None:
    await (await open_store()).close()
    left = tmp_path / "data" / "conversations" / "x.tmp"
    left.touch()
    await open_store()
    assert not left.exists()


async def test_closing_twice_is_allowed_and_leaves_no_lock(open_store: OpenStore, tmp_path: Path) -> None:
    store = await open_store()
    assert [file.name for file in (tmp_path / "data" / "writers").iterdir()] == [store.writer]
    await store.close()
    await store.close()
    assert list((tmp_path / "data" / "writers").iterdir()) == []
    calls: list[Callable[[], Awaitable[object]]] = [store.recent, store.refresh, lambda: store.save(talk())]
    for call in calls:
        with pytest.raises(StoreError, match="is closing"):
            await call()


async def test_a_rename_elsewhere_stands_though_it_was_renamed_here_before(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    conversation = talk("First")
    await here.save(conversation)
    await here.rename(conversation.id, "Here")
    await there.rename(conversation.id, "There")
    await here.save(conversation, conversation.add(ChatMessage(Role.USER, "more")))
    assert (await there.load(conversation.id)).conversation.title == "There"


async def test_a_disk_error_while_reading_leaves_nothing_half_read(
    store: ConversationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = talk("A talk", "one", "two")
    await store.save(conversation)
    await store.load(conversation.id)
    path = file_of(tmp_path, conversation)
    old = next(line for line in path.read_bytes().splitlines() if b'"one"' in line)
    with path.open("ab") as file:
        file.write(old.replace(b'"one"', b'"one, said elsewhere"') + b"\n")  # the same revision: all its lines count

    def fail(*_args: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(log_storage.LogStorage, "_resolve_all", fail)
        with pytest.raises(StoreError):
            await store.load(conversation.id)
    assert await texts(store, conversation) == ["one, said elsewhere", "two"]
