"""Switching the gateway in mid-talk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.domain.settings import Profile, Settings
from tui.services.services import LaunchOptions
from tui.store.settings import SettingsFile

HOME, WORK = (
    Profile("home", "http://127.0.0.1:1/v1", model="alpha"),
    Profile("work", "http://127.0.0.1:2/v1", model="beta"),
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path, FakeGateway("ok", models=("alpha", "beta")))
    SettingsFile(stage.dirs.settings).save(Settings((HOME, WORK), "home"))
    return stage


async def test_another_gateway_answers_from_now_on_and_after_a_restart(stage: Stage) -> None:
    async with stage.chat(LaunchOptions(profile=HOME)) as chat:
        await chat.ask("one")
        await chat.done()
        await chat.press("shift+f2")
        await chat.shows("Choose a gateway", "● home")
        await chat.press("down", "enter")
        await until(lambda: chat.is_chat and "work" in chat.lines[-1])
        await chat.send("two")
        await until(lambda: len(chat.messages) == 4)
        await chat.done()
        assert [profile.name for profile, _ in stage.checked] == ["home", "work"]
        await until(lambda: SettingsFile(stage.dirs.settings).load().profile == "work")


async def test_escape_changes_nothing(stage: Stage) -> None:
    async with stage.chat(LaunchOptions(profile=HOME), size=(60, 20)) as chat:
        await until(lambda: chat.is_chat and chat.health == "ready")
        await chat.press("shift+f2")
        await chat.shows("on this machine")
        await chat.press("down", "escape")
        await chat.back()
        assert chat.gateway == "home"
        assert SettingsFile(stage.dirs.settings).load().profile == "home"
