"""Turning to another conversation while the disk is slow: every word stays where it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import ChatDriver
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def two_talks(chat: ChatDriver) -> tuple[str, str]:
    """Have two conversations, of which the second is shown; their ids."""
    await chat.ask("first")
    await chat.done()
    first = chat.conversation.id
    await chat.press("ctrl+n")
    await until(lambda: chat.conversation.id != first)
    await chat.ask("second")
    await chat.done()
    await until(lambda: not chat.draft and chat.is_idle("ask"))
    return first, chat.conversation.id


async def said_in(stage: Stage, conversation_id: str) -> list[str]:
    opened = await stage.services.store.load(conversation_id)
    return [message.content for message in opened.conversation.branch() if message.role is Role.USER]


async def test_a_prompt_is_never_sent_in_a_conversation_that_was_opened_after_enter(stage: Stage) -> None:
    async with stage.chat() as chat:
        first, second = await two_talks(chat)
        async with stage.busy_disk():
            await chat.send("for the second")
            await until(lambda: not chat.is_idle("ask"))
            chat.open(first)
        await until(lambda: chat.conversation.id == first and chat.is_idle("ask"))
        assert await said_in(stage, first) == ["first"]
        kept = (await stage.services.drafts.get(second)).text
        assert [*await said_in(stage, second), kept] in (["second", "for the second"], ["second", "for the second", ""])


async def test_a_prompt_that_waited_for_a_conversation_that_was_left_is_a_draft_there(stage: Stage) -> None:
    async with stage.chat() as chat:
        first, second = await two_talks(chat)
        chat.hold_rest()
        await chat.send("for the second")
        await until(lambda: not chat.is_idle("ask"))
        chat.open(first)
        await until(lambda: chat.conversation.id == first and chat.is_idle("ask"))
        await chat.told("because you opened another conversation")
        assert (await said_in(stage, first), await said_in(stage, second)) == (["first"], ["second"])
        chat.open(second)
        await until(lambda: chat.draft == "for the second")


async def test_a_long_reply_that_is_continued_before_all_is_read_is_continued_in_the_conversation(stage: Stage) -> None:
    talk = Conversation(title="long")
    for n in range(300):
        talk.add(ChatMessage(Role.ASSISTANT if n % 2 else Role.USER, f"message {n} " + "word " * 800))
    talk.add(ChatMessage(Role.USER, "and then?"))
    reply = talk.add(ChatMessage(Role.ASSISTANT, "cut off here", state=MessageState.STOPPED))
    async with stage.other_window() as store:
        await store.save(talk)
    stage.gateway.steps = (" and went on",)
    async with stage.chat() as chat:
        await chat.ready()
        chat.open(talk.id)
        await until(lambda: not chat.is_whole)
        await chat.press("shift+f5")
        await until(lambda: stage.gateway.requests and not stage.services.turns.running)
        assert chat.conversation.messages[reply.id].content == "cut off here and went on"


async def test_two_turns_in_a_row_bring_a_draft_back_once(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        first, _second = await two_talks(chat)
        await chat.press("ctrl+n", *"waiting")
        await until(lambda: not chat.drafts.behind)
        chat.open(first)
        await until(lambda: chat.conversation.id == first and not chat.draft)
        await chat.press("escape", "g", "e")
        await until(lambda: chat.is_editing and chat.draft == "first")
        await chat.press("x")
        async with stage.busy_disk():
            await chat.press("escape")
            await until(lambda: not chat.is_editing)
            await chat.press("ctrl+n")
            await until(lambda: chat.conversation.id != first)
        await until(lambda: chat.is_idle("open", "act"))
        assert chat.draft == "waiting"
