"""Changes to saved conversations, and taking them back."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import FakeGateway, FakeLine, MemoryStore
from tui.domain.chat import Conversation, ConversationSummary
from tui.domain.errors import StoreError
from tui.services.changes import Changes, Undoable
from tui.services.chat import ChatService, Setup
from tui.services.turns import Turns

TALK = ConversationSummary("talk", "Old title", 0.0)


class ChangedStore:
    """Keeps titles and what is in the trash, and fails on demand."""

    def __init__(self) -> None:
        self.titles = {"talk": "Old title"}
        self.trashed: set[str] = set()
        self.pinned: set[str] = set()
        self.fails = False

    async def rename(self, conversation_id: str, title: str) -> None:
        self._check()
        self.titles[conversation_id] = title

    async def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        self._check()
        (self.pinned.add if pinned else self.pinned.discard)(conversation_id)

    async def trash(self, conversation_id: str) -> None:
        self._check()
        self.trashed.add(conversation_id)

    async def restore(self, conversation_id: str) -> None:
        self._check()
        self.trashed.remove(conversation_id)

    def _check(self) -> None:
        if self.fails:
            raise StoreError("The disk is full.")


def turns() -> Turns:
    return Turns(ChatService(MemoryStore()))


async def test_changes_are_taken_back_newest_first() -> None:
    store = ChangedStore()
    changes = Changes(store, turns())
    await changes.rename(TALK, "New title")
    await changes.trash(TALK)
    assert (store.titles, store.trashed, changes.trashed) == ({"talk": "New title"}, {"talk"}, {"talk"})
    assert (await changes.undo()) == Undoable("talk", "Old title", trashed=True)
    assert (store.trashed, changes.trashed) == (set(), set())
    assert (await changes.undo()) == Undoable("talk", "Old title", trashed=False)
    assert store.titles == {"talk": "Old title"}
    assert await changes.undo() is None


async def test_what_failed_is_not_remembered_as_done() -> None:
    store = ChangedStore()
    changes = Changes(store, turns())
    store.fails = True
    for change in (changes.rename(TALK, "x"), changes.trash(TALK), changes.set_pinned(TALK, True)):
        with pytest.raises(StoreError):
            await change
    assert (changes.trashed, changes.renamed) == (set(), set())
    assert await changes.undo() is None


async def test_an_undo_that_failed_can_be_tried_again() -> None:
    store = ChangedStore()
    changes = Changes(store, turns())
    await changes.trash(TALK)
    store.fails = True
    with pytest.raises(StoreError):
        await changes.undo()
    assert changes.trashed == {"talk"}
    store.fails = False
    await changes.undo()
    assert store.trashed == set()


async def test_a_talk_that_goes_on_meanwhile_gets_its_new_title() -> None:
    running, go_on = turns(), asyncio.Event()
    conversation = Conversation(id="talk", title="Old title")
    turn = await running.ask(conversation, "Hello", Setup("test-model"), FakeLine(FakeGateway(go_on)))
    await Changes(ChangedStore(), running).rename(TALK, "New title")
    assert conversation.title == "New title"
    go_on.set()
    await turn.wait()
