"""READ: what its letters do with the message under the cursor; and following a reply that was only just asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.screen import Screen

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.test_acts import opened, talk
from tests.screens.test_chat import WIDE, ask, done, pane, ready, text
from tui.screens.chat.screen import ChatScreen

CODE = "```python\n" + "\n".join(f"x{n} = {n}" for n in range(1, 91)) + "\n```"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_h_and_l_show_less_and_more_and_space_turns_it_round(stage: Stage) -> None:
    conversation = await talk(stage, ("All of it?", CODE))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "pagedown")
        await until(lambda: "▸ 30 more lines" in text(app))
        await pilot.press("l")
        await until(lambda: "x61 = 61" in text(app))
        await pilot.press("h")
        await until(lambda: "▸ 30 more lines" in text(app))
        await pilot.press("h")
        await until(lambda: "· 92 lines" in text(app))
        await pilot.press("l", "pagedown", "pagedown")
        await until(lambda: "▸ 30 more lines" in text(app))
        await pilot.press("space")
        await until(lambda: "x61 = 61" in text(app))
        await pilot.press("k", "space")
        await until(lambda: "▸ All of it? · 1 line" in text(app))


async def test_z_shows_the_message_as_it_was_written(stage: Stage) -> None:
    conversation = await talk(stage, ("Bold?", "Some **bold** words."))
    async with opened(stage, conversation) as (app, pilot):
        await until(lambda: "Some bold words." in text(app))
        await pilot.press("escape", "z")
        await until(lambda: "Some **bold** words." in text(app))
        assert "as written" in text(app)
        await pilot.press("z")
        await until(lambda: "Some bold words." in text(app))


async def test_q_quotes_the_message_below_the_draft_and_undo_takes_it_away(stage: Stage) -> None:
    conversation = await talk(stage, ("Two lines?", "One.\n\n    Two."))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"But", "escape", "q")
        await until(lambda: pane(app).prompt_box.has_focus)
        await pilot.press(*"why")
        assert pane(app).prompt_box.text == "But\n\n> One.\n>\n>     Two.\n\nwhy"
        await pilot.press("ctrl+z", "ctrl+z")
        assert pane(app).prompt_box.text == "But"


async def test_ctrl_end_right_after_enter_follows_the_reply_from_its_first_line(stage: Stage) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("\n\n".join(f"Line {n}." for n in range(60)), more, "\n\nThe end.")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press(*"Hello", "enter", "ctrl+end")
        await until(lambda: "Line 59." in text(app))
        more.set()
        await done(app)
        await until(lambda: "The end." in text(app))
        await ask(app, pilot, "Again")
        await until(lambda: "Line 0." in text(app))
        assert "The end." not in text(app), "the next reply is not followed: the page is held again"


@pytest.mark.parametrize(("size", "keys"), [((80, 24), "o outline · c copy code · y copy"), ((60, 20), "o outline")])
async def test_a_low_terminal_names_the_keys_on_the_line_above_the_prompt(
    stage: Stage, size: tuple[int, int], keys: str
) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation, size) as (app, pilot):
        await until(lambda: "enter send · ^j new line" in text(app))
        await pilot.press("escape")
        await until(lambda: "jk move · / find · " + keys in text(app))
        assert "? keys · i write ─" in text(app)
        await pilot.press("k", "e")
        await until(lambda: "editing an earlier message" in text(app))
        await pilot.press("escape")
        await until(lambda: "enter send · ^j new line" in text(app))


async def test_the_first_key_after_another_screen_is_still_one_of_read(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape")
        for _ in range(5):
            app.push_screen(Screen())
            await until(lambda: not isinstance(app.screen, ChatScreen))
            await pilot.pause()
            app.pop_screen()
            app.screen.post_message(events.Key("q", "q"))
            await until(lambda: pane(app).prompt_box.text == "> tre\n\n")
            pane(app).prompt_box.clear()
            await pilot.press("escape")
            await until(lambda: app.focused is None)


@pytest.mark.parametrize("scrolled", [["ctrl+home"], ["pagedown"] * 6, ["ctrl+d"] * 12])
async def test_the_cursor_follows_when_the_page_is_turned_so_that_y_copies_what_is_seen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, scrolled: list[str]
) -> None:
    conversation = await talk(stage, ("One?", "Short."), ("All?", "\n\n".join(f"Line {n}." for n in range(80))))
    copied: list[str] = []
    async with opened(stage, conversation) as (app, pilot):
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("escape", "g", *scrolled, "y")
        await until(lambda: copied and copied[-1].startswith("Line 0."))
