"""Selecting with the mouse copies, and the notice says how much and which way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.app import ChinwagApp
from tui.widgets.transcript import Transcript


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal was handed."""
    found: list[str] = []
    monkeypatch.setattr(ChinwagApp, "copy_to_clipboard", lambda _app, given: found.append(given))
    return found


async def test_a_drag_copies_on_release_and_the_prompt_keeps_the_focus(stage: Stage, copied: list[str]) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.shows("Once upon a time.")
        await chat.drag("upon", "time")
        await until(lambda: copied == ["upon a time"])
        await chat.told("Copied 11 characters through the terminal.")
        assert chat.has_prompt_focus


async def test_a_double_click_copies_the_word(stage: Stage, copied: list[str]) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.shows("Once upon a time.")
        x, y = chat.position_of("upon")
        where = chat.transcript.region
        await chat.click(Transcript, offset=(x + 1 - where.x, y - where.y), times=2)
        await until(lambda: copied == ["upon"])


async def test_ctrl_c_copies_what_is_selected_when_release_does_not(stage: Stage, copied: list[str]) -> None:
    stage.dirs.config.mkdir(parents=True)
    stage.dirs.settings.write_text("copy_on_select = false\n")
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.shows("Once upon a time.")
        await chat.drag("upon", "time")
        await until(lambda: chat.screen.get_selected_text() == "upon a time")
        assert copied == []
        await chat.press("ctrl+c")
        await until(lambda: copied == ["upon a time"])
