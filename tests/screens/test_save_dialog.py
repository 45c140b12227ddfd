"""Saving a conversation from the screen: w in READ, /save in the palette."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import SIZES, OneScreen, notices, text
from tests.screens.test_chat import WIDE, ready
from tui.app import ChinwagApp
from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.screens.chat.screen import ChatScreen
from tui.screens.save_dialog import CONVERSATION_FORMATS, SaveDialog
from tui.services.export.saving import Format, Saved
from tui.widgets.prompt_box import PromptBox


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return Stage(tmp_path, FakeGateway("A **reply**."))


def talk(app: ChinwagApp) -> Conversation:
    assert isinstance(app.screen, ChatScreen)
    return app.screen.pane.conversation


async def ask(app: ChinwagApp, pilot: Pilot[None]) -> None:
    await ready(app, pilot)
    await pilot.press(*"Why blue", "enter")
    await until(lambda: len(talk(app).branch()) == 2 and talk(app).branch()[1].content)


async def press_w(app: ChinwagApp, pilot: Pilot[None]) -> SaveDialog:
    await pilot.press("shift+tab", "w")
    await until(lambda: isinstance(app.screen, SaveDialog) and app.screen.place.has_focus)
    assert isinstance(app.screen, SaveDialog)
    return app.screen


async def test_w_saves_a_markdown_file_where_chinwag_was_started(stage: Stage, tmp_path: Path) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: not stage.services.turns.running)
        dialog = await press_w(app, pilot)
        assert dialog.place.value.endswith(" Why blue.md")
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ChatScreen))
        (file,) = (tmp_path / "here").iterdir()
        assert file.read_text().startswith("# Why blue\n")
        assert file.read_text().endswith("\n\nA **reply**.\n")
        assert f"Saved {file}, {file.stat().st_size} bytes." in notices(app)


async def test_the_palette_saves_too_and_the_name_ends_as_the_format_does(stage: Stage, tmp_path: Path) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: not stage.services.turns.running)
        await pilot.press("/")
        await until(lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"save", "enter")
        await until(lambda: isinstance(app.screen, SaveDialog))
        place = app.screen.query_one(Input)
        await pilot.press("down")
        await until(lambda: place.value.endswith(".json"))
        await pilot.press("tab")
        await until(lambda: place.value.endswith(".html"))
        await pilot.press("up", "ctrl+u", *"talk.txt", "enter")
        await until(lambda: isinstance(app.screen, ChatScreen))
    assert json.loads((tmp_path / "here" / "talk.txt").read_text())["title"] == "Why blue"


async def test_a_reply_on_its_way_is_saved_as_far_as_it_has_come_and_goes_on(stage: Stage, tmp_path: Path) -> None:
    go_on = asyncio.Event()
    stage.gateway.steps = ("First ", go_on, "second.")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await pilot.press("/")
        await until(lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"save", "enter")
        await until(lambda: isinstance(app.screen, SaveDialog))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ChatScreen))
        (file,) = (tmp_path / "here").iterdir()
        assert "First\n\n> *This reply was still arriving when the file was saved.*\n" in file.read_text().replace(
            "First ", "First"
        )
        go_on.set()
        await until(lambda: talk(app).branch()[1].content == "First second.")


async def test_a_taken_name_gets_a_number_and_the_notice_says_which(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "here" / "a.md").write_text("mine")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await press_w(app, pilot)
        await pilot.press("ctrl+u", *"a.md", "enter")
        await until(lambda: isinstance(app.screen, ChatScreen))
        assert "Saved a (2).md, " in notices(app)
    assert (tmp_path / "here" / "a.md").read_text() == "mine"


async def test_what_fails_is_said_and_the_path_can_be_changed(stage: Stage, tmp_path: Path) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: not stage.services.turns.running)
        dialog = await press_w(app, pilot)
        with full_disk():
            await pilot.press("enter")
            await until(lambda: "The disk is full" in text(app))
        await pilot.press("ctrl+u", "enter")
        await until(lambda: "Write where to save it." in text(app))
        await pilot.press(*"no/such/a.md", "enter")
        await until(lambda: "There is no folder no/such." in text(app))
        dialog.place.value = "a.md"
        await until(lambda: "There is no folder" not in text(app))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ChatScreen))
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["a.md"]


async def test_escape_saves_nothing_and_an_empty_conversation_has_nothing_to_save(stage: Stage, tmp_path: Path) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await app.screen.run_action("save")
        await until(lambda: "There is nothing to save yet." in notices(app))
        await ask(app, pilot)
        await press_w(app, pilot)
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        await pilot.press("i", "w")
        assert isinstance(app.screen, ChatScreen)
        await until(lambda: app.screen.query_one(PromptBox).text == "w")
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("size", SIZES)
async def test_formats_path_and_trouble_are_seen_at_every_size(size: tuple[int, int]) -> None:
    async def refuses(form: Format, path: Path) -> Saved:
        raise StoreError(f"The disk is full: {path} was not written.")

    app = OneScreen(SaveDialog(Path("/a/b.md"), refuses, CONVERSATION_FORMATS, "Save this conversation"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await until(lambda: "The disk is full" in text(app))
        for word in ("Markdown", "JSON", "HTML", "/a/b.md", "enter save"):
            assert word in text(app)
