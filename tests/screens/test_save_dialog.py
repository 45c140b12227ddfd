"""Saving a conversation from the screen: w in READ, /save in the palette."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import ChatDriver
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, text
from tui.domain.errors import StoreError
from tui.screens.chat.palette import Palette
from tui.screens.save_dialog import SaveDialog, conversation_formats
from tui.services.export.saving import Format, Saved
from tui.widgets.prompt_box import PromptBox


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return Stage(tmp_path, FakeGateway("A **reply**."))


async def ask(chat: ChatDriver) -> None:
    await chat.ready()
    await chat.send("Why blue")
    await until(lambda: len(chat.messages) == 2 and chat.reply.content)


async def press_w(chat: ChatDriver) -> SaveDialog[str]:
    await chat.press("shift+tab", "w")
    dialog = await chat.on(SaveDialog)
    await until(lambda: dialog.place.has_focus)
    return dialog


async def test_w_saves_a_markdown_file_where_chinwag_was_started(stage: Stage, tmp_path: Path) -> None:
    async with stage.chat() as chat:
        await ask(chat)
        await until(lambda: not stage.services.turns.running)
        dialog = await press_w(chat)
        assert dialog.place.value.endswith(" Why blue.md")
        await chat.press("enter")
        await chat.back()
        (file,) = (tmp_path / "here").iterdir()
        assert file.read_text().startswith("# Why blue\n")
        assert file.read_text().endswith("\n\nA **reply**.\n")
        assert f"Saved {file}, {file.stat().st_size} bytes." in chat.notices


async def test_the_palette_saves_too_and_the_name_ends_as_the_format_does(stage: Stage, tmp_path: Path) -> None:
    async with stage.chat() as chat:
        await ask(chat)
        await until(lambda: not stage.services.turns.running)
        await chat.press("/")
        await chat.on(Palette)
        await chat.send("save")
        await chat.on(SaveDialog)
        place = chat.screen.query_one(Input)
        await chat.press("down")
        await until(lambda: place.value.endswith(".json"))
        await chat.press("tab")
        await until(lambda: place.value.endswith(".html"))
        await chat.press("up", "ctrl+u", *"talk.txt", "enter")
        await chat.back()
    assert json.loads((tmp_path / "here" / "talk.txt").read_text())["title"] == "Why blue"


async def test_a_reply_on_its_way_is_saved_as_far_as_it_has_come_and_goes_on(stage: Stage, tmp_path: Path) -> None:
    go_on = asyncio.Event()
    stage.gateway.steps = ("First ", go_on, "second.")
    async with stage.chat() as chat:
        await ask(chat)
        await chat.press("/")
        await chat.on(Palette)
        await chat.send("save")
        await chat.on(SaveDialog)
        await chat.press("enter")
        await chat.back()
        (file,) = (tmp_path / "here").iterdir()
        assert "First\n\n> *This reply was still arriving when the file was saved.*\n" in file.read_text().replace(
            "First ", "First"
        )
        go_on.set()
        await until(lambda: chat.messages[1].content == "First second.")


async def test_a_taken_name_gets_a_number_and_the_notice_says_which(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "here" / "a.md").write_text("mine")
    async with stage.chat() as chat:
        await ask(chat)
        await press_w(chat)
        await chat.press("ctrl+u", *"a.md", "enter")
        await chat.back()
        assert "Saved a (2).md, " in chat.notices
    assert (tmp_path / "here" / "a.md").read_text() == "mine"


async def test_what_fails_is_said_and_the_path_can_be_changed(stage: Stage, tmp_path: Path) -> None:
    async with stage.chat() as chat:
        await ask(chat)
        await until(lambda: not stage.services.turns.running)
        dialog = await press_w(chat)
        with full_disk():
            await chat.press("enter")
            await chat.shows("The disk is full")
        await chat.press("ctrl+u", "enter")
        await chat.shows("Enter a file name.")
        await chat.send("no/such/a.md")
        await chat.shows("The folder no/such does not exist.")
        dialog.place.value = "a.md"
        await chat.hides("does not exist")
        await chat.press("enter")
        await chat.back()
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["a.md"]


async def test_escape_saves_nothing_and_an_empty_conversation_has_nothing_to_save(stage: Stage, tmp_path: Path) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.command("save")
        await chat.told("There is nothing to save yet.")
        await ask(chat)
        await press_w(chat)
        await chat.press("escape")
        await chat.back()
        await chat.press("i", "w")
        assert chat.is_chat
        await until(lambda: chat.screen.query_one(PromptBox).text == "w")
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("size", SIZES)
async def test_formats_path_and_trouble_are_seen_at_every_size(size: tuple[int, int]) -> None:
    async def refuses(form: Format, path: Path) -> Saved:
        raise StoreError(f"The disk is full: {path} was not written.")

    app = OneScreen(SaveDialog(Path("/a/b.md"), refuses, conversation_formats(), "Save this conversation"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await until(lambda: "The disk is full" in text(app))
        for word in ("Markdown", "JSON", "HTML", "/a/b.md", "enter save"):
            assert word in text(app)
