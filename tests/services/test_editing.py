"""Asking with another version of an earlier prompt."""

from __future__ import annotations

import pytest

from tests.fakes import FakeGateway, FakeLine, MemoryStore
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.services.reply_options import ReplyOptions
from tui.services.turns import Turns


def talk() -> Conversation:
    conversation = Conversation(title="Counting")
    for question, answer in (("one", "uno"), ("two", "due"), ("three", "tre")):
        conversation.add(ChatMessage(Role.USER, question))
        conversation.add(ChatMessage(Role.ASSISTANT, answer))
    return conversation


def texts(conversation: Conversation) -> list[str]:
    return [message.content for message in conversation.branch()]


async def test_an_edited_prompt_stands_beside_the_old_one_and_sends_what_was_before_it() -> None:
    conversation, gateway, store = talk(), FakeGateway("zwei"), MemoryStore()
    old = conversation.branch()[2]
    turns = Turns(store)
    turn = await turns.edit(conversation, old, "TWO", ReplyOptions("test-model"), FakeLine(gateway))
    assert texts(store.saves[0]) == ["one", "uno", "TWO", ""]  # on disk before the request leaves
    await turn.wait()
    assert list(gateway.requests[0].messages) == [
        (Role.USER, "one"),
        (Role.ASSISTANT, "uno"),
        (Role.USER, "TWO"),
    ]
    assert texts(store.saves[-1]) == ["one", "uno", "TWO", "zwei"]
    assert conversation.title == "Counting"
    conversation.show_branch_of(old.id)
    assert texts(conversation) == ["one", "uno", "two", "due", "three", "tre"]


async def test_the_first_prompt_can_be_edited() -> None:
    conversation, gateway = talk(), FakeGateway("eins")
    turn = await Turns(MemoryStore()).edit(
        conversation, conversation.branch()[0], "ONE", ReplyOptions("test-model"), FakeLine(gateway)
    )
    await turn.wait()
    assert texts(conversation) == ["ONE", "eins"]
    assert [beside.content for beside in conversation.siblings(conversation.branch()[0])] == ["one", "ONE"]


async def test_an_edit_that_cannot_be_saved_changes_nothing() -> None:
    conversation, gateway = talk(), FakeGateway("zwei")
    before = (texts(conversation), len(conversation.messages), conversation.updated)
    turns = Turns(MemoryStore(fails="The disk is full."))
    with pytest.raises(StoreError):
        await turns.edit(conversation, conversation.branch()[2], "TWO", ReplyOptions("test-model"), FakeLine(gateway))
    assert (texts(conversation), len(conversation.messages), conversation.updated) == before
    assert gateway.requests == []
    assert turns.running == []


async def test_an_unanswered_prompt_that_is_edited_does_not_go_out_twice() -> None:
    conversation, gateway = Conversation(), FakeGateway("Hello.")
    question = conversation.add(ChatMessage(Role.USER, "Helo"))
    conversation.add(ChatMessage(Role.ASSISTANT, state=MessageState.FAILED))
    turn = await Turns(MemoryStore()).edit(
        conversation, question, "Hello", ReplyOptions("test-model"), FakeLine(gateway)
    )
    await turn.wait()
    assert list(gateway.requests[0].messages) == [(Role.USER, "Hello")]
