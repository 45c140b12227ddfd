"""Finding messages by their words, and an index that can always be made anew."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.fakes import until
from tests.store.conftest import OpenStore
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.search import SearchHit, parse_query
from tui.store import file_states, indexing, listing
from tui.store.conversations import ConversationStore
from tui.store.index import index_path, open_index
from tui.store.searching import IndexReader
from tui.store.tokenizer import joined, separated


def talk(title: str, *texts: str, **fields: Any) -> Conversation:
    conversation = Conversation(title=title, **fields)
    for n, text in enumerate(texts):
        conversation.add(ChatMessage(Role.ASSISTANT if n % 2 else Role.USER, text, model="m-1" if n % 2 else ""))
    return conversation


async def found(store: ConversationStore, text: str) -> list[str]:
    return [hit.line for hit in await store.search(parse_query(text))]


async def test_words_beginnings_and_phrases_are_found_without_accents_and_capitals(store: ConversationStore) -> None:
    await store.save(talk("One", "Das schöne Café", "A naïve reply about data bases"))
    assert await found(store, "cafe") == ["Das schöne Café"]
    assert await found(store, "SCHON caf") == ["Das schöne Café"]
    assert await found(store, '"data bases"') == ["A naïve reply about data bases"]
    assert await found(store, '"data reply"') == []
    assert await found(store, '"data base"') == []
    assert await found(store, "naive café") == []


@pytest.mark.parametrize("text", ["数", "数据", "据库", "数据库", "カ", "タカナ", "한", "국어", "𠀀"])
async def test_chinese_japanese_and_korean_are_found_from_one_sign_on(store: ConversationStore, text: str) -> None:
    line = "这是一个数据库 カタカナ 한국어 𠀀"
    await store.save(talk("One", line, "nothing of the kind"))
    assert await found(store, text) == [line]
    (hit,) = await store.search(parse_query(text))
    assert {hit.line[mark.start : mark.end] for mark in hit.marks} == {text}


async def test_signs_that_do_not_stand_together_are_not_found_together(store: ConversationStore) -> None:
    await store.save(talk("One", "数和据"))
    assert await found(store, "数据") == []
    assert await found(store, "数 据") == ["数和据"]


async def test_the_newest_comes_first_however_late_it_was_saved(store: ConversationStore) -> None:
    for created in (300.0, 100.0, 200.0):
        conversation = Conversation(title="t")
        conversation.add(ChatMessage(Role.USER, f"word {created:.0f}", created=created))
        await store.save(conversation)
    assert await found(store, "word") == ["word 300", "word 200", "word 100"]
    assert [hit.created for hit in await store.search(parse_query("word"))] == [300.0, 200.0, 100.0]


async def test_filters_and_words_hold_together(store: ConversationStore) -> None:
    day = 86_400.0
    conversation = Conversation(title="t", model="gpt-x")
    conversation.add(ChatMessage(Role.USER, "apple one", created=100 * day))
    conversation.add(ChatMessage(Role.ASSISTANT, "apple two", model="gpt-y", created=200 * day))
    await store.save(conversation)
    assert await found(store, "apple role:you") == ["apple one"]
    assert await found(store, "apple role:reply") == ["apple two"]
    assert await found(store, "role:reply") == ["apple two"]
    assert await found(store, "apple model:gpt-y") == ["apple two"]
    assert await found(store, "apple model:GPT-X") == ["apple one"]
    assert await found(store, "apple before:1970-06-01") == ["apple one"]
    assert await found(store, "apple after:1970-06-01") == ["apple two"]
    assert await found(store, "apple in:trash") == []
    await store.trash(conversation.id)
    assert await found(store, "apple") == []
    assert await found(store, "apple in:trash") == ["apple two", "apple one"]
    assert [row.trashed for row in await store.recent(query=parse_query("in:trash"))] == [True]
    await store.restore(conversation.id)
    assert await found(store, "apple in:trash") == []
    assert len(await found(store, "apple")) == 2


async def test_a_message_is_found_as_it_is_now(store: ConversationStore) -> None:
    conversation = talk("t", "question")
    reply = conversation.add(ChatMessage(Role.ASSISTANT, "", state=MessageState.STREAMING))
    await store.save(conversation, *conversation.messages.values())
    reply.content = "first words"
    await store.save(conversation, reply)
    reply.content = "first words and last"
    reply.state = MessageState.COMPLETE
    await store.save(conversation, reply)
    assert await found(store, "last") == ["first words and last"]
    reply.deleted = True
    await store.save(conversation, reply)
    assert await found(store, "last") == []
    reply.deleted = False
    await store.save(conversation, reply)
    assert await found(store, "words") == ["first words and last"]


async def test_messages_on_other_branches_are_found(store: ConversationStore) -> None:
    conversation = talk("t", "question", "the first answer")
    first = conversation.messages[conversation.leaf or ""]
    second = conversation.add_sibling(first, ChatMessage(Role.ASSISTANT, "another answer"))
    await store.save(conversation, second)
    assert sorted(await found(store, "answer")) == ["another answer", "the first answer"]


@pytest.mark.parametrize(
    "text", ['"', '""', "*", "AND", "a OR b", "NEAR(", "-", "(", "col:x", "\0", "\ud83d", "^x", "'"]
)
async def test_nothing_that_is_typed_is_taken_for_a_command(store: ConversationStore, text: str) -> None:
    await store.save(talk("t", "AND OR NEAR a b x col"))
    await store.search(parse_query(text))
    await store.recent(query=parse_query(text))


async def test_another_windows_messages_are_found(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    conversation = talk("t", "from there")
    await there.save(conversation)
    await here.refresh()
    assert await found(here, "there") == ["from there"]
    theirs = (await there.load(conversation.id)).conversation
    await there.save(theirs, theirs.add(ChatMessage(Role.USER, "more from there")))
    await here.refresh()
    assert await found(here, "more") == ["more from there"]


async def test_two_windows_that_write_one_conversation_both_are_found(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    mine = talk("t", "beginning")
    await here.save(mine)
    theirs = (await there.load(mine.id)).conversation
    for n in range(5):
        await asyncio.gather(
            here.save(mine, mine.add(ChatMessage(Role.USER, f"mine{n}"))),
            there.save(theirs, theirs.add(ChatMessage(Role.USER, f"theirs{n}"))),
        )
    await here.refresh(thoroughly=True)
    for n in range(5):
        assert await found(here, f"mine{n}") == [f"mine{n}"]
        assert await found(here, f"theirs{n}") == [f"theirs{n}"]


async def test_a_file_that_another_program_changes_in_place_is_noticed(open_store: OpenStore, tmp_path: Path) -> None:
    store = await open_store()
    conversation = talk("t", "one")
    await store.save(conversation)
    await store.recent()
    await store.refresh()
    path = tmp_path / "data" / "conversations" / f"{conversation.id}.jsonl"
    changed = path.read_bytes().replace(b'"one"', b'"two"')
    with path.open("r+b") as file:
        file.write(changed)
    os.utime(path, ns=(1, 1))
    await store.refresh(thoroughly=True)
    assert await found(store, "two") == ["two"]
    assert await found(store, "one") == []


async def test_a_file_that_is_brought_or_taken_by_another_program_is_noticed(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = await open_store()
    await store.save(talk("t", "one"))
    await store.refresh()
    (path,) = (tmp_path / "data" / "conversations").glob("*.jsonl")
    content = path.read_bytes()
    path.unlink()
    assert await store.refresh()
    assert await found(store, "one") == []
    path.write_bytes(content)
    assert await store.refresh()
    assert await found(store, "one") == ["one"]


async def test_looking_round_costs_no_look_at_the_files_while_nothing_happens(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.save(talk("t", "one"))
    await store.refresh()

    def look(_folder: object) -> dict[str, str]:
        raise AssertionError("the files were looked at")

    monkeypatch.setattr(file_states, "signatures", look)
    assert not await store.refresh()
    with pytest.raises(AssertionError, match="looked at"):
        await store.refresh(thoroughly=True)


@pytest.mark.parametrize("harm", ["missing", "damaged", "other version", "tables missing"])
async def test_an_index_that_cannot_be_used_is_made_anew(open_store: OpenStore, tmp_path: Path, harm: str) -> None:
    first = await open_store()
    await first.save(talk("t", "one"))
    await first.close()
    path = index_path(tmp_path / "cache", tmp_path / "data")
    if harm == "missing":
        path.unlink()
    elif harm == "damaged":
        path.write_bytes(path.read_bytes()[:3000] + b"\xff" * 5000)
    else:
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version = 1" if harm == "other version" else "DROP TABLE words")
        db.close()
    second = await open_store()
    await second.complete()
    assert await found(second, "one") == ["one"]


async def test_many_files_are_read_in_the_background_the_newest_first(
    open_store: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await open_store()
    for n in range(30):
        await first.save(talk(f"t{n}", f"word{n}", id=f"{n:012x}{n:012x}"))
    await first.close()
    index_path(tmp_path / "cache", tmp_path / "data").unlink()
    monkeypatch.setattr(listing, "AT_ONCE", 5)
    monkeypatch.setattr(listing, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(indexing, "SLICE_SECONDS", 0.0)
    second = await open_store()
    await second.refresh()
    progress = second.indexing
    assert progress is not None
    assert progress[1] == 30
    assert progress[0] < 30
    rows = await second.recent()
    assert [row.title for row in rows] == [f"t{29 - n}" for n in range(len(rows))]
    await second.save(talk("new", "meanwhile"))
    assert await found(second, "meanwhile") == ["meanwhile"]
    await second.complete()
    assert second.indexing is None
    assert await second.count() == 31
    assert await found(second, "word0") == ["word0"]


async def test_closing_ends_the_reading_and_the_next_start_goes_on(
    open_store: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await open_store()
    for n in range(20):
        await first.save(talk(f"t{n}", f"word{n}"))
    await first.close()
    index_path(tmp_path / "cache", tmp_path / "data").unlink()
    monkeypatch.setattr(listing, "AT_ONCE", 1)
    monkeypatch.setattr(listing, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(indexing, "SLICE_SECONDS", 0.0)
    second = await open_store()
    await second.refresh()
    await second.close()
    third = await open_store()
    await third.complete()
    assert await third.count() == 20


async def test_a_later_search_ends_the_one_before(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.save(talk("t", "one", "two"))
    reading, let, search = threading.Event(), threading.Event(), IndexReader.search

    def slow(*given: Any) -> Iterator[SearchHit]:
        reading.set()
        let.wait()
        yield from search(*given)

    monkeypatch.setattr(IndexReader, "search", slow)
    earlier = asyncio.create_task(store.search(parse_query("one")))
    await until(reading.is_set)
    later = asyncio.create_task(store.search(parse_query("two")))
    await asyncio.sleep(0)
    let.set()
    assert await earlier == []
    assert [hit.line for hit in await later] == ["two"]


@pytest.mark.parametrize("lacks", ["a cache folder", "fts5"])
async def test_without_an_index_of_words_the_files_are_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    if lacks == "a cache folder":
        (tmp_path / "cache").write_text("a file is in the way")
    else:
        monkeypatch.setattr("tui.store.index.CREATE_WORDS", "CREATE VIRTUAL TABLE words USING no_such_module (text)")
    store = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await store.start()
    try:
        await store.save(talk("old", "apple one", "apple two", model="m"))
        await store.save(talk("new", "apple three", "数据库"))
        assert await found(store, "app three") == ["apple three"]
        assert await found(store, "据") == ["数据库"]
        assert sorted(await found(store, "apple")) == ["apple one", "apple three", "apple two"]
        assert await found(store, "apple role:reply model:m-1") == ["apple two"]
        assert [row.title for row in await store.recent()] == ["new", "old"]
    finally:
        await store.close()


async def test_each_data_folder_has_an_index_of_its_own(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        store = ConversationStore(tmp_path / name, tmp_path / "cache")
        await store.start()
        await store.save(talk(name, name))
        assert {row.title for row in await store.recent()} == {name}
        await store.close()
    assert len(list((tmp_path / "cache").glob("*.sqlite"))) == 2


async def test_the_index_is_private(store: ConversationStore, tmp_path: Path) -> None:
    await store.save(talk("t", "one"))
    await store.recent()
    for file in (tmp_path / "cache").iterdir():
        assert file.stat().st_mode & 0o077 == 0


async def test_letters_in_full_width_and_written_as_one_sign_are_found(store: ConversationStore) -> None:
    await store.save(talk("One", "Ｇｐｔ４ and the ﬁne print"))
    for text in ("gpt4", "ＧＰＴ", "fine", "ﬁne"):
        assert len(await found(store, text)) == 1, text


@given(st.text(), st.text())
def test_what_was_set_apart_can_be_had_back(text: str, more: str) -> None:
    text = re.sub("[\uff10-\uff5a\ufb00-\ufb06]", "", f"{text}数据{more}")
    assert joined(separated(text)) == text.replace("\x1f", "")


@settings(max_examples=examples(60))
@given(
    st.lists(st.text(st.sampled_from("abcé数据 -_.\"*'\n"), min_size=1, max_size=12), min_size=1, max_size=6),
    st.text(st.sampled_from('abe数据" '), max_size=5),
)
def test_search_finds_what_reading_everything_finds(texts: list[str], typed: str) -> None:
    _compare(texts, typed)


def _compare(texts: list[str], typed: str) -> None:
    from tui.domain.search import contains
    from tui.store.entries import Entry, indexed
    from tui.store.folder import DataFolder
    from tui.store.index import IndexWriter
    from tui.store.indexing import summarise
    from tui.store.searching import IndexReader

    query = parse_query(typed)
    conversation = talk("t", *texts)
    db = _memory_with_words()
    entry = Entry(conversation.id, summarise(conversation), "s", 1, indexed(conversation.messages.values()), whole=True)
    IndexWriter(db).put([entry])
    hits = IndexReader(db, DataFolder(Path("nowhere"))).search(100, query, lambda: True)
    expected = {m.id for m in conversation.messages.values() if query.terms and contains(m.content, query.terms)}
    if query.terms:
        assert {hit.message_id for hit in hits} == expected


def _memory_with_words() -> sqlite3.Connection:
    from tui.store import index

    db = open_index(None)
    db.execute(index.CREATE_WORDS)
    return db
