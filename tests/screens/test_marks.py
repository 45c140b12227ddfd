"""Marked messages, by their keys."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import notices
from tests.screens.test_acts import command, opened, talk, under_cursor, window
from tests.screens.test_chat import WIDE, ask, done, pane, text
from tests.screens.test_outline import back, outline, texts
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.services.export.json_form import as_json
from tui.services.importing.own import read_own
from tui.widgets.transcript.note import MARK


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("quattro"))


async def on_disk(stage: Stage, conversation: Conversation) -> list[str]:
    """The marked messages."""
    return [m.content for m in (await stage.services.store.load(conversation.id)).conversation.branch() if m.marked]


async def test_m_marks_the_message_and_again_no_longer_and_ctrl_z_takes_that_back(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "k", "m")
        await until(lambda: f"{MARK} You" in text(app))
        assert await on_disk(stage, conversation) == ["three"]
        assert not notices(app)  # it can be seen
        await pilot.press("m")
        await until(lambda: MARK not in text(app))
        assert await on_disk(stage, conversation) == []
        await pilot.press("j", "ctrl+z")
        await until(lambda: "Marked again in “Counting”." in notices(app))
        await until(lambda: f"{MARK} You" in text(app))
        assert under_cursor(app) == "three"
        assert await on_disk(stage, conversation) == ["three"]
        await pilot.press("ctrl+z")
        await until(lambda: "No longer marked in “Counting”." in notices(app))
        assert MARK not in text(app)
    async with opened(stage, conversation) as (app, pilot):
        assert MARK not in text(app)


async def test_marks_last_and_the_apostrophe_goes_from_one_to_the_next(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "apostrophe")
        await until(lambda: "Nothing is marked yet." in notices(app))
        await pilot.press("m", "k", "k", "m")
        await until(lambda: text(app).count(MARK) == 2)
    async with opened(stage, conversation) as (app, pilot):
        await until(lambda: text(app).count(MARK) == 2)
        await pilot.press("escape", "g", "apostrophe")
        await until(lambda: under_cursor(app) == "due")
        await pilot.press("apostrophe")
        await until(lambda: under_cursor(app) == "tre")
        assert not notices(app)
        await pilot.press("apostrophe")
        await until(lambda: "That was the last mark. This is the first." in notices(app))
        assert under_cursor(app) == "due"
        await pilot.press("m", "apostrophe", "apostrophe")
        await until(lambda: "This is the only mark." in notices(app))
        assert under_cursor(app) == "tre"


async def test_from_the_prompt_commands_mark_the_last_message_and_go_to_a_mark(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await command(app, pilot, "mark")
        await until(lambda: f"{MARK} test-model" in text(app))
        assert await on_disk(stage, conversation) == ["tre"]
        await command(app, pilot, "marks")
        await until(lambda: pane(app).status.mode == "READ")
        await until(lambda: under_cursor(app) == "tre")


async def test_a_mark_is_told_where_the_header_is_out_of_view(stage: Stage) -> None:
    async with opened(stage, await talk(stage, ("one", "\n\n".join(["uno"] * 60)))) as (app, pilot):
        await pilot.press("escape", "end", "ctrl+d", "m")
        await until(lambda: "Marked." in notices(app))
        await pilot.press("m")
        await until(lambda: "No longer marked." in notices(app))


async def test_a_mark_of_another_window_is_seen_here(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, _pilot):
        async with window(stage) as theirs:
            there = (await theirs.load(conversation.id)).conversation
            there.branch()[0].marked = True
            await theirs.save(there, there.branch()[0])
        await until(lambda: f"{MARK} You" in text(app))


async def test_the_reply_that_arrives_here_can_be_marked_and_keeps_its_mark(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway = FakeGateway("Once ", gate, "upon a time.")
    app = stage.app()
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await ask(app, pilot)
        await until(lambda: "Once" in text(app))
        await pilot.press("shift+tab", "m")
        await until(lambda: f"{MARK} test-model" in text(app))
        gate.set()
        await done(app)
        await until(lambda: "upon a time" in text(app))
        assert f"{MARK} test-model" in text(app)
        assert await on_disk(stage, pane(app).conversation) == ["Once upon a time."]


async def test_nothing_is_marked_while_a_reply_grows_in_another_window(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot), window(stage) as theirs:
        there = (await theirs.load(conversation.id)).conversation
        await theirs.save(there, there.add(ChatMessage(Role.ASSISTANT, "Growing", state=MessageState.STREAMING)))
        await pilot.press("escape", "m")
        await until(lambda: "A reply is arriving here in another window." in notices(app))
        assert await on_disk(stage, conversation) == []


async def test_the_outline_shows_marks_and_tab_leaves_them_alone(stage: Stage) -> None:
    async with opened(stage, await talk(stage)) as (app, pilot):
        await pilot.press("escape", "o")
        rows = await outline(app)
        assert texts(rows) == ["one", "two", "three"]
        await pilot.press("tab")
        await until(lambda: "Nothing is marked yet. m in READ marks a message." in text(app))
        await pilot.press("tab", "escape")
        await back(app)
        await pilot.press("m", "k", "k", "k", "k", "k", "m")
        await until(lambda: text(app).count(MARK) == 2)
        await pilot.press("o")
        rows = await outline(app)
        assert texts(rows) == ["one", "two", "three", "tre"]
        await pilot.press("tab")
        await until(lambda: texts(rows) == ["one", "tre"])
        assert f"{MARK} you   one" in text(app)
        assert "Outline · marked only" in text(app)
        await pilot.press("down", "enter")
        await back(app)
        await until(lambda: under_cursor(app) == "tre")


async def test_marks_are_exported_and_imported(stage: Stage) -> None:
    conversation = await talk(stage)
    conversation.branch()[1].marked = True
    found = read_own(json.loads(as_json(conversation))).conversation
    assert [message.content for message in found.branch() if message.marked] == ["uno"]
