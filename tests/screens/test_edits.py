"""Editing an earlier prompt, flipping through versions, and prompts that were not sent, by their keys."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.containers import Vertical

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import ChatDriver
from tests.terminal_view import SIZES
from tui.domain.errors import GatewayError, StoreError


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("zwei"))


def header(chat: ChatDriver, content: str) -> str:
    """The line above a message."""
    lines = chat.lines
    return lines[next(n for n, line in enumerate(lines) if line.strip().endswith(content)) - 1]


async def test_an_earlier_prompt_is_asked_in_other_words_and_both_versions_stay(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "k", "k", "e")  # the cursor stands on the reply "due"
        await until(lambda: chat.draft == "two")
        assert "EDIT" in chat.text
        assert "editing an earlier message" in chat.text
        await chat.send(" B")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        assert [said for _, said in stage.gateway.requests[0].messages] == ["one", "uno", "two B"]
        assert chat.shown_messages == ["one", "uno", "two B", "zwei"] == await stage.on_disk(conversation)
        assert chat.draft == ""
        assert "EDIT" not in chat.text
        assert "editing" not in chat.text
        await until(lambda: "‹ 2/2 ›" in header(chat, "two B"))
        await chat.press("escape", "k", "left_square_bracket")
        await until(lambda: chat.shown_messages == ["one", "uno", "two", "due", "three", "tre"])
        assert chat.cursor_text == "two"
        await until(lambda: "‹ 1/2 ›" in header(chat, "two"))
        assert await stage.on_disk(conversation) == chat.shown_messages
        await chat.press("right_square_bracket")
        await until(lambda: chat.cursor_text == "two B")
        await chat.press("right_square_bracket", "right_square_bracket")  # round once
        await until(lambda: chat.cursor_text == "two B" and len(chat.shown_messages) == 4)
    async with stage.opened(conversation) as chat:
        assert chat.shown_messages == ["one", "uno", "two B", "zwei"]


async def test_versions_of_a_reply_are_flipped_from_the_palette_too(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("f5")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        await until(lambda: "‹ 2/2 ›" in header(chat, "zwei"))
        await chat.command("version")
        await until(lambda: chat.shown_messages[-1] == "tre")
        assert chat.transcript.cursor.message_id is None
        await chat.command("version")
        await until(lambda: chat.shown_messages[-1] == "zwei")


async def test_a_message_without_versions_says_how_to_get_some(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "right_square_bracket")
        await chat.told("There is one version of this message.")


async def test_a_version_is_shown_though_it_cannot_be_saved(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("f5")
        await until(lambda: stage.gateway.requests)
        await chat.done()

        async def full(*_given: object) -> None:
            raise StoreError("The disk is full.")

        monkeypatch.setattr(stage.services.store, "save", full)
        await chat.press("escape", "left_square_bracket")
        await chat.told("The disk is full.")
        assert chat.shown_messages[-1] == "tre"


# Drafts


async def test_escape_gives_the_draft_back_and_keeps_the_edit(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.type("my draft")
        await chat.press("shift+tab", "k", "e")
        await until(lambda: chat.draft == "three")
        await chat.press("escape")
        await until(lambda: chat.draft == "my draft")
        assert "EDIT" not in chat.text
        assert "Edit saved" not in chat.notices
        await chat.press("shift+tab", "e")
        await until(lambda: chat.draft == "three")
        await chat.press(*"!", "escape")
        await until(lambda: chat.draft == "my draft")
        assert "Edit saved. Press e on that message to continue." in chat.notices
        await chat.press("shift+tab", "e")
        await until(lambda: chat.draft == "three!")
        await chat.press("enter")
        await until(lambda: stage.gateway.requests)
        await until(lambda: chat.draft == "my draft")
        await chat.done()
        assert chat.shown_messages == ["one", "uno", "two", "due", "three!", "zwei"]
        await chat.press("shift+tab", "k", "e")
        await until(lambda: chat.draft == "three!")  # the new version, not what was left of the edit


async def test_draft_and_edit_outlive_the_program(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press(*"my draft", "shift+tab", "e")
        await until(lambda: chat.draft == "three")
        await chat.press(*"!", "ctrl+q")
        await chat.has_quit()
    async with stage.opened(conversation) as chat:
        await until(lambda: chat.draft == "my draft")
        await chat.press("shift+tab", "e")
        await until(lambda: chat.draft == "three!")


async def test_another_conversation_ends_the_edit(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press(*"my draft", "shift+tab", "e")
        await until(lambda: chat.draft == "three")
        await chat.press("ctrl+n")
        await until(lambda: not chat.conversation.messages)
        assert (chat.draft, chat.is_editing) == ("", False)
        chat.open(conversation.id)
        await until(lambda: chat.draft == "my draft")
        await chat.press("enter")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        assert chat.shown_messages[-2:] == ["my draft", "zwei"]
        assert len(chat.shown_messages) == 8


async def test_an_edit_that_cannot_be_saved_stays_in_the_box(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "e")
        await until(lambda: chat.draft == "three")

        async def full(*_given: object) -> None:
            raise StoreError("The disk is full.")

        with monkeypatch.context() as broken:
            broken.setattr(stage.services.store, "save", full)
            await chat.press("!", "enter")
            await chat.told("Not sent, your text is still in the box. The disk is full.")
        assert (chat.draft, chat.is_editing, len(chat.shown_messages)) == ("three!", True, 6)
        await chat.press("enter")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        assert chat.shown_messages[-2:] == ["three!", "zwei"]


async def test_an_edit_is_shown_once_though_one_looks_elsewhere_while_it_is_saved(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press(*"my draft", "shift+tab", "e")
        await until(lambda: chat.draft == "three")
        saves = stage.slow_saves()
        await chat.press("!", "enter")
        await until(lambda: saves.waiting)
        await chat.press("ctrl+n")
        await until(lambda: not chat.conversation.messages)
        chat.open(conversation.id)
        await until(lambda: chat.conversation.id == conversation.id)
        saves.gate.set()
        await until(lambda: stage.gateway.requests)
        await chat.done()
        assert chat.shown_messages == ["one", "uno", "two", "due", "three!", "zwei"]
        await until(lambda: chat.draft == "my draft")
        assert not chat.is_editing
        await chat.press("shift+tab", "k", "left_square_bracket", "e")
        await until(lambda: chat.draft == "three")  # what was sent is no draft any more


async def test_a_reply_whose_prompt_was_deleted_has_none_to_edit(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "k", "ctrl+x")
        await until(lambda: len(chat.shown_messages) == 5)
        await chat.press("e")
        await chat.told("There is no prompt to edit here")
        await until(lambda: chat.is_reading)
        assert chat.cursor_text == "tre"
        assert chat.draft == ""


async def test_reading_on_while_editing(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "e")
        await until(lambda: chat.draft == "three")
        await chat.press("shift+tab", "g")
        await chat.shows("READ")
        await chat.press("escape")
        await chat.shows("EDIT")
        assert chat.draft == "three"
        await chat.press("escape")
        await until(lambda: chat.draft == "")
        assert not chat.is_editing


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_says_that_it_is_an_edit(stage: Stage, size: tuple[int, int]) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation, size) as chat:
        await chat.press("escape", "e")
        await until(lambda: chat.draft == "three")
        await chat.pause()
        assert "EDIT" in chat.text
        assert "editing an earlier" in chat.text
        frame = chat.screen.query_one("#prompt-frame", Vertical)
        assert frame.region.bottom <= size[1]


# Prompts that were not answered


async def test_a_prompt_that_was_not_sent_says_so_until_it_is(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("network", "Could not connect to lab."),)
    async with stage.chat(notifications=True) as chat:
        await chat.ask("Helo")
        await chat.done()
        await chat.shows("not sent")
        assert "not sent" in header(chat, "Helo")
        assert "no connection · Could not connect to lab." in chat.text
        assert "f5 retry · esc e edit" in chat.text
        stage.gateway.steps = (GatewayError("auth", "The key was not accepted."),)
        await chat.press("f5")
        await until(lambda: "not accepted" in header(chat, "Helo"))
        stage.gateway.steps = ("Hi.",)
        await chat.press("escape", "e")
        await until(lambda: chat.draft == "Helo")
        await chat.press("backspace", "l", "o", "enter")
        await chat.shows("Hi.")
        await chat.done()
        assert chat.shown_messages == ["Hello", "Hi."]
        assert "not sent" not in chat.text
        assert [said for _, said in stage.gateway.requests[-1].messages] == ["Hello"]


async def test_a_stop_before_the_first_word_is_no_answer(stage: Stage) -> None:
    stage.gateway.steps = (asyncio.Event(),)
    async with stage.chat() as chat:
        await chat.ask("Hello")
        await until(lambda: stage.gateway.waiting)
        assert "not answered" not in chat.text
        await chat.press("escape")
        await chat.done()
        await until(lambda: "not answered" in header(chat, "Hello"))
        stage.gateway.steps = ("Hi.",)
        await chat.press("f5")
        await chat.shows("Hi.")
        assert "not answered" not in chat.text


async def test_the_mark_is_there_after_a_restart(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("tls", "The secure connection failed."),)
    async with stage.chat() as chat:
        await chat.ask("Hello")
        await chat.done()
        conversation = chat.conversation
        await chat.press("ctrl+q")
    async with stage.opened(conversation) as chat:
        await chat.ready()
        await chat.shows("not sent")
        assert "not sent" in header(chat, "Hello")


async def test_what_is_typed_in_one_burst_with_the_key_goes_into_the_edit(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press(*"draft", "escape", "k")
        await until(lambda: chat.cursor_text == "three")
        chat.burst("e", *" more")
        await until(lambda: chat.draft == "three more")
        await chat.press("escape")
        await until(lambda: chat.draft == "draft")


async def test_what_is_typed_in_one_burst_with_the_way_out_of_reading_is_text(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape")
        await until(lambda: chat.is_reading)
        chat.burst("k", "k", "i", *"hello")
        await until(lambda: chat.draft == "hello")
        assert not chat.is_reading
