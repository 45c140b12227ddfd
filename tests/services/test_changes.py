"""Changes to saved conversations, and taking them back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeGateway, FakeLine, until
from tui.domain.chat import ChatMessage, Conversation, ConversationSummary, MessageState, Role
from tui.domain.errors import ChangeError, StoreError
from tui.services.changes import KEPT_ACTS, Changes
from tui.services.reply_options import ReplyOptions
from tui.services.turns import Turns
from tui.store.conversations import ConversationStore

Change = Callable[[Changes, Conversation], Coroutine[Any, Any, None]]


class FullDisk(ConversationStore):
    """Real files, until the disk is full."""

    full = False

    async def _work(self) -> None:
        if self.full:
            raise StoreError("The disk is full.")

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        await self._work()
        await super().save(conversation, *messages)

    async def rename(self, conversation_id: str, title: str) -> None:
        await self._work()
        await super().rename(conversation_id, title)

    async def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        await self._work()
        await super().set_pinned(conversation_id, pinned)

    async def trash(self, conversation_id: str) -> None:
        await self._work()
        await super().trash(conversation_id)

    async def restore(self, conversation_id: str) -> None:
        await self._work()
        await super().restore(conversation_id)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FullDisk]:
    store = FullDisk(tmp_path / "data", tmp_path / "cache")
    await store.start()
    yield store
    await store.close()


@pytest.fixture
async def other(tmp_path: Path, store: FullDisk) -> AsyncIterator[ConversationStore]:
    """Another window on the same files."""
    other = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await other.start()
    yield other
    await other.close()


@pytest.fixture
def turns(store: FullDisk) -> Turns:
    return Turns(store)


@pytest.fixture
def changes(store: FullDisk, turns: Turns) -> Changes:
    return Changes(store, turns)


@pytest.fixture
async def talk(store: FullDisk) -> Conversation:
    """Two questions, two answers, on disk."""
    conversation = Conversation(title="Old title")
    for question, answer in (("one", "uno"), ("two", "due")):
        conversation.add(ChatMessage(Role.USER, question))
        conversation.add(ChatMessage(Role.ASSISTANT, answer))
    await store.save(conversation, *conversation.messages.values())
    return conversation


async def on_disk(store: ConversationStore, talk: Conversation) -> list[str]:
    return [message.content for message in (await store.load(talk.id)).conversation.branch()]


async def listed(store: ConversationStore) -> list[ConversationSummary]:
    await store.refresh()
    return await store.recent()


async def test_changes_are_taken_back_newest_first(store: FullDisk, changes: Changes, talk: Conversation) -> None:
    await changes.rename(talk, "New title")
    await changes.set_pinned(talk, True)
    await changes.delete(talk, talk.branch()[1:2])
    await changes.trash(talk)
    assert (await listed(store), changes.trashed) == ([], {talk.id})
    sentences = []
    while (undone := await changes.undo()) is not None:
        assert undone.conversation_id == talk.id
        sentences.append(undone.sentence)
        if len(sentences) == 1:
            assert ([row.title for row in await listed(store)], changes.trashed) == (["New title"], set())
            assert await on_disk(store, talk) == ["one", "two", "due"]
        if len(sentences) == 2:
            assert await on_disk(store, talk) == ["one", "uno", "two", "due"]
            assert (await listed(store))[0].pinned
        if len(sentences) == 3:
            assert not (await listed(store))[0].pinned
    assert sentences == [
        "Brought back “New title”.",
        "Brought back 1 message of “New title”.",
        "“New title” is no longer pinned.",
        "It is called “Old title” again.",
    ]
    assert [row.title for row in await listed(store)] == ["Old title"]
    assert changes.titles == {talk.id: "Old title"}


async def test_clearing_hides_the_branch_and_comes_back_at_once(
    store: FullDisk, changes: Changes, talk: Conversation
) -> None:
    await changes.clear(talk)
    assert (talk.branch(), await on_disk(store, talk)) == ([], [])
    assert [row.title for row in await listed(store)] == ["Old title"]
    undone = await changes.undo()
    assert undone is not None
    assert undone.sentence == "Brought back 4 messages of “Old title”."
    assert await on_disk(store, talk) == ["one", "uno", "two", "due"]


async def test_what_was_restored_goes_back_to_the_trash(store: FullDisk, changes: Changes, talk: Conversation) -> None:
    await store.trash(talk.id)
    await changes.restore(talk)
    assert len(await listed(store)) == 1
    assert (await changes.undo()) is not None
    assert (await listed(store), changes.trashed) == ([], {talk.id})


CHANGES: dict[str, Change] = {
    "rename": lambda changes, talk: changes.rename(talk, "x"),
    "pin": lambda changes, talk: changes.set_pinned(talk, True),
    "trash": lambda changes, talk: changes.trash(talk),
    "delete": lambda changes, talk: changes.delete(talk, talk.branch()[:1]),
    "clear": lambda changes, talk: changes.clear(talk),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_what_failed_is_not_remembered_as_done(
    store: FullDisk, changes: Changes, talk: Conversation, name: str
) -> None:
    store.full = True
    with pytest.raises(StoreError, match="disk is full"):
        await CHANGES[name](changes, talk)
    assert (changes.trashed, changes.titles, len(talk.branch())) == (set(), {}, 4)
    store.full = False
    assert await changes.undo() is None
    assert await on_disk(store, talk) == ["one", "uno", "two", "due"]


@pytest.mark.parametrize("name", CHANGES)
async def test_an_undo_that_failed_can_be_tried_again(
    store: FullDisk, changes: Changes, talk: Conversation, name: str
) -> None:
    before = await listed(store)
    await CHANGES[name](changes, talk)
    store.full = True
    with pytest.raises(StoreError, match="disk is full"):
        await changes.undo()
    store.full = False
    assert (await changes.undo()) is not None
    assert await listed(store) == before
    assert await on_disk(store, talk) == ["one", "uno", "two", "due"]
    assert await changes.undo() is None


async def test_the_newest_acts_are_kept(store: FullDisk, changes: Changes, talk: Conversation) -> None:
    for n in range(KEPT_ACTS + 1):
        await changes.rename(talk, f"Title {n}")
        talk.title = f"Title {n}"
    taken_back = 0
    while await changes.undo() is not None:
        taken_back += 1
    assert (taken_back, (await listed(store))[0].title) == (KEPT_ACTS, "Title 0")


async def test_two_undos_at_once_take_two_acts_back(store: FullDisk, changes: Changes, talk: Conversation) -> None:
    await changes.rename(talk, "New title")
    await changes.trash(talk)
    undone = await asyncio.gather(changes.undo(), changes.undo(), changes.undo())
    assert [each.sentence if each else "" for each in undone] == [
        "Brought back “New title”.",
        "It is called “Old title” again.",
        "",
    ]


# Another window, and replies on their way


async def test_a_title_from_another_window_stands(
    store: FullDisk, other: ConversationStore, changes: Changes, talk: Conversation
) -> None:
    await changes.set_pinned(talk, True)
    await changes.rename(talk, "Mine")
    await other.rename(talk.id, "Theirs")
    with pytest.raises(ChangeError, match="another window has named it “Theirs”"):
        await changes.undo()
    assert [row.title for row in await listed(store)] == ["Theirs"]
    assert (await changes.undo()) is not None  # the one before is next
    assert not (await listed(store))[0].pinned


async def test_what_another_window_took_out_of_the_trash_is_not_undone_again(
    store: FullDisk, other: ConversationStore, changes: Changes, talk: Conversation
) -> None:
    await changes.trash(talk)
    await other.restore(talk.id)
    with pytest.raises(ChangeError, match="“Old title” is no longer where it was"):
        await changes.undo()
    assert len(await listed(store)) == 1
    assert await changes.undo() is None


async def test_only_what_was_hidden_here_comes_back(
    store: FullDisk, other: ConversationStore, changes: Changes, talk: Conversation
) -> None:
    theirs = (await other.load(talk.id)).conversation
    first = theirs.branch()[0]
    first.deleted = True
    await other.save(theirs, first)
    await changes.clear(talk)  # which still shows it
    await changes.undo()
    assert await on_disk(store, talk) == ["uno", "two", "due"]


async def test_text_that_another_window_added_is_kept(
    store: FullDisk, other: ConversationStore, changes: Changes, talk: Conversation
) -> None:
    theirs = (await other.load(talk.id)).conversation
    last = theirs.branch()[-1]
    last.content += ", and more"
    await other.save(theirs, last)
    await changes.delete(talk, talk.branch()[-1:])
    await changes.undo()
    assert (await on_disk(store, talk))[-1] == "due, and more"


async def test_nothing_is_hidden_or_brought_back_while_another_window_writes(
    store: FullDisk, other: ConversationStore, changes: Changes, talk: Conversation
) -> None:
    await changes.delete(talk, talk.branch()[:1])
    theirs = (await other.load(talk.id)).conversation
    growing = theirs.add(ChatMessage(Role.ASSISTANT, "tre", state=MessageState.STREAMING))
    await other.save(theirs, growing)
    for refused in (changes.delete(talk, talk.branch()[:1]), changes.undo()):
        with pytest.raises(ChangeError, match="arriving there in another window"):
            await refused
    growing.state = MessageState.COMPLETE
    await other.save(theirs, growing)
    assert (await changes.undo()) is not None
    assert await on_disk(store, talk) == ["one", "uno", "two", "due", "tre"]


async def test_a_talk_that_goes_on_meanwhile_gets_its_new_title(
    store: FullDisk, turns: Turns, changes: Changes, talk: Conversation
) -> None:
    go_on = asyncio.Event()
    turn = await turns.ask(talk, "Hello", ReplyOptions("test-model"), FakeLine(FakeGateway("tre", go_on)))
    await changes.rename(talk, "New title")
    assert talk.title == "New title"
    await changes.undo()
    assert talk.title == "Old title"
    go_on.set()
    await turn.wait()
    assert [row.title for row in await listed(store)] == ["Old title"]


async def test_a_reply_on_its_way_is_neither_hidden_nor_put_into_the_trash(
    store: FullDisk, turns: Turns, changes: Changes, talk: Conversation
) -> None:
    gateway = FakeGateway("tre", go_on := asyncio.Event())
    turn = await turns.ask(talk, "Hello", ReplyOptions("test-model"), FakeLine(gateway))
    await until(lambda: gateway.waiting)
    for refused in (changes.trash(talk), changes.clear(talk), changes.delete(talk, [turn.reply])):
        with pytest.raises(ChangeError, match="arriving"):
            await refused
    await changes.delete(talk, talk.branch()[:2])  # what was said before may go
    assert [message.content for message in talk.branch()] == ["two", "due", "Hello", "tre"]
    assert (await changes.undo()) is not None
    go_on.set()
    await turn.wait()
    assert await on_disk(store, talk) == ["one", "uno", "two", "due", "Hello", "tre"]


async def test_a_mark_is_on_disk_beside_what_another_window_wrote_and_goes_again(
    changes: Changes, talk: Conversation, store: FullDisk, other: ConversationStore
) -> None:
    first, second = talk.branch()[:2]
    theirs = (await other.load(talk.id)).conversation
    theirs.messages[second.id].deleted = True
    await other.save(theirs, theirs.messages[second.id])
    await changes.bookmark(talk, first.id, True)
    await changes.bookmark(talk, second.id, True)
    on_disk = (await store.load(talk.id)).conversation.messages
    assert on_disk[first.id].marked
    assert first.marked
    assert on_disk[second.id].marked
    assert on_disk[second.id].deleted
    undone = await changes.undo()
    assert undone is not None
    assert undone.sentence == "Bookmark removed again in “Old title”."
    assert undone.messages == {second.id}
    await changes.bookmark((await store.load(talk.id)).conversation, first.id, False)
    undone = await changes.undo()
    assert undone is not None
    assert undone.sentence == "Bookmark restored in “Old title”."
    marked = [each.id for each in (await store.load(talk.id)).conversation.branch() if each.marked]
    assert marked == [first.id]


async def test_a_mark_of_an_unchanged_conversation_is_made_without_reading_its_file(
    changes: Changes, talk: Conversation, store: FullDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def load(conversation_id: str) -> Any:
        raise AssertionError("read")

    with monkeypatch.context() as patched:
        patched.setattr(store, "load", load)
        await changes.bookmark(talk, talk.branch()[0].id, True)
    assert not await store.has_changed_on_disk(talk)
    assert (await store.load(talk.id)).conversation.branch()[0].marked


async def test_a_mark_that_cannot_be_written_is_not_set(changes: Changes, talk: Conversation, store: FullDisk) -> None:
    store.full = True
    with pytest.raises(StoreError, match="full"):
        await changes.bookmark(talk, talk.branch()[0].id, True)
    assert not talk.branch()[0].marked
    store.full = False
    assert await changes.undo() is None


async def test_a_mark_that_another_window_took_away_is_not_taken_back(
    changes: Changes, talk: Conversation, other: ConversationStore
) -> None:
    await changes.bookmark(talk, talk.branch()[0].id, True)
    theirs = (await other.load(talk.id)).conversation
    theirs.branch()[0].marked = False
    await other.save(theirs, theirs.branch()[0])
    with pytest.raises(ChangeError, match="another window has changed that bookmark"):
        await changes.undo()


async def test_no_mark_is_set_while_a_reply_grows_in_another_window(
    changes: Changes, talk: Conversation, store: FullDisk, other: ConversationStore
) -> None:
    theirs = (await other.load(talk.id)).conversation
    growing = theirs.add(ChatMessage(Role.ASSISTANT, "tre", state=MessageState.STREAMING))
    await other.save(theirs, growing)
    with pytest.raises(ChangeError, match="in another window"):
        await changes.bookmark(talk, talk.branch()[0].id, True)
    assert not talk.branch()[0].marked
