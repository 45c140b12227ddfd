"""Editing an earlier prompt, flipping through versions, and prompts that were not sent, by their keys."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.containers import Vertical

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.browser import burst
from tests.screens.one_screen import SIZES, notices
from tests.screens.test_acts import chat, command, on_disk, on_screen, opened, pane, talk, under_cursor
from tests.screens.test_chat import WIDE, ask, done, ready, text
from tests.screens.test_chat_edges import SlowSaves
from tui.app import ChinwagApp
from tui.domain.errors import GatewayError, StoreError


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("zwei"))


def box(app: ChinwagApp) -> str:
    return pane(app).prompt_box.text


def header(app: ChinwagApp, content: str) -> str:
    """The line above a message."""
    lines = text(app).splitlines()
    return lines[next(n for n, line in enumerate(lines) if line.strip().endswith(content)) - 1]


async def test_an_earlier_prompt_is_asked_in_other_words_and_both_versions_stay(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "k", "k", "e")  # the cursor stands on the reply "due"
        await until(lambda: box(app) == "two")
        assert "EDIT" in text(app)
        assert "editing an earlier message" in text(app)
        await pilot.press(*" B", "enter")
        await until(lambda: stage.gateway.requests)
        await done(app)
        assert [said for _, said in stage.gateway.requests[0].messages] == ["one", "uno", "two B"]
        assert on_screen(app) == ["one", "uno", "two B", "zwei"] == await on_disk(stage, conversation)
        assert box(app) == ""
        assert "EDIT" not in text(app)
        assert "editing" not in text(app)
        await until(lambda: "‹ 2/2 ›" in header(app, "two B"))
        await pilot.press("escape", "k", "left_square_bracket")
        await until(lambda: on_screen(app) == ["one", "uno", "two", "due", "three", "tre"])
        assert under_cursor(app) == "two"
        await until(lambda: "‹ 1/2 ›" in header(app, "two"))
        assert await on_disk(stage, conversation) == on_screen(app)
        await pilot.press("right_square_bracket")
        await until(lambda: under_cursor(app) == "two B")
        await pilot.press("right_square_bracket", "right_square_bracket")  # round once
        await until(lambda: under_cursor(app) == "two B" and len(on_screen(app)) == 4)
    async with opened(stage, conversation) as (app, pilot):
        assert on_screen(app) == ["one", "uno", "two B", "zwei"]


async def test_versions_of_a_reply_are_flipped_from_the_palette_too(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("f5")
        await until(lambda: stage.gateway.requests)
        await done(app)
        await until(lambda: "‹ 2/2 ›" in header(app, "zwei"))
        await command(app, pilot, "version")
        await until(lambda: on_screen(app)[-1] == "tre")
        assert pane(app).transcript.cursor is None
        await command(app, pilot, "version")
        await until(lambda: on_screen(app)[-1] == "zwei")


async def test_a_message_without_versions_says_how_to_get_some(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "right_square_bracket")
        await until(lambda: "There is one version of this message." in notices(app))


async def test_a_version_is_shown_though_it_cannot_be_saved(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("f5")
        await until(lambda: stage.gateway.requests)
        await done(app)

        async def full(*_given: object) -> None:
            raise StoreError("The disk is full.")

        monkeypatch.setattr(stage.services.store, "save", full)
        await pilot.press("escape", "left_square_bracket")
        await until(lambda: "The disk is full." in notices(app))
        assert on_screen(app)[-1] == "tre"


# Drafts


async def test_escape_gives_the_draft_back_and_keeps_the_edit(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"my draft")
        await pilot.press("shift+tab", "k", "e")
        await until(lambda: box(app) == "three")
        await pilot.press("escape")
        await until(lambda: box(app) == "my draft")
        assert "EDIT" not in text(app)
        assert "Your edit is kept" not in notices(app)
        await pilot.press("shift+tab", "e")
        await until(lambda: box(app) == "three")
        await pilot.press(*"!", "escape")
        await until(lambda: box(app) == "my draft")
        assert "Your edit is kept: e on that message goes on with it." in notices(app)
        await pilot.press("shift+tab", "e")
        await until(lambda: box(app) == "three!")
        await pilot.press("enter")
        await until(lambda: stage.gateway.requests)
        await until(lambda: box(app) == "my draft")
        await done(app)
        assert on_screen(app) == ["one", "uno", "two", "due", "three!", "zwei"]
        await pilot.press("shift+tab", "k", "e")
        await until(lambda: box(app) == "three!")  # the new version, not what was left of the edit


async def test_draft_and_edit_outlive_the_program(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"my draft", "shift+tab", "e")
        await until(lambda: box(app) == "three")
        await pilot.press(*"!", "ctrl+q")
        await until(lambda: app._exit)
    async with opened(stage, conversation) as (app, pilot):
        await until(lambda: box(app) == "my draft")
        await pilot.press("shift+tab", "e")
        await until(lambda: box(app) == "three!")


async def test_another_conversation_ends_the_edit(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"my draft", "shift+tab", "e")
        await until(lambda: box(app) == "three")
        await pilot.press("ctrl+n")
        await until(lambda: not pane(app).conversation.messages)
        assert (box(app), pane(app).editing) == ("", False)
        chat(app).open_conversation(conversation.id)
        await until(lambda: box(app) == "my draft")
        await pilot.press("enter")
        await until(lambda: stage.gateway.requests)
        await done(app)
        assert on_screen(app)[-2:] == ["my draft", "zwei"]
        assert len(on_screen(app)) == 8


async def test_an_edit_that_cannot_be_saved_stays_in_the_box(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "e")
        await until(lambda: box(app) == "three")

        async def full(*_given: object) -> None:
            raise StoreError("The disk is full.")

        with monkeypatch.context() as broken:
            broken.setattr(stage.services.store, "save", full)
            await pilot.press("!", "enter")
            await until(lambda: "Not sent, your text is still in the box. The disk is full." in notices(app))
        assert (box(app), pane(app).editing, len(on_screen(app))) == ("three!", True, 6)
        await pilot.press("enter")
        await until(lambda: stage.gateway.requests)
        await done(app)
        assert on_screen(app)[-2:] == ["three!", "zwei"]


async def test_an_edit_is_shown_once_though_one_looks_elsewhere_while_it_is_saved(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"my draft", "shift+tab", "e")
        await until(lambda: box(app) == "three")
        saves = SlowSaves(stage.services.store)
        await pilot.press("!", "enter")
        await until(lambda: saves.waiting)
        await pilot.press("ctrl+n")
        await until(lambda: not pane(app).conversation.messages)
        chat(app).open_conversation(conversation.id)
        await until(lambda: pane(app).conversation.id == conversation.id)
        saves.gate.set()
        await until(lambda: stage.gateway.requests)
        await done(app)
        assert on_screen(app) == ["one", "uno", "two", "due", "three!", "zwei"]
        await until(lambda: box(app) == "my draft")
        assert not pane(app).editing
        await pilot.press("shift+tab", "k", "left_square_bracket", "e")
        await until(lambda: box(app) == "three")  # what was sent is no draft any more


async def test_a_reply_whose_prompt_was_deleted_has_none_to_edit(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "k", "ctrl+x")
        await until(lambda: len(on_screen(app)) == 5)
        await pilot.press("e")
        await until(lambda: "There is no prompt to edit here" in notices(app))
        await until(lambda: chat(app).reading)
        assert under_cursor(app) == "tre"
        assert box(app) == ""


async def test_reading_on_while_editing(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "e")
        await until(lambda: box(app) == "three")
        await pilot.press("shift+tab", "g")
        await until(lambda: "READ" in text(app))
        await pilot.press("escape")
        await until(lambda: "EDIT" in text(app))
        assert box(app) == "three"
        await pilot.press("escape")
        await until(lambda: box(app) == "")
        assert not pane(app).editing


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_says_that_it_is_an_edit(stage: Stage, size: tuple[int, int]) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation, size) as (app, pilot):
        await pilot.press("escape", "e")
        await until(lambda: box(app) == "three")
        await pilot.pause()
        assert "EDIT" in text(app)
        assert "editing an earlier" in text(app)
        frame = app.screen.query_one("#prompt-frame", Vertical)
        assert frame.region.bottom <= size[1]


# Prompts that were not answered


async def test_a_prompt_that_was_not_sent_says_so_until_it_is(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("network", "Could not connect to lab."),)
    app = stage.app()
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await ask(app, pilot, "Helo")
        await done(app)
        await until(lambda: "not sent" in text(app))
        assert "not sent" in header(app, "Helo")
        assert "no connection · Could not connect to lab." in text(app)
        assert "f5 retry · esc e edit" in text(app)
        stage.gateway.steps = (GatewayError("auth", "The key was not accepted."),)
        await pilot.press("f5")
        await until(lambda: "not accepted" in header(app, "Helo"))
        stage.gateway.steps = ("Hi.",)
        await pilot.press("escape", "e")
        await until(lambda: box(app) == "Helo")
        await pilot.press("backspace", "l", "o", "enter")
        await until(lambda: "Hi." in text(app))
        await done(app)
        assert on_screen(app) == ["Hello", "Hi."]
        assert "not sent" not in text(app)
        assert [said for _, said in stage.gateway.requests[-1].messages] == ["Hello"]


async def test_a_stop_before_the_first_word_is_no_answer(stage: Stage) -> None:
    stage.gateway.steps = (asyncio.Event(),)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "Hello")
        await until(lambda: stage.gateway.waiting)
        assert "not answered" not in text(app)
        await pilot.press("escape")
        await done(app)
        await until(lambda: "not answered" in header(app, "Hello"))
        stage.gateway.steps = ("Hi.",)
        await pilot.press("f5")
        await until(lambda: "Hi." in text(app))
        assert "not answered" not in text(app)


async def test_the_mark_is_there_after_a_restart(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("tls", "The secure connection failed."),)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "Hello")
        await done(app)
        conversation = pane(app).conversation
        await pilot.press("ctrl+q")
    async with opened(stage, conversation) as (app, pilot):
        await ready(app, pilot)
        await until(lambda: "not sent" in text(app))
        assert "not sent" in header(app, "Hello")


async def test_what_is_typed_in_one_burst_with_the_key_goes_into_the_edit(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"draft", "escape", "k")
        await until(lambda: under_cursor(app) == "three")
        burst(app, "e", *" more")
        await until(lambda: box(app) == "three more")
        await pilot.press("escape")
        await until(lambda: box(app) == "draft")


async def test_what_is_typed_in_one_burst_with_the_way_out_of_reading_is_text(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape")
        await until(lambda: chat(app).reading)
        burst(app, "k", "k", "i", *"hello")
        await until(lambda: box(app) == "hello")
        assert not chat(app).reading
