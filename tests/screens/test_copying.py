"""Selecting with the mouse copies, and the notice says how much and which way."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import notices
from tests.screens.test_chat import WIDE, ask, done, pane, text
from tui.app import ChinwagApp
from tui.widgets.transcript import Transcript


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


def find(app: ChinwagApp, words: str) -> tuple[int, int]:
    """Where words stand on the screen."""
    lines = text(app).splitlines()
    row = next(n for n, line in enumerate(lines) if words in line)
    return lines[row].index(words), row


async def drag_over(app: ChinwagApp, pilot: Pilot[None], first: str, last: str) -> None:
    """From the beginning of some words to the end of others."""
    x, y = find(app, first)
    await pilot.mouse_down(offset=(x, y))
    x, y = find(app, last)
    x += len(last) - 1
    app.screen._forward_event(events.MouseMove(None, x, y, 0, 0, 1, False, False, False, x, y))
    await pilot.pause()
    await pilot.mouse_up(offset=(x, y))


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal was handed."""
    found: list[str] = []
    monkeypatch.setattr(ChinwagApp, "copy_to_clipboard", lambda _app, given: found.append(given))
    return found


async def test_a_drag_copies_on_release_and_the_prompt_keeps_the_focus(stage: Stage, copied: list[str]) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await until(lambda: "Once upon a time." in text(app))
        await drag_over(app, pilot, "upon", "time")
        await until(lambda: copied == ["upon a time"])
        await until(lambda: "Copied 11 characters through the terminal." in notices(app))
        assert pane(app).prompt_box.has_focus


async def test_a_double_click_copies_the_word(stage: Stage, copied: list[str]) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await until(lambda: "Once upon a time." in text(app))
        x, y = find(app, "upon")
        where = pane(app).transcript.region
        await pilot.click(Transcript, offset=(x + 1 - where.x, y - where.y), times=2)
        await until(lambda: copied == ["upon"])


async def test_ctrl_c_copies_what_is_selected_when_release_does_not(stage: Stage, copied: list[str]) -> None:
    stage.dirs.config.mkdir(parents=True)
    stage.dirs.settings.write_text("copy_on_select = false\n")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await until(lambda: "Once upon a time." in text(app))
        await drag_over(app, pilot, "upon", "time")
        await until(lambda: app.screen.get_selected_text() == "upon a time")
        assert copied == []
        await pilot.press("ctrl+c")
        await until(lambda: copied == ["upon a time"])
