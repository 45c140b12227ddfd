"""The end of a long conversation, read without the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.store import tail
from tui.store.conversations import ConversationStore
from tui.store.log_database import LogDatabase

TEXT = "words that fill a line, and some more of them. " * 20


def long_talk(turns: int = 100) -> Conversation:
    conversation = Conversation(title="A long talk", model="m")
    for n in range(turns):
        conversation.add(ChatMessage(Role.USER, f"question {n} {TEXT}"))
        conversation.add(ChatMessage(Role.ASSISTANT, f"answer {n} {TEXT}"))
    return conversation


@pytest.fixture(autouse=True)
def lower_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "LONG", 100_000)
    monkeypatch.setattr(tail, "END", 60_000)


async def ends_alike(store: ConversationStore, conversation: Conversation) -> list[str]:
    """The texts of the end, which must be those of the whole."""
    end = await store.load_end(conversation.id)
    whole = await store.load(conversation.id)
    assert end is not None
    shown, branch = end.conversation.branch(), whole.conversation.branch()
    assert len(shown) < len(branch)
    assert [(m.id, m.content, m.state) for m in shown] == [(m.id, m.content, m.state) for m in branch[-len(shown) :]]
    assert (end.conversation.title, end.conversation.leaf) == (whole.conversation.title, whole.conversation.leaf)
    return [message.content for message in shown]


async def test_the_end_is_that_of_the_whole(store: ConversationStore) -> None:
    conversation = long_talk()
    await store.save(conversation)
    assert len(await ends_alike(store, conversation)) >= tail.ENOUGH


async def test_a_reply_that_grew_is_complete(store: ConversationStore) -> None:
    conversation = long_talk()
    reply = conversation.add(ChatMessage(Role.ASSISTANT, "", state=MessageState.STREAMING))
    await store.save(conversation)
    for n in range(5):
        reply.content += f"piece {n} "
        await store.save(conversation, reply)
    reply.state = MessageState.COMPLETE
    await store.save(conversation, reply)
    assert (await ends_alike(store, conversation))[-1] == "piece 0 piece 1 piece 2 piece 3 piece 4 "


async def test_a_reply_whose_beginning_lies_far_back_is_left_to_the_whole(store: ConversationStore) -> None:
    conversation = long_talk()
    reply = conversation.add(ChatMessage(Role.ASSISTANT, "", state=MessageState.STREAMING))
    await store.save(conversation)
    for _n in range(80):
        reply.content += TEXT
        await store.save(conversation, reply)
    assert await store.load_end(conversation.id) is None


async def test_versions_and_deleted_messages_are_as_in_the_whole(store: ConversationStore) -> None:
    conversation = long_talk()
    branch = conversation.branch()
    branch[-4].deleted = True
    conversation.add_sibling(branch[-1], ChatMessage(Role.ASSISTANT, "another answer"))
    await store.save(conversation)
    shown = await ends_alike(store, conversation)
    assert shown[-1] == "another answer"
    assert branch[-1].content not in shown
    assert branch[-4].content not in shown


async def test_after_a_compaction_the_title_comes_from_the_beginning(store: ConversationStore, tmp_path: Path) -> None:
    conversation = long_talk()
    await store.save(conversation)
    await store.rename(conversation.id, "Renamed")
    file = tmp_path / "data" / "conversations" / f"{conversation.id}.jsonl"
    LogDatabase(file, store.folder.lock).log.compact(tmp_path / "quarantine")  # another window tidies up
    await ends_alike(store, conversation)
    end = await store.load_end(conversation.id)
    assert end is not None
    assert end.conversation.title == "Renamed"


async def test_a_damaged_line_in_the_end_is_passed_over(store: ConversationStore, tmp_path: Path) -> None:
    conversation = long_talk()
    await store.save(conversation)
    path = tmp_path / "data" / "conversations" / f"{conversation.id}.jsonl"
    with path.open("ab") as file:
        file.write(b'{"table": "mess\xff\n{"torn')
    await ends_alike(store, conversation)


def _without_title(lines: list[bytes]) -> list[bytes]:
    return [line for line in lines if b'"meta"' not in line]


def _newer(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"schema": 1', b'"schema": 99') for line in lines]


def _lost_end(lines: list[bytes]) -> list[bytes]:
    return lines[:-10]


@pytest.mark.parametrize("change", [_without_title, _newer, _lost_end])
async def test_what_the_end_alone_does_not_tell_is_left_to_the_whole(
    store: ConversationStore, tmp_path: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    conversation = long_talk()
    await store.save(conversation)
    path = tmp_path / "data" / "conversations" / f"{conversation.id}.jsonl"
    header, *lines = path.read_bytes().splitlines(keepends=True)
    meta = [line for line in lines if b'"meta"' in line]
    path.write_bytes(b"".join(change([header, *meta, *(line for line in lines if b'"meta"' not in line)])))
    assert await store.load_end(conversation.id) is None


async def test_a_short_or_missing_conversation_has_no_end_of_its_own(store: ConversationStore) -> None:
    conversation = long_talk(turns=3)
    await store.save(conversation)
    assert await store.load_end(conversation.id) is None
    assert await store.load_end("missing") is None


async def test_the_end_cannot_be_saved_over_the_whole(store: ConversationStore, tmp_path: Path) -> None:
    conversation = long_talk()
    await store.save(conversation)
    path = tmp_path / "data" / "conversations" / f"{conversation.id}.jsonl"
    before = path.read_bytes()
    end = await store.load_end(conversation.id)
    assert end is not None
    with pytest.raises(StoreError, match="still loading"):
        await store.save(end.conversation, end.conversation.add(ChatMessage(Role.USER, "too early")))
    assert path.read_bytes() == before
