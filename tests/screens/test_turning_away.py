"""Turning to another conversation while the disk is slow: every word stays where it was written."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import notices
from tests.screens.test_chat import WIDE, ask, done, pane, ready
from tests.screens.test_chat_edges import busy_disk, chat, idle, other_window
from tui.app import ChinwagApp
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.screens.message_pane import MessagePane


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def two_talks(app: ChinwagApp, pilot: Pilot[None]) -> tuple[str, str]:
    """Have two conversations, of which the second is shown; their ids."""
    await ask(app, pilot, "first")
    await done(app)
    first = pane(app).conversation.id
    await pilot.press("ctrl+n")
    await until(lambda: pane(app).conversation.id != first)
    await ask(app, pilot, "second")
    await done(app)
    await until(lambda: not pane(app).prompt_box.text and idle(app, "ask"))
    return first, pane(app).conversation.id


async def said_in(stage: Stage, conversation_id: str) -> list[str]:
    opened = await stage.services.store.load(conversation_id)
    return [message.content for message in opened.conversation.branch() if message.role is Role.USER]


async def test_a_prompt_is_never_sent_in_a_conversation_that_was_opened_after_enter(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        first, second = await two_talks(app, pilot)
        async with busy_disk(stage):
            await pilot.press(*"for the second", "enter")
            await until(lambda: not idle(app, "ask"))
            chat(app).open_conversation(first)
        await until(lambda: pane(app).conversation.id == first and idle(app, "ask"))
        assert await said_in(stage, first) == ["first"]
        kept = (await stage.services.drafts.get(second)).text
        assert [*await said_in(stage, second), kept] in (["second", "for the second"], ["second", "for the second", ""])


async def test_a_prompt_that_waited_for_a_conversation_that_was_left_is_a_draft_there(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        first, second = await two_talks(app, pilot)
        pane(app).whole.clear()  # the rest of a long conversation is being read
        await pilot.press(*"for the second", "enter")
        await until(lambda: not idle(app, "ask"))
        chat(app).open_conversation(first)
        await until(lambda: pane(app).conversation.id == first and idle(app, "ask"))
        await until(lambda: "turned to another conversation first" in notices(app))
        assert (await said_in(stage, first), await said_in(stage, second)) == (["first"], ["second"])
        chat(app).open_conversation(second)
        await until(lambda: pane(app).prompt_box.text == "for the second")


async def test_a_long_reply_that_is_continued_before_all_is_read_is_continued_in_the_conversation(stage: Stage) -> None:
    talk = Conversation(title="long")
    for n in range(300):
        talk.add(ChatMessage(Role.ASSISTANT if n % 2 else Role.USER, f"message {n} " + "word " * 800))
    talk.add(ChatMessage(Role.USER, "and then?"))
    reply = talk.add(ChatMessage(Role.ASSISTANT, "cut off here", state=MessageState.STOPPED))
    async with other_window(stage) as store:
        await store.save(talk)
    stage.gateway.steps = (" and went on",)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        chat(app).open_conversation(talk.id)
        await until(lambda: not pane(app).whole.is_set())
        await pilot.press("shift+f5")
        await until(lambda: stage.gateway.requests and not stage.services.turns.running)
        assert pane(app).conversation.messages[reply.id].content == "cut off here and went on"


async def test_two_turns_in_a_row_bring_a_draft_back_once(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        first, _second = await two_talks(app, pilot)
        await pilot.press("ctrl+n", *"waiting")
        await until(lambda: not pane(app).drafts.behind)
        chat(app).open_conversation(first)
        await until(lambda: pane(app).conversation.id == first and not pane(app).prompt_box.text)
        shown = app.screen.query_one(MessagePane)
        assert await shown.edit(shown.conversation.branch()[0].id, shown.prompt_box.text)
        await pilot.press("x")
        async with busy_disk(stage):
            leaving = asyncio.create_task(shown.leave_edit())
            await until(lambda: not shown.editing)
            await pilot.press("ctrl+n")
            await until(lambda: pane(app).conversation.id != first)
        await leaving
        await until(lambda: idle(app, "open"))
        assert pane(app).prompt_box.text == "waiting"
