"""One open conversation, without a widget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes import until
from tests.services.session_case import SessionCase, long_conversation, texts
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import GatewayError, StoreError
from tui.domain.models import ModelInfo
from tui.store.conversations import ConversationStore


@pytest_asyncio.fixture
async def case(tmp_path: Path) -> AsyncIterator[SessionCase]:
    case = await SessionCase(tmp_path, "uno").start()
    yield case
    await case.close()


@asynccontextmanager
async def other_window(case: SessionCase) -> AsyncIterator[ConversationStore]:
    """Another window on the same folder."""
    store = ConversationStore(case.dirs.data, case.dirs.cache)
    await store.start()
    try:
        yield store
    finally:
        await store.close()


def fail(case: SessionCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every save fail from here on."""

    async def full(*_given: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(case.store, "save", full)


class Gate:
    """Holds saves back until it is opened."""

    def __init__(self, case: SessionCase, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = asyncio.Event()
        self.waiting = False
        self._save = case.store.save
        monkeypatch.setattr(case.store, "save", self)

    async def __call__(self, *given: Any) -> None:
        self.waiting = True
        await self.open.wait()
        await self._save(*given)


# -- Asking


async def test_a_prompt_is_saved_shown_and_answered(case: SessionCase) -> None:
    task = await case.session.send("one")
    assert task is not None
    assert case.view.seen == ["asked one"]
    assert await case.on_disk() == ["one", ""]
    assert case.session.arriving is task
    await task.wait()
    assert await case.on_disk() == texts(case.session.conversation) == ["one", "uno"]
    assert case.session.arriving is None


async def test_without_a_gateway_the_view_is_asked_for_one(case: SessionCase) -> None:
    case.services.connections.current = None
    assert await case.session.send("one") is None
    assert case.view.seen == ["gateway missing"]


async def test_a_prompt_that_cannot_be_saved_is_not_sent(case: SessionCase, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(case, monkeypatch)
    assert await case.session.send("one") is None
    assert case.view.told == ["Not sent, your text is still in the box. The disk is full."]
    assert (case.session.conversation.messages, case.gateway.requests, case.view.seen) == ({}, [], [])


async def test_of_two_prompts_at_once_one_is_sent(case: SessionCase) -> None:
    sent = await asyncio.gather(case.session.send("one"), case.session.send("two"))
    assert [task is None for task in sent] == [False, True]
    assert case.view.told == ["A reply is still arriving. Press escape to stop it."]
    await case.done()
    assert len(case.gateway.requests) == 1


async def test_a_prompt_is_not_sent_in_a_conversation_that_was_opened_since(case: SessionCase) -> None:
    await case.ask("one")
    case.session.whole.clear()
    asked = asyncio.create_task(case.session.send("two"))
    await asyncio.sleep(0)
    await case.session.show(Conversation())
    case.session.whole.set()
    assert await asked is None
    assert "because you opened another conversation" in case.view.told[-1]
    assert len(case.gateway.requests) == 1


async def test_who_turns_away_and_back_while_a_prompt_is_saved_sees_it(
    case: SessionCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(case, monkeypatch)
    asked = asyncio.create_task(case.session.send("one"))
    await until(lambda: gate.waiting)
    conversation = case.session.conversation
    await case.session.show(Conversation())
    assert await case.session.open(conversation.id)
    assert case.session.conversation is conversation
    gate.open.set()
    assert await asked is not None
    assert case.view.seen == ["shown", "shown", "shown"]


async def test_a_prompt_answers_to_what_another_window_said(case: SessionCase) -> None:
    await case.ask("one")
    async with other_window(case) as store:
        theirs = (await store.load(case.session.conversation.id)).conversation
        await store.save(theirs, theirs.add(ChatMessage(Role.USER, "two")))
    await case.ask("three")
    assert [said for _, said in case.gateway.requests[-1].messages] == ["one", "uno", "two", "three"]
    assert "branch changed, end kept" in case.view.seen


async def test_a_retry_takes_the_place_of_the_reply(case: SessionCase) -> None:
    assert not await case.session.retry()
    assert case.view.told == ["There is no reply to retry yet."]
    await case.ask("one")
    case.gateway.steps = ("eins",)
    assert await case.session.retry()
    await case.done()
    assert case.view.seen[-1] == "asked again, in place"
    assert texts(case.session.conversation) == ["one", "eins"]
    assert len(case.session.conversation.messages) == 3


async def test_a_reply_whose_prompt_is_gone_is_not_retried(case: SessionCase) -> None:
    await case.ask("one")
    await case.session.edits.delete(case.session.conversation.branch()[0].id)
    assert not await case.session.retry()
    assert "The prompt of this reply was deleted" in case.view.told[-1]


async def test_a_reply_that_was_cut_off_goes_on_as_the_same_message(case: SessionCase) -> None:
    await case.ask("one")
    assert not await case.session.continue_reply()
    assert case.view.told == ["There is no reply that was cut off."]
    case.gateway.steps = ("un", asyncio.Event())
    await case.session.send("two")
    await until(lambda: case.gateway.waiting)
    assert case.session.stop()
    await case.done()
    assert not case.session.stop()
    case.gateway.steps = ("o due",)
    assert await case.session.continue_reply()
    await case.done()
    assert texts(case.session.conversation) == ["one", "uno", "two", "uno due"]


async def test_a_new_version_of_a_prompt_stands_beside_the_old_one(case: SessionCase) -> None:
    await case.ask("one")
    question = await case.session.edits.prompt_to_edit(case.session.conversation.branch()[1].id)
    assert question is not None
    task = await case.session.send("eins?", instead_of=question.id)
    assert task is not None
    await task.wait()
    assert case.view.seen[-1] == "asked eins?, in place"
    assert texts(case.session.conversation) == ["eins?", "uno"]
    await case.session.edits.flip(case.session.conversation.branch()[0].id, -1)
    assert texts(case.session.conversation) == ["one", "uno"]
    assert case.view.cursor == question.id


async def test_the_failure_that_a_reply_shows_is_known(case: SessionCase) -> None:
    refused = GatewayError("auth", "The key was not accepted.")
    case.gateway.steps = (refused,)
    await case.ask("one")
    assert await case.session.shows_failure(refused)
    assert not await case.session.shows_failure(GatewayError("network", "No connection."))


# -- Opening, and what other windows do


async def test_a_saved_conversation_is_opened_at_its_end_or_at_a_message(case: SessionCase) -> None:
    await case.ask("one")
    opened, first = case.session.conversation.id, case.session.conversation.branch()[0].id
    await case.session.show(Conversation())
    assert case.session.draft_key == "new"
    assert await case.session.open(opened)
    assert (texts(case.session.conversation), case.session.draft_key) == (["one", "uno"], opened)
    assert await case.session.open(opened, first)
    assert case.view.cursor == first


async def test_what_cannot_be_opened_is_told_and_what_is_open_stays(case: SessionCase) -> None:
    await case.ask("one")
    shown = case.session.conversation
    assert not await case.session.open("0" * 24)
    assert case.view.told
    assert case.session.conversation is shown


async def test_of_a_long_conversation_the_end_is_shown_first(case: SessionCase) -> None:
    conversation = long_conversation(1200)
    async with other_window(case) as store:
        await store.save(conversation, *conversation.messages.values())
    assert await case.session.open(conversation.id)
    assert case.view.seen == ["shown", "painted", "beginning read"]
    assert case.view.prepared == texts(conversation) == texts(case.session.conversation)
    assert case.view.end == case.view.prepared[-len(case.view.end) :]
    assert case.session.whole.is_set()


async def test_a_reply_that_is_asked_for_keeps_its_conversation_whoever_opens_it(case: SessionCase) -> None:
    case.gateway.steps = ("un", asyncio.Event())
    task = await case.session.send("one")
    assert task is not None
    await case.session.show(Conversation())
    assert case.session.arriving is None
    assert await case.session.open(task.conversation.id)
    assert case.session.conversation is task.conversation
    assert case.session.arriving is task


async def test_a_reply_of_another_window_is_drawn_as_it_grows_and_nothing_is_sent_meanwhile(case: SessionCase) -> None:
    await case.ask("one")
    async with other_window(case) as store:
        theirs = (await store.load(case.session.conversation.id)).conversation
        reply = theirs.add(ChatMessage(Role.ASSISTANT, "gro", state=MessageState.STREAMING))
        await store.save(theirs, reply)
        await case.session.refresh()
        assert case.view.seen[-1] == "branch changed, end kept"
        assert case.session.growing == case.session.growing_replies == {reply.id}
        reply.content = "growing"
        await store.save(theirs, reply)
        await case.session.refresh()
        assert case.view.seen[-1] == "changed growing"
        assert await case.session.send("two") is None
        assert case.view.told[-1].endswith("This conversation is read-only until the reply ends.")
        reply.state = MessageState.COMPLETE
        await store.save(theirs, reply)
        await case.session.refresh()
    assert case.session.growing == frozenset()
    assert len(case.gateway.requests) == 1


async def test_a_prompt_takes_its_conversation_back_from_the_trash(case: SessionCase) -> None:
    await case.ask("one")
    async with other_window(case) as store:
        await store.trash(case.session.conversation.id)
    await case.ask("two")
    assert "Taken back from the trash." in case.view.told
    assert [row.id for row in await case.store.recent()] == [case.session.conversation.id]


# -- Changing


async def test_what_is_deleted_comes_back_with_undo(case: SessionCase) -> None:
    await case.ask("one")
    await case.ask("two")
    branch = case.session.conversation.branch()
    assert await case.session.edits.delete(branch[1].id)
    assert await case.on_disk() == ["one", "two", "uno"]
    assert case.view.cursor == branch[2].id
    assert "change made" in case.view.seen
    undone = await case.session.edits.undo()
    assert undone is not None
    assert texts(case.session.conversation) == ["one", "uno", "two", "uno"]
    assert case.view.cursor == branch[1].id
    assert await case.session.edits.undo() is None
    assert case.view.told[-1] == "There is nothing to undo."


async def test_clear_rename_pin_and_mark_are_on_disk(case: SessionCase) -> None:
    edits = case.session.edits
    await edits.pin()
    assert case.view.told == ["This conversation is empty: it is saved with its first prompt."]
    await case.ask("one")
    assert await edits.bookmark(case.session.conversation.branch()[0].id) is True
    await edits.rename("Counting")
    await edits.pin()
    stored = (await case.store.load(case.session.conversation.id)).conversation
    assert (stored.title, stored.pinned, stored.branch()[0].marked) == ("Counting", True, True)
    assert await edits.clear() == 2
    assert await case.on_disk() == []
    assert await edits.clear() == 0
    assert case.view.told[-1] == "There is nothing to clear."


async def test_nothing_is_changed_while_a_reply_arrives(case: SessionCase) -> None:
    case.gateway.steps = ("un", asyncio.Event())
    task = await case.session.send("one")
    assert task is not None
    question = case.session.conversation.branch()[0]
    assert not await case.session.edits.delete(question.id)
    assert await case.session.edits.prompt_to_edit(question.id) is None
    assert not await case.session.edits.trash()
    assert set(case.view.told) == {"A reply is still arriving. Press escape to stop it."}
    assert await case.session.edits.bookmark(question.id) is True


async def test_a_change_that_cannot_be_saved_is_told(case: SessionCase, monkeypatch: pytest.MonkeyPatch) -> None:
    await case.ask("one")
    fail(case, monkeypatch)
    assert not await case.session.edits.delete(case.session.conversation.branch()[0].id)
    assert case.view.told == ["The disk is full."]
    assert texts(case.session.conversation) == ["one", "uno"]


# -- The model


async def test_a_model_that_is_not_on_offer_is_told_once(case: SessionCase) -> None:
    await case.ask("one")
    conversation = case.session.conversation
    conversation.model, conversation.profile = "gone", "another gateway"
    await case.store.save(conversation)
    connection = case.services.connections.current
    assert connection is not None
    connection.models = [ModelInfo("test-model")]
    for _ in range(2):
        assert await case.session.open(conversation.id)
    assert case.view.told == ["gone is not available on this gateway; using test-model."]


async def test_a_picked_model_answers_and_is_that_of_the_next_new_conversation(case: SessionCase) -> None:
    await case.ask("one")
    first = case.session.conversation.id
    case.session.use_model("other")
    await case.session.show(Conversation())
    assert case.session.model == "other"
    await case.session.open(first)
    assert case.session.model == "test-model"
