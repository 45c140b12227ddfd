"""The list of keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import Binding

from tests.fakes import until
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, text
from tui.paths import AppDirs
from tui.screens.chat.command_table import CommandTable, shown_key
from tui.screens.chat.commands import chat_commands
from tui.screens.chat.modes import Mode
from tui.screens.conversations import ConversationsScreen
from tui.screens.help import IN_LIST, HelpScreen, KeyLine, KeySection, key_columns


def dirs() -> AppDirs:
    return AppDirs(Path.home() / "talks", Path("/etc/chinwag"), Path("/var/cache/chinwag"))


def help_screen(here: Mode | str = Mode.WRITE) -> HelpScreen:
    return HelpScreen(CommandTable(chat_commands()), dirs(), here)


def sections(here: Mode | str = Mode.WRITE) -> list[KeySection]:
    return [section for column in key_columns(CommandTable(chat_commands()), here) for section in column]


def lines() -> list[KeyLine]:
    return [line for section in sections() for line in section.lines]


def test_every_key_of_the_chat_is_listed() -> None:
    shown = {key for line in lines() for key in line.keys.split("  ")}
    for command in chat_commands():
        for mode in command.keys:
            keys = [key for key in command.keys_in(mode) if not key.startswith("super+")]
            assert {shown_key(key) for key in keys if key not in ("shift+g", "shift+n")} <= shown, command.id


def test_every_line_says_what_its_key_does() -> None:
    assert lines()
    assert all(line.keys and line.what for line in lines())


def test_the_list_keys_stand_in_a_section_of_their_own() -> None:
    by_title = {section.title: section.lines for section in sections()}
    assert KeyLine("f2", "Rename") in by_title["In the conversation list"]
    assert KeyLine("enter", "Send") in by_title["WRITING"]
    assert KeyLine("ctrl+l  f2", "Choose a model") in by_title["EVERYWHERE"]


@pytest.mark.parametrize("here", [Mode.WRITE, Mode.READ, Mode.FIND, Mode.LABELS, IN_LIST])
def test_the_help_begins_with_the_keys_that_are_alive_where_it_was_asked_for(here: Mode | str) -> None:
    assert sections(here)[0].home == here
    assert {section.title for section in sections(here)} == {section.title for section in sections()}


async def test_a_slash_filters_the_lines_and_escape_shows_all_again_and_then_closes() -> None:
    app = OneScreen(help_screen())
    async with app.run_test(size=(120, 56)) as pilot:
        await pilot.press("/", *"bookmark")
        await until(lambda: "Set a bookmark" in text(app) and "Send" not in text(app))
        await pilot.press("escape")
        await until(lambda: "Send" in text(app))
        await pilot.press("escape")
        await until(lambda: app.screen is not app.shown)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["escape", "f1"])
async def test_it_opens_and_closes_at_every_size(size: tuple[int, int], key: str) -> None:
    app = OneScreen(help_screen())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "WRITING" in text(app)
        assert "ctrl+j" in text(app)
        await pilot.press(key)
        await pilot.pause()
        assert app.screen is not app.shown


async def test_a_large_terminal_shows_all_of_it_at_once_in_two_columns() -> None:
    app = OneScreen(help_screen())
    async with app.run_test(size=(120, 56)) as pilot:
        await pilot.pause()
        shown = text(app)
        heading = next(line for line in shown.splitlines() if "WRITING" in line)
        assert "READ" in heading
        assert "EVERYWHERE" in shown
        assert f"~{Path('/talks')}" in shown
        assert "/etc/chinwag/settings.toml" in shown
        assert "/var/cache/chinwag/logs" in shown


@pytest.mark.parametrize("down", ["down", "j", "ctrl+j", "pagedown"])
async def test_a_narrow_terminal_scrolls_one_column(down: str) -> None:
    app = OneScreen(screen := help_screen())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "FILES" not in text(app)
        await pilot.press(down)
        await until(lambda: screen.page.scroll_offset.y > 0)
        await pilot.press("end")
        await until(lambda: "logs" in text(app))
        assert "FILES" in text(app)


def test_bindings_of_the_list_are_known_to_the_help() -> None:
    ids = [binding.id for binding in ConversationsScreen.BINDINGS if isinstance(binding, Binding)]
    assert ids
    assert all(ids)
    assert len(set(ids)) == len(ids)
    listed = {line.what for line in lines()}
    trash = {"Move to the trash, or out of it", "Show or hide the trash"}
    assert {"Open", "Back", "Rename", "Undo", "Pin or unpin"} | trash <= listed
