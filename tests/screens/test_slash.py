"""A slash in the empty prompt begins a command, however fast it is typed, and gives back what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.command import CommandPalette

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.test_chat import WIDE, pane, ready, text
from tui.app import ChinwagApp
from tui.screens.chat.screen import ChatScreen
from tui.screens.settings import SettingsScreen


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("ok"))


def burst(app: ChinwagApp, *keys: str) -> None:
    for key in keys:
        app.post_message(events.Key("slash" if key == "/" else key, key if len(key) == 1 else None))


async def test_a_whole_command_in_one_burst_runs(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        burst(app, *"/settings", "enter")
        await until(lambda: isinstance(app.screen, SettingsScreen) and "Embedded engine" in text(app))
        assert stage.gateway.requests == []


async def test_a_command_typed_slowly_runs_by_its_word(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("/")
        await until(lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"settings", "enter")
        await until(lambda: isinstance(app.screen, SettingsScreen) and "Embedded engine" in text(app))


@pytest.mark.parametrize("leave", ["escape", "enter"])
async def test_text_that_is_no_command_goes_back_to_the_prompt(stage: Stage, leave: str) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("/")
        await until(lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"etc/hosts xyzzy")
        await pilot.pause(0.1)
        await pilot.press(leave)
        await until(lambda: isinstance(app.screen, ChatScreen))
        assert pane(app).prompt_box.text == "/etc/hosts xyzzy"
        await pilot.press("!")
        assert pane(app).prompt_box.text == "/etc/hosts xyzzy!"


async def test_a_slash_that_is_taken_back_leaves_nothing(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("/")
        await until(lambda: isinstance(app.screen, CommandPalette))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        await pilot.press("a")
        assert pane(app).prompt_box.text == "a"


async def test_what_is_typed_after_a_command_in_the_same_burst_is_kept(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        burst(app, *"/new", "enter", *"hello")
        await until(lambda: isinstance(app.screen, ChatScreen) and pane(app).prompt_box.text == "hello")


async def test_enter_that_comes_before_the_palette_is_ready_runs_the_command_that_was_typed(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        burst(app, *"/settings")
        await until(lambda: isinstance(app.screen, CommandPalette))
        burst(app, "enter")
        await until(lambda: isinstance(app.screen, SettingsScreen) and "Embedded engine" in text(app))


async def test_enter_on_no_match_gives_the_text_back(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("/")
        await until(lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"etc/hosts is what")
        await until(lambda: "No matches" in text(app))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ChatScreen))
        assert pane(app).prompt_box.text == "/etc/hosts is what"
