"""Finding an earlier prompt, by its keys."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import SIZES, OneScreen, notices, text
from tests.screens.test_chat import WIDE, ask, done, pane, ready
from tui.app import ChinwagApp
from tui.domain.earlier import EarlierPrompt
from tui.domain.errors import StoreError
from tui.screens.chat.screen import ChatScreen
from tui.screens.history_search import HistorySearch
from tui.widgets.prompt_list import AT_ONCE, PromptList

NOW = time.time()
PROMPTS = [
    EarlierPrompt("Explain merge sort", NOW - 7_300),
    EarlierPrompt("Write a poem\nabout the sea\nand cafés", NOW - 90_000),
    EarlierPrompt("Sort this list", 0.0),
]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("A reply."))


def search(prompts: list[EarlierPrompt], typed: str = "") -> OneScreen:
    async def load() -> list[EarlierPrompt]:
        return prompts

    return OneScreen(HistorySearch(load, lambda: typed))


def rows(app: OneScreen | ChinwagApp) -> PromptList:
    return app.screen.query_one(PromptList)


async def filled(app: OneScreen | ChinwagApp) -> None:
    await until(lambda: isinstance(app.screen, HistorySearch) and app.screen._prompts is not None)


async def sent(app: ChinwagApp, pilot: Pilot[None], *prompts: str) -> None:
    for prompt in prompts:
        await ask(app, pilot, prompt)
        await done(app)
        await until(lambda: pane(app).prompt_box.text == "")


async def test_ctrl_r_finds_a_prompt_of_an_earlier_run_and_enter_puts_it_into_the_box(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await sent(app, pilot, "explain merge sort", "write a poem")
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("ctrl+r")
        await filled(app)
        await until(lambda: "write a poem" in text(app) and "explain merge sort" in text(app))
        await pilot.press(*"SORT expl")
        await until(lambda: rows(app).option_count == 1)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ChatScreen))
        assert pane(app).prompt_box.text == "explain merge sort"
        assert pane(app).prompt_box.has_focus
        await pilot.press("!")
        assert pane(app).prompt_box.text == "explain merge sort!"


async def test_what_was_in_the_box_comes_back_on_undo_and_is_in_the_history(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await sent(app, pilot, "earlier")
        await pilot.press(*"my draft", "ctrl+r")
        await filled(app)
        await pilot.press("enter")
        await until(lambda: pane(app).prompt_box.text == "earlier")
        await until(lambda: "my draft" in (stage.dirs.data / "history.jsonl").read_text())
        await pilot.press("ctrl+z")
        assert pane(app).prompt_box.text == "my draft"
        await pilot.press("ctrl+y")
        assert pane(app).prompt_box.text == "earlier"


async def test_ctrl_r_again_goes_one_further_and_escape_leaves_the_box_as_it_was(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await sent(app, pilot, "oldest", "older", "newest")
        await pilot.press(*"draft", "left", "ctrl+r")
        await filled(app)
        await pilot.press("ctrl+r", "ctrl+r")
        assert rows(app).chosen is not None
        assert rows(app).chosen.text == "oldest"  # type: ignore[union-attr]
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        await pilot.press("x")
        assert pane(app).prompt_box.text == "drafxt"


async def test_a_burst_of_keys_filters_and_chooses(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await sent(app, pilot, "first of all", "second")
        for key in ("ctrl+r", *"fir", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(
            lambda: pane(app).prompt_box.text == "first of all" if isinstance(app.screen, ChatScreen) else False
        )


async def test_the_slash_command_and_reading_lead_there_too(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await sent(app, pilot, "earlier")
        await pilot.press("/", *"history", "enter")
        await filled(app)
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        await pilot.press("escape")
        await until(lambda: app.screen.reading)  # type: ignore[attr-defined]
        await pilot.press("ctrl+r")
        await filled(app)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ChatScreen) and not app.screen.reading)
        assert pane(app).prompt_box.text == "earlier"
        assert pane(app).prompt_box.has_focus


async def test_a_draft_that_cannot_be_put_into_the_history_is_told_and_undo_has_it(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await sent(app, pilot, "earlier")
        await pilot.press(*"draft", "ctrl+r")
        await filled(app)
        with full_disk():
            await pilot.press("enter")
            await until(lambda: "disk is full" in notices(app))
        await pilot.press("ctrl+z")
        assert pane(app).prompt_box.text == "draft"


async def test_rows_tell_age_and_length_and_the_whole_prompt_stands_below() -> None:
    app = search(PROMPTS)
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("down")
        await until(lambda: "about the sea" in text(app))
        lines = text(app).splitlines()
        assert any("2 h" in line and "Explain merge sort" in line for line in lines)
        assert any("1 d" in line and "Write a poem" in line and "+2 lines" in line for line in lines)
        assert any("Sort this list" in line for line in lines)


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_filter_rows_and_what_was_found(size: tuple[int, int]) -> None:
    app = search(PROMPTS)
    async with app.run_test(size=size) as pilot:
        await filled(app)
        await pilot.press(*"cafe")
        await until(lambda: rows(app).option_count == 1)
        await until(lambda: "and cafés" in text(app))
        assert "Explain" not in text(app)
        await pilot.press("enter")
        await until(lambda: app.results)
        assert app.results == [PROMPTS[1].text]


async def test_nothing_found_is_said_and_enter_then_does_nothing() -> None:
    app = search(PROMPTS)
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"zebra", "enter")
        await until(lambda: "No prompt has these words." in text(app))
        assert app.results == []
        await pilot.press(*["backspace"] * 5)
        await until(lambda: "Explain merge sort" in text(app) and "No prompt" not in text(app))


async def test_without_prompts_it_says_so() -> None:
    app = search([])
    async with app.run_test(size=(80, 24)):
        await until(lambda: "Nothing was sent yet." in text(app))


async def test_a_history_that_cannot_be_read_is_a_sentence() -> None:
    async def load() -> list[EarlierPrompt]:
        raise StoreError("No permission for that file.")

    app = OneScreen(HistorySearch(load, lambda: ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "No permission for that file." in text(app))
        await pilot.press("escape")
        await until(lambda: app.results == [None])


async def test_prompts_are_never_markup_nor_escape_sequences() -> None:
    app = search([EarlierPrompt("[b]bold[/b] \x1b]0;title\x07[@click=app.quit]x[/]")])
    async with app.run_test(size=(100, 30)):
        await filled(app)
        await until(lambda: text(app).count("[b]bold[/b] [@click=app.quit]x[/]") == 2)


async def test_a_thousand_long_prompts_are_all_reached() -> None:
    app = search([EarlierPrompt(f"prompt {n} " + "wörter und mehr " * 300) for n in range(1000)])
    async with app.run_test(size=(100, 200)) as pilot:
        await filled(app)
        assert AT_ONCE <= rows(app).option_count < 1000
        while rows(app).highlighted != 999:
            await pilot.press("pagedown")
        assert rows(app).option_count == 1000
        await pilot.press(*"prompt 77 ")
        await until(lambda: rows(app).option_count == 19)
        await pilot.press("enter")
        await until(lambda: app.results)
        assert app.results[0].startswith("prompt 77 ")


async def test_a_click_chooses() -> None:
    app = search(PROMPTS)
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.pause()
        await pilot.click(PromptList, offset=(12, 2))
        await until(lambda: app.results)
        assert app.results == ["Sort this list"]
