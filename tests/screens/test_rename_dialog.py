"""The short questions."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.fakes import until
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, text
from tui.screens.rename_dialog import LONGEST_TITLE, RenameDialog


async def test_a_title_is_changed_and_saved_with_enter() -> None:
    app = OneScreen(RenameDialog("Old title"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.screen.query_one(Input).value == "Old title"
        await pilot.press(*" again", "enter")
        await pilot.pause()
        assert app.results == ["Old title again"]


async def test_escape_keeps_the_title() -> None:
    app = OneScreen(RenameDialog("Old title"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"xyz", "escape")
        await pilot.pause()
        assert app.results == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_title_is_refused_with_a_sentence(size: tuple[int, int]) -> None:
    app = OneScreen(RenameDialog("Old"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("ctrl+u", "space", "enter")
        await pilot.pause()
        assert app.results == []
        assert "A title needs at least one" in text(app)
        await pilot.press(*"New")
        await pilot.pause()
        assert "A title needs" not in text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == ["New"]


async def test_a_title_from_outside_is_cleaned_before_it_is_edited() -> None:
    app = OneScreen(RenameDialog("a\x1b[31mb\nc" + "x" * 500))
    async with app.run_test(size=(80, 24)):
        value = app.screen.query_one(Input).value
        assert value.startswith("ab c")
        assert len(value) == LONGEST_TITLE


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_keys_that_come_in_a_bunch_answer_once(key: str) -> None:
    app = OneScreen(RenameDialog("Old"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(3):
            app.post_message(events.Key(key, None))
        await until(lambda: app.results)
        await pilot.pause()
        assert len(app.results) == 1
