"""The list of keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import Binding

from tests.fakes import until
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, text
from tui.paths import AppDirs
from tui.screens.chat.screen import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.help import HelpScreen, KeyLine, key_groups
from tui.screens.reading import ReadingScreen
from tui.screens.switching import SwitchingScreen


def dirs() -> AppDirs:
    return AppDirs(Path.home() / "talks", Path("/etc/chinwag"), Path("/var/cache/chinwag"))


def lines() -> list[KeyLine]:
    return [line for group in key_groups().values() for line in group]


@pytest.mark.parametrize("owner", [ChatScreen, SwitchingScreen, ReadingScreen])
def test_every_key_of_the_chat_is_listed(owner: type[ReadingScreen]) -> None:
    shown = {key for line in lines() for key in line.keys.split("  ")}
    names = {"escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "ctrl+comma": "ctrl+,", "up": "↑", "down": "↓"}
    names |= {"slash": "/", "apostrophe": "'", "left": "←", "right": "→"}
    names |= {"question_mark": "?", "plus": "+", "left_square_bracket": "[", "right_square_bracket": "]"}
    for binding in owner.BINDINGS:
        assert isinstance(binding, Binding)
        keys = [
            key for key in binding.key.split(",") if not key.startswith("super+") and key not in ("shift+g", "shift+n")
        ]
        assert {names.get(key, key) for key in keys} <= shown, binding


def test_every_line_says_what_its_key_does() -> None:
    assert all(line.keys and line.what for line in lines())


def test_the_list_keys_stand_in_a_group_of_their_own() -> None:
    assert KeyLine("f2", "Rename") in key_groups()["list"]
    assert KeyLine("enter", "Send") in key_groups()["writing"]
    assert KeyLine("ctrl+l  f2", "Choose a model") in key_groups()["everywhere"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["escape", "f1"])
async def test_it_opens_and_closes_at_every_size(size: tuple[int, int], key: str) -> None:
    app = OneScreen(HelpScreen(dirs()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "WRITING" in text(app)
        assert "ctrl+j" in text(app)
        await pilot.press(key)
        await pilot.pause()
        assert app.screen is not app.shown


async def test_a_large_terminal_shows_all_of_it_at_once_in_two_columns() -> None:
    app = OneScreen(HelpScreen(dirs()))
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
    app = OneScreen(screen := HelpScreen(dirs()))
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
    assert all(ids)
    assert len(set(ids)) == len(ids)
