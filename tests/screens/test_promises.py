"""What a notice promises holds, wherever the focus has gone since."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.one_screen import notices
from tests.screens.test_acts import chat, command, on_screen, opened, pane, talk
from tests.screens.test_chat import WIDE, ready, text
from tui.domain.settings import DEMO_MODEL, LOCAL_PROFILE, Profile
from tui.screens.onboarding import OnboardingScreen
from tui.screens.profile_picker import ProfilePicker
from tui.services.services import LaunchOptions
from tui.store.settings import SettingsFile


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_ctrl_z_brings_messages_back_when_the_last_one_has_taken_reading_along(stage: Stage) -> None:
    conversation = await talk(stage, ("one", "uno"))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "ctrl+x", "ctrl+x")
        await until(lambda: on_screen(app) == [] and pane(app).prompt_box.has_focus)
        assert "ctrl+z brings it back" in notices(app)
        await pilot.press("ctrl+z")
        await until(lambda: on_screen(app) == ["one"])
        await pilot.press("ctrl+z")
        await until(lambda: on_screen(app) == ["one", "uno"])


async def test_ctrl_z_undoes_what_was_done_last_of_a_draft_and_a_change(stage: Stage) -> None:
    conversation = await talk(stage, ("one", "uno"))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"draft", "escape", "ctrl+x")
        await until(lambda: on_screen(app) == ["one"])
        await pilot.press("i")
        await until(lambda: pane(app).prompt_box.has_focus)
        await pilot.press("ctrl+z")
        await until(lambda: on_screen(app) == ["one", "uno"])
        assert pane(app).prompt_box.text == "draft"
        await pilot.press("ctrl+z")
        await until(lambda: pane(app).prompt_box.text == "")
        await pilot.press("escape", "ctrl+x")
        await until(lambda: on_screen(app) == ["one"])
        await pilot.press("i", "a", "ctrl+z")
        await until(lambda: pane(app).prompt_box.text == "")
        assert on_screen(app) == ["one"]


async def test_ctrl_z_suspends_only_when_asked_twice_with_nothing_to_undo(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await talk(stage, ("one", "uno"))
    async with opened(stage, conversation) as (app, pilot):
        suspended: list[str] = []
        monkeypatch.setattr(app, "action_suspend_process", lambda: suspended.append("once"))
        await pilot.press("a", "ctrl+z")
        assert notices(app) == ""
        await pilot.press("ctrl+z")
        await until(lambda: "Press ctrl+z again to suspend." in notices(app))
        assert suspended == []
        await pilot.press("ctrl+z")
        await until(lambda: suspended == ["once"])
        await command(app, pilot, "suspend")
        await until(lambda: suspended == ["once", "once"])


@pytest.mark.parametrize("key", ["plus", "r"])
async def test_what_cannot_be_asked_for_keeps_reading(stage: Stage, key: str) -> None:
    conversation = await talk(stage, ("one", "uno"))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "k", "ctrl+x")
        await until(lambda: on_screen(app) == ["uno"])
        app.clear_notifications()
        await pilot.press(key)
        await until(lambda: notices(app))
        await until(lambda: chat(app).reading and pane(app).transcript.cursor == conversation.branch()[-1].id)


async def test_of_two_that_contradict_each_other_the_newer_notice_is_shown(stage: Stage) -> None:
    conversation = await talk(stage, ("one", "uno"))
    async with opened(stage, conversation) as (app, pilot):
        await command(app, pilot, "pin")
        await until(lambda: "Pinned" in notices(app))
        await command(app, pilot, "pin")
        await until(lambda: "No longer pinned." in notices(app))
        assert "Pinned" not in notices(app)
        assert "stays at the top" not in text(app)


async def test_notices_leave_the_keys_of_a_dialog_free(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(app, pilot)
        await pilot.press("f1")
        await until(lambda: "esc close" in text(app))
        for n in range(10):
            app.notify(f"Warning {n} " + "words " * 20, severity="warning", timeout=20)
        await until(lambda: "Warning 9" in text(app))
        assert "esc close" in text(app)
        assert "Warning 6" not in text(app)


@pytest.mark.parametrize(("saved", "opens"), [(True, ProfilePicker), (False, OnboardingScreen)])
async def test_f2_leads_from_the_demo_model_to_another_in_one_step(stage: Stage, saved: bool, opens: type) -> None:
    if saved:
        stage.dirs.config.mkdir()
        SettingsFile(stage.dirs.settings)
        stage.dirs.settings.write_text(f'[profiles.lab]\nbase_url = "{PROFILE.base_url}"\nkey = "none"\n')
    app = stage.app(LaunchOptions(profile=Profile(LOCAL_PROFILE, "", model=DEMO_MODEL)))
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        assert "demo model, f2 to choose another" in text(app)
        await pilot.press("f2")
        await until(lambda: isinstance(app.screen, opens))
