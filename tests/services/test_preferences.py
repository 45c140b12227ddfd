"""The settings in force are the ones on disk, whoever saves them when."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tui.domain.errors import SettingsError
from tui.domain.settings import Profile, Settings
from tui.services.preferences import Preferences
from tui.store.settings import SettingsFile


class SlowFile:
    """A settings file whose writes wait until they are let go."""

    def __init__(self) -> None:
        self.on_disk: list[str] = []
        self.writing = threading.Event()
        self.let_go = threading.Event()

    def load(self) -> Settings:
        return Settings()

    def save(self, settings: Settings) -> None:
        self.writing.set()
        assert self.let_go.wait(10)
        self.on_disk.append(settings.theme)


async def test_of_two_saves_at_once_the_last_one_is_on_disk() -> None:
    file = SlowFile()
    preferences = Preferences(file)
    saves = [asyncio.create_task(preferences.save(Settings(theme=theme))) for theme in ("one", "two")]
    await asyncio.to_thread(file.writing.wait, 10)
    file.let_go.set()
    await asyncio.gather(*saves)
    assert file.on_disk[-1] == preferences.settings.theme == "two"


async def test_a_save_goes_on_when_whoever_asked_for_it_is_gone() -> None:
    file = SlowFile()
    preferences = Preferences(file)
    saving = asyncio.create_task(preferences.save(Settings(theme="one")))
    await asyncio.to_thread(file.writing.wait, 10)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    settled = asyncio.create_task(preferences.flush())
    file.let_go.set()
    await settled
    assert file.on_disk == ["one"]


async def test_a_file_repaired_during_the_run_gets_the_change_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("broken = = 1\n")
    preferences = Preferences(SettingsFile(path))
    preferences.load()
    with pytest.raises(SettingsError, match="not valid TOML"):
        await preferences.save(replace(preferences.settings, theme="chinwag-paper"))
    assert "not valid TOML" in preferences.problem
    path.write_text('sidebar = false\n\n[profiles.work]\nbase_url = "https://llm.example/v1"\nkey = "env:WORK"\n')
    await preferences.save(replace(preferences.settings, theme="chinwag-paper"))
    repaired = SettingsFile(path).load()
    assert [profile.name for profile in repaired.profiles] == ["work"]
    assert (repaired.theme, repaired.sidebar) == ("chinwag-paper", False)
    assert "after a restart" in preferences.problem


async def test_a_gateway_added_to_a_repaired_file_stands_beside_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("broken = = 1\n")
    preferences = Preferences(SettingsFile(path))
    preferences.load()
    path.write_text('[profiles.work]\nbase_url = "https://llm.example/v1"\n')
    await preferences.save(replace(preferences.settings, profiles=(Profile("home", "http://127.0.0.1:1/v1"),)))
    await preferences.save(replace(preferences.settings, profiles=()))
    assert [profile.name for profile in SettingsFile(path).load().profiles] == ["work"]
