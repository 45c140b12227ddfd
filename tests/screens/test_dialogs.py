"""The short questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from tests.fakes import until
from tests.screens.one_screen import SIZES, OneScreen, text
from tui.screens.dialogs import LONGEST_TITLE, Confirm, Rename

QUESTION = "A reply is not saved: the disk is full. Free some space, then try again."


def confirm() -> Confirm:
    return Confirm(QUESTION, yes="leave without it", no="wait")


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], False),
        (["up", "enter"], True),
        (["down", "enter"], True),
        (["ctrl+k", "enter"], True),
        (["tab", "enter"], True),
        (["left", "right", "enter"], False),
        (["escape"], None),
    ],
)
async def test_a_question_is_answered_by_moving_and_enter(keys: list[str], answer: bool | None) -> None:
    app = OneScreen(confirm())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert app.results == [answer]


async def test_no_letter_answers_a_question() -> None:
    app = OneScreen(confirm())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"yn leave", "backspace", "delete")
        await pilot.pause()
        assert app.results == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("question", [QUESTION, QUESTION * 20], ids=["short", "long"])
async def test_both_answers_are_seen_at_every_size(size: tuple[int, int], question: str) -> None:
    app = OneScreen(Confirm(question, yes="leave without it", no="wait"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "A reply is not saved" in text(app)
        assert "leave without it" in text(app)
        assert "wait" in text(app)


async def test_a_question_is_never_markup_nor_an_escape_sequence() -> None:
    app = OneScreen(Confirm("Delete [bold]x[/]\x1b]0;owned\x07?", yes="[red]yes", no="no"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Delete [bold]x[/]?" in text(app)
        assert "[red]yes" in text(app)


async def test_a_title_is_changed_and_saved_with_enter() -> None:
    app = OneScreen(Rename("Old title"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.screen.query_one(Input).value == "Old title"
        await pilot.press(*" again", "enter")
        await pilot.pause()
        assert app.results == ["Old title again"]


async def test_escape_keeps_the_title() -> None:
    app = OneScreen(Rename("Old title"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"xyz", "escape")
        await pilot.pause()
        assert app.results == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_title_is_refused_with_a_sentence(size: tuple[int, int]) -> None:
    app = OneScreen(Rename("Old"))
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
    app = OneScreen(Rename("a\x1b[31mb\nc" + "x" * 500))
    async with app.run_test(size=(80, 24)):
        value = app.screen.query_one(Input).value
        assert value.startswith("ab c")
        assert len(value) == LONGEST_TITLE


@pytest.mark.parametrize("make", [confirm, lambda: Rename("Old")], ids=["question", "title"])
@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_keys_that_come_in_a_bunch_answer_once(make: Callable[[], Screen[Any]], key: str) -> None:
    app = OneScreen(make())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(3):
            app.post_message(events.Key(key, None))
        await until(lambda: app.results)
        await pilot.pause()
        assert len(app.results) == 1
