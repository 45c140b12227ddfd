"""Marked messages, by their keys."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.outline_view import outline, texts
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.rendering.note import BOOKMARK
from tui.services.export.json_form import as_json
from tui.services.importing.own import read_own


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("quattro"))


async def on_disk(stage: Stage, conversation: Conversation) -> list[str]:
    """The marked messages."""
    return [m.content for m in (await stage.services.store.load(conversation.id)).conversation.branch() if m.marked]


async def test_m_marks_the_message_and_again_no_longer_and_ctrl_z_takes_that_back(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "k", "m")
        await chat.shows(f"{BOOKMARK} You")
        assert await on_disk(stage, conversation) == ["three"]
        assert not chat.notices  # it can be seen
        await chat.press("m")
        await chat.hides(BOOKMARK)
        assert await on_disk(stage, conversation) == []
        await chat.press("j", "ctrl+z")
        await chat.told("Bookmark restored in “Counting”.")
        await chat.shows(f"{BOOKMARK} You")
        assert chat.cursor_text == "three"
        assert await on_disk(stage, conversation) == ["three"]
        await chat.press("ctrl+z")
        await chat.told("Bookmark removed again in “Counting”.")
        assert BOOKMARK not in chat.text
    async with stage.opened(conversation) as chat:
        assert BOOKMARK not in chat.text


async def test_marks_last_and_the_apostrophe_goes_from_one_to_the_next(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "apostrophe")
        await chat.told("There is no bookmark yet.")
        await chat.press("m", "k", "k", "m")
        await until(lambda: chat.text.count(BOOKMARK) == 2)
    async with stage.opened(conversation) as chat:
        await until(lambda: chat.text.count(BOOKMARK) == 2)
        await chat.press("escape", "g", "apostrophe")
        await until(lambda: chat.cursor_text == "due")
        await chat.press("apostrophe")
        await until(lambda: chat.cursor_text == "tre")
        assert not chat.notices
        await chat.press("apostrophe")
        await chat.told("That was the last bookmark. This is the first.")
        assert chat.cursor_text == "due"
        await chat.press("m", "apostrophe", "apostrophe")
        await chat.told("This is the only bookmark.")
        assert chat.cursor_text == "tre"


async def test_from_the_prompt_commands_mark_the_last_message_and_go_to_a_mark(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.command("mark")
        await chat.shows(f"{BOOKMARK} test-model")
        assert await on_disk(stage, conversation) == ["tre"]
        await chat.command("marks")
        await until(lambda: chat.mode == "READ")
        await until(lambda: chat.cursor_text == "tre")


async def test_a_mark_is_told_where_the_header_is_out_of_view(stage: Stage) -> None:
    async with stage.opened(await stage.talk(("one", "\n\n".join(["uno"] * 60)))) as chat:
        await chat.press("escape", "end", "ctrl+d", "m")
        await chat.told("Bookmark set.")
        await chat.press("m")
        await chat.told("Bookmark removed.")


async def test_a_mark_of_another_window_is_seen_here(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        async with stage.other_window() as theirs:
            there = (await theirs.load(conversation.id)).conversation
            there.branch()[0].marked = True
            await theirs.save(there, there.branch()[0])
        await chat.shows(f"{BOOKMARK} You")


async def test_the_reply_that_arrives_here_can_be_marked_and_keeps_its_mark(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway = FakeGateway("Once ", gate, "upon a time.")
    async with stage.chat(notifications=True) as chat:
        await chat.ask()
        await chat.shows("Once")
        await chat.press("shift+tab", "m")
        await chat.shows(f"{BOOKMARK} test-model")
        gate.set()
        await chat.done()
        await chat.shows("upon a time")
        assert f"{BOOKMARK} test-model" in chat.text
        assert await on_disk(stage, chat.conversation) == ["Once upon a time."]


async def test_nothing_is_marked_while_a_reply_grows_in_another_window(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat, stage.other_window() as theirs:
        there = (await theirs.load(conversation.id)).conversation
        await theirs.save(there, there.add(ChatMessage(Role.ASSISTANT, "Growing", state=MessageState.STREAMING)))
        await chat.press("escape", "m")
        await chat.told("A reply is arriving here in another window.")
        assert await on_disk(stage, conversation) == []


async def test_the_outline_shows_marks_and_tab_leaves_them_alone(stage: Stage) -> None:
    async with stage.opened(await stage.talk()) as chat:
        await chat.press("escape", "o")
        rows = await outline(chat)
        assert texts(rows) == ["one", "two", "three"]
        await chat.press("tab")
        await chat.shows("No bookmarks yet. Press m in READ to set one.")
        await chat.press("tab", "escape")
        await chat.back()
        await chat.press("m", "k", "k", "k", "k", "k", "m")
        await until(lambda: chat.text.count(BOOKMARK) == 2)
        await chat.press("o")
        rows = await outline(chat)
        assert texts(rows) == ["one", "two", "three", "tre"]
        await chat.press("tab")
        await until(lambda: texts(rows) == ["one", "tre"])
        assert f"{BOOKMARK} you   one" in chat.text
        assert "Outline · bookmarks only" in chat.text
        await chat.press("down", "enter")
        await chat.back()
        await until(lambda: chat.cursor_text == "tre")


async def test_marks_are_exported_and_imported(stage: Stage) -> None:
    conversation = await stage.talk()
    conversation.branch()[1].marked = True
    found = read_own(json.loads(as_json(conversation))).conversation
    assert [message.content for message in found.branch() if message.marked] == ["uno"]
