"""A slash in the empty prompt begins a command, however fast it is typed, and gives back what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.screens.chat.palette import Palette
from tui.screens.settings import SettingsScreen


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("ok"))


async def test_a_whole_command_in_one_burst_runs(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        chat.burst(*"/settings", "enter")
        await until(lambda: isinstance(chat.screen, SettingsScreen) and "Embedded engine" in chat.text)
        assert stage.gateway.requests == []


async def test_a_command_typed_slowly_runs_by_its_word(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press("/")
        await chat.on(Palette)
        await chat.send("settings")
        await until(lambda: isinstance(chat.screen, SettingsScreen) and "Embedded engine" in chat.text)


@pytest.mark.parametrize("leave", ["escape", "enter"])
async def test_text_that_is_no_command_goes_back_to_the_prompt(stage: Stage, leave: str) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press("/")
        await chat.on(Palette)
        await chat.type("etc/hosts xyzzy")
        await chat.pause(0.1)
        await chat.press(leave)
        await chat.back()
        assert chat.draft == "/etc/hosts xyzzy"
        await chat.press("!")
        assert chat.draft == "/etc/hosts xyzzy!"


async def test_a_slash_that_is_taken_back_leaves_nothing(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press("/")
        await chat.on(Palette)
        await chat.press("escape")
        await chat.back()
        await chat.press("a")
        assert chat.draft == "a"


async def test_what_is_typed_after_a_command_in_the_same_burst_is_kept(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        chat.burst(*"/new", "enter", *"hello")
        await until(lambda: chat.is_chat and chat.draft == "hello")


async def test_enter_that_comes_before_the_palette_is_ready_runs_the_command_that_was_typed(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        chat.burst(*"/settings")
        await chat.on(Palette)
        chat.burst("enter")
        await until(lambda: isinstance(chat.screen, SettingsScreen) and "Embedded engine" in chat.text)


async def test_enter_on_no_match_gives_the_text_back(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press("/")
        await chat.on(Palette)
        await chat.type("etc/hosts is what")
        await chat.shows("No matches")
        await chat.press("enter")
        await chat.back()
        assert chat.draft == "/etc/hosts is what"


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_every_command_of_the_palette_is_one_line(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.chat(size=size) as chat:
        await chat.ready()
        await chat.press("/", *"retry")
        await chat.on(Palette)
        await until(lambda: any("/retry" in line and "f5" in line for line in chat.lines))
