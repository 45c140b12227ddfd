"""READ: what its letters do with the message under the cursor; and following a reply that was only just asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.screen import Screen

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage

CODE = "```python\n" + "\n".join(f"x{n} = {n}" for n in range(1, 91)) + "\n```"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_h_and_l_show_less_and_more_and_space_turns_it_round(stage: Stage) -> None:
    conversation = await stage.talk(("All of it?", CODE))
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "pagedown")
        await chat.shows("▸ 30 more lines")
        await chat.press("l")
        await chat.shows("x61 = 61")
        await chat.press("h")
        await chat.shows("▸ 30 more lines")
        await chat.press("h")
        await chat.shows("· 92 lines")
        await chat.press("l", "pagedown", "pagedown")
        await chat.shows("▸ 30 more lines")
        await chat.press("space")
        await chat.shows("x61 = 61")
        await chat.press("k", "space")
        await chat.shows("▸ All of it? · 1 line")


async def test_z_shows_the_message_as_it_was_written(stage: Stage) -> None:
    conversation = await stage.talk(("Bold?", "Some **bold** words."))
    async with stage.opened(conversation) as chat:
        await chat.shows("Some bold words.")
        await chat.press("escape", "z")
        await chat.shows("Some **bold** words.")
        assert "Markdown source" in chat.text
        await chat.press("z")
        await chat.shows("Some bold words.")


async def test_q_quotes_the_message_below_the_draft_and_undo_takes_it_away(stage: Stage) -> None:
    conversation = await stage.talk(("Two lines?", "One.\n\n    Two."))
    async with stage.opened(conversation) as chat:
        await chat.press(*"But", "escape", "q")
        await until(lambda: chat.has_prompt_focus)
        await chat.type("why")
        assert chat.draft == "But\n\n> One.\n>\n>     Two.\n\nwhy"
        await chat.press("ctrl+z", "ctrl+z")
        assert chat.draft == "But"


async def test_ctrl_end_right_after_enter_follows_the_reply_from_its_first_line(stage: Stage) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("\n\n".join(f"Line {n}." for n in range(60)), more, "\n\nThe end.")
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press(*"Hello", "enter", "ctrl+end")
        await chat.shows("Line 59.")
        more.set()
        await chat.done()
        await chat.shows("The end.")
        await chat.ask("Again")
        await chat.shows("Line 0.")
        assert "The end." not in chat.text, "the next reply is not followed: the page is held again"


@pytest.mark.parametrize(("size", "keys"), [((80, 24), "o outline · c copy code · y copy"), ((60, 20), "o outline")])
async def test_a_low_terminal_names_the_keys_on_the_line_above_the_prompt(
    stage: Stage, size: tuple[int, int], keys: str
) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation, size) as chat:
        await chat.shows("enter send · ctrl+j new line")
        await chat.press("escape")
        await until(lambda: "jk move · / find · " + keys in chat.text)
        assert "? keys · i write ─" in chat.text
        await chat.press("k", "e")
        await chat.shows("editing an earlier message")
        await chat.press("escape")
        await chat.shows("enter send · ctrl+j new line")


async def test_the_first_key_after_another_screen_is_still_one_of_read(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape")
        for _ in range(5):
            chat.app.push_screen(Screen())
            await until(lambda: not chat.is_chat)
            await chat.pause()
            chat.app.pop_screen()
            chat.screen.post_message(events.Key("q", "q"))
            await until(lambda: chat.draft == "> tre\n\n")
            chat.clear_prompt()
            await chat.press("escape")
            await until(lambda: chat.app.focused is None)


@pytest.mark.parametrize("scrolled", [["ctrl+home"], ["pagedown"] * 6, ["ctrl+d"] * 12])
async def test_the_cursor_follows_when_the_page_is_turned_so_that_y_copies_what_is_seen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, scrolled: list[str]
) -> None:
    conversation = await stage.talk(("One?", "Short."), ("All?", "\n\n".join(f"Line {n}." for n in range(80))))
    copied: list[str] = []
    async with stage.opened(conversation) as chat:
        monkeypatch.setattr(chat.app, "copy_to_clipboard", copied.append)
        await chat.press("escape", "g", *scrolled, "y")
        await until(lambda: copied and copied[-1].startswith("Line 0."))
