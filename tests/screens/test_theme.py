"""The theme: asked for in the settings, chosen in the palette, kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input, OptionList

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.terminal_view import notices, text
from tui.paths import STYLES
from tui.screens.chat.palette import Palette
from tui.screens.chat.screen import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.settings import SettingsScreen
from tui.screens.settings_appearance import AppearancePage
from tui.store.settings import SettingsFile


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


def with_theme(stage: Stage, name: str) -> str:
    """The settings file, asking for that theme."""
    stage.dirs.config.mkdir()
    stage.dirs.settings.write_text(toml := f'theme = "{name}" # mine\n')
    return toml


async def test_a_theme_that_does_not_exist_is_named_and_left_in_the_file(stage: Stage) -> None:
    toml = with_theme(stage, "[b]nonsuch")
    app = stage.app()
    async with app.run_test(notifications=True) as pilot:
        await until(lambda: "[b]nonsuch" in text(app))
        assert app.theme == "chinwag-dusk"
        await pilot.press("shift+f4")
        await until(lambda: isinstance(app.screen, SettingsScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
    assert stage.dirs.settings.read_text() == toml


@pytest.mark.parametrize("name", ["chinwag-dusk", "chinwag-paper", "nord"])
async def test_a_theme_that_exists_is_used_without_a_word(stage: Stage, name: str) -> None:
    toml = with_theme(stage, name)
    app = stage.app()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == name
        assert "theme" not in notices(app)
    assert stage.dirs.settings.read_text() == toml


async def test_a_theme_chosen_in_the_palette_is_kept(stage: Stage) -> None:
    with_theme(stage, "chinwag-dusk")
    app = stage.app()
    async with app.run_test() as pilot:
        await until(lambda: isinstance(app.screen, ChatScreen))
        app.action_change_theme()
        await until(lambda: isinstance(app.screen, Palette))
        await pilot.press(*"chinwag-paper")
        await pilot.pause()
        await until(lambda: app.screen.query_one(OptionList).option_count == 1)
        await pilot.press("enter")
        await until(lambda: SettingsFile(stage.dirs.settings).load().theme == "chinwag-paper")
        assert "# mine" in stage.dirs.settings.read_text()


async def test_a_theme_changed_over_the_settings_is_shown_there_and_not_taken_back(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test() as pilot:
        await pilot.press("shift+f4")
        await until(lambda: isinstance(app.screen, SettingsScreen))
        page = app.screen.query_one(AppearancePage)
        app.theme = "nord"
        await until(lambda: page.theme_choice.value == "nord")
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        assert stage.services.preferences.settings.theme == "nord"
    assert SettingsFile(stage.dirs.settings).load().theme == "nord"


async def test_a_theme_that_cannot_be_kept_is_said_to_hold_for_this_run(stage: Stage) -> None:
    stage.dirs.config.mkdir()
    stage.dirs.settings.write_text("theme = \n")
    app = stage.app()
    async with app.run_test():
        app.theme = "chinwag-paper"
        await until(lambda: "Changed for this run only" in notices(app))
        assert app.theme == "chinwag-paper"
    assert stage.dirs.settings.read_text() == "theme = \n"


async def test_the_sheets_of_later_screens_are_read_while_nobody_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.IDLE_AFTER", 0.01)
    app = stage.app()
    async with app.run_test(size=(100, 30)) as pilot:
        sheet = str(STYLES / "conversations.tcss")
        await until(lambda: app.stylesheet.has_source(sheet, ""))

        def reparse(_sheet: Stylesheet) -> None:
            raise AssertionError("all sheets were parsed again")

        monkeypatch.setattr(Stylesheet, "reparse", reparse)
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, ConversationsScreen))
        await pilot.pause()
        assert app.screen.query_one("#bar").styles.background == app.screen.query_one(Input).styles.background
