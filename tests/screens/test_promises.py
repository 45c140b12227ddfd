"""What a notice promises holds, wherever the focus has gone since."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tui.domain.settings import DEMO_MODEL, LOCAL_PROFILE, Profile
from tui.screens.gateway_picker import GatewayPicker
from tui.screens.onboarding import OnboardingScreen
from tui.services.services import LaunchOptions
from tui.store.settings import SettingsFile


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_ctrl_z_brings_messages_back_when_the_last_one_has_taken_reading_along(stage: Stage) -> None:
    conversation = await stage.talk(("one", "uno"))
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "ctrl+x", "ctrl+x")
        await until(lambda: chat.shown_messages == [] and chat.has_prompt_focus)
        assert "ctrl+z brings it back" in chat.notices
        await chat.press("ctrl+z")
        await until(lambda: chat.shown_messages == ["one"])
        await chat.press("ctrl+z")
        await until(lambda: chat.shown_messages == ["one", "uno"])


async def test_ctrl_z_undoes_what_was_done_last_of_a_draft_and_a_change(stage: Stage) -> None:
    conversation = await stage.talk(("one", "uno"))
    async with stage.opened(conversation) as chat:
        await chat.press(*"draft", "escape", "ctrl+x")
        await until(lambda: chat.shown_messages == ["one"])
        await chat.press("i")
        await until(lambda: chat.has_prompt_focus)
        await chat.press("ctrl+z")
        await until(lambda: chat.shown_messages == ["one", "uno"])
        assert chat.draft == "draft"
        await chat.press("ctrl+z")
        await until(lambda: chat.draft == "")
        await chat.press("escape", "ctrl+x")
        await until(lambda: chat.shown_messages == ["one"])
        await chat.press("i", "a", "ctrl+z")
        await until(lambda: chat.draft == "")
        assert chat.shown_messages == ["one"]


async def test_ctrl_z_suspends_only_when_asked_twice_with_nothing_to_undo(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await stage.talk(("one", "uno"))
    async with stage.opened(conversation) as chat:
        suspended: list[str] = []
        monkeypatch.setattr(chat.app, "action_suspend_process", lambda: suspended.append("once"))
        await chat.press("a", "ctrl+z")
        assert chat.notices == ""
        await chat.press("ctrl+z")
        await chat.told("Press ctrl+z again to suspend.")
        assert suspended == []
        await chat.press("ctrl+z")
        await until(lambda: suspended == ["once"])
        await chat.command("suspend")
        await until(lambda: suspended == ["once", "once"])


@pytest.mark.parametrize("key", ["plus", "r"])
async def test_what_cannot_be_asked_for_keeps_reading(stage: Stage, key: str) -> None:
    conversation = await stage.talk(("one", "uno"))
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "k", "ctrl+x")
        await until(lambda: chat.shown_messages == ["uno"])
        chat.app.clear_notifications()
        await chat.press(key)
        await until(lambda: chat.notices)
        await until(lambda: chat.is_reading and chat.transcript.cursor.message_id == conversation.branch()[-1].id)


async def test_of_two_that_contradict_each_other_the_newer_notice_is_shown(stage: Stage) -> None:
    conversation = await stage.talk(("one", "uno"))
    async with stage.opened(conversation) as chat:
        await chat.command("pin")
        await chat.told("Pinned")
        await chat.command("pin")
        await chat.told("No longer pinned.")
        assert "Pinned" not in chat.notices
        assert "stays at the top" not in chat.text


async def test_notices_leave_the_keys_of_a_dialog_free(stage: Stage) -> None:
    async with stage.chat(size=(80, 24), notifications=True) as chat:
        await chat.ready()
        await chat.press("f1")
        await chat.shows("esc close")
        for n in range(10):
            chat.screen.notify(f"Warning {n} " + "words " * 20, severity="warning", timeout=20)
        await chat.shows("Warning 9")
        assert "esc close" in chat.text
        assert "Warning 6" not in chat.text


@pytest.mark.parametrize(("saved", "opens"), [(True, GatewayPicker), (False, OnboardingScreen)])
async def test_f2_leads_from_the_demo_model_to_another_in_one_step(stage: Stage, saved: bool, opens: type) -> None:
    if saved:
        stage.dirs.config.mkdir()
        SettingsFile(stage.dirs.settings)
        stage.dirs.settings.write_text(f'[profiles.lab]\nbase_url = "{PROFILE.base_url}"\nkey = "none"\n')
    async with stage.chat(LaunchOptions(profile=Profile(LOCAL_PROFILE, "", model=DEMO_MODEL))) as chat:
        await chat.ready()
        await chat.shows("demo model, f2 to choose another")
        await chat.press("f2")
        await chat.on(opens)
