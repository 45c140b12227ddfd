"""Switching the gateway in mid-talk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.test_chat import ask, done, pane, text
from tui.domain.settings import Profile, Settings
from tui.screens.chat.screen import ChatScreen
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
    app = stage.app(LaunchOptions(profile=HOME))
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(app, pilot, "one")
        await done(app)
        await pilot.press("shift+f2")
        await until(lambda: "Who shall answer?" in text(app) and "● home" in text(app))
        await pilot.press("down", "enter")
        await until(lambda: isinstance(app.screen, ChatScreen) and "work" in text(app).splitlines()[-1])
        await pilot.press(*"two", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 4)
        await done(app)
        assert [profile.name for profile, _ in stage.checked] == ["home", "work"]
        await until(lambda: SettingsFile(stage.dirs.settings).load().profile == "work")


async def test_escape_changes_nothing(stage: Stage) -> None:
    app = stage.app(LaunchOptions(profile=HOME))
    async with app.run_test(size=(60, 20)) as pilot:
        await until(lambda: isinstance(app.screen, ChatScreen) and pane(app).status.health == "ready")
        await pilot.press("shift+f2")
        await until(lambda: "on this machine" in text(app))
        await pilot.press("down", "escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        assert pane(app).status.gateway == "home"
        assert SettingsFile(stage.dirs.settings).load().profile == "home"
