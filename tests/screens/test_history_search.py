"""Finding an earlier prompt, by its keys."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import ChatDriver
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, WIDE, text
from tui.domain.earlier import EarlierPrompt
from tui.domain.errors import StoreError
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


def search(prompts: list[EarlierPrompt]) -> OneScreen:
    async def load() -> list[EarlierPrompt]:
        return prompts

    return OneScreen(HistorySearch(load))


def rows(chat: OneScreen | ChatDriver) -> PromptList:
    return chat.screen.query_one(PromptList)


async def filled(chat: OneScreen | ChatDriver) -> None:
    await until(lambda: isinstance(chat.screen, HistorySearch) and rows(chat).option_count)


async def sent(chat: ChatDriver, *prompts: str) -> None:
    for prompt in prompts:
        await chat.ask(prompt)
        await chat.done()
        await until(lambda: chat.draft == "")


async def test_ctrl_r_finds_a_prompt_of_an_earlier_run_and_enter_puts_it_into_the_box(stage: Stage) -> None:
    async with stage.chat() as chat:
        await sent(chat, "explain merge sort", "write a poem")
        await chat.quit()
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press("ctrl+r")
        await filled(chat)
        await chat.shows("write a poem", "explain merge sort")
        await chat.type("SORT expl")
        await until(lambda: rows(chat).option_count == 1)
        await chat.press("enter")
        await chat.back()
        assert chat.draft == "explain merge sort"
        assert chat.has_prompt_focus
        await chat.press("!")
        assert chat.draft == "explain merge sort!"


async def test_what_was_in_the_box_comes_back_on_undo_and_is_in_the_history(stage: Stage) -> None:
    async with stage.chat() as chat:
        await sent(chat, "earlier")
        await chat.press(*"my draft", "ctrl+r")
        await filled(chat)
        await chat.press("enter")
        await until(lambda: chat.draft == "earlier")
        await until(lambda: "my draft" in (stage.dirs.data / "history.jsonl").read_text())
        await chat.press("ctrl+z")
        assert chat.draft == "my draft"
        await chat.press("ctrl+y")
        assert chat.draft == "earlier"


async def test_ctrl_r_again_goes_one_further_and_escape_leaves_the_box_as_it_was(stage: Stage) -> None:
    async with stage.chat() as chat:
        await sent(chat, "oldest", "older", "newest")
        await chat.press(*"draft", "left", "ctrl+r")
        await filled(chat)
        await chat.press("ctrl+r", "ctrl+r")
        assert rows(chat).chosen is not None
        assert rows(chat).chosen.text == "oldest"  # type: ignore[union-attr]
        await chat.press("escape")
        await chat.back()
        await chat.press("x")
        assert chat.draft == "drafxt"


async def test_a_burst_of_keys_filters_and_chooses(stage: Stage) -> None:
    async with stage.chat() as chat:
        await sent(chat, "first of all", "second")
        chat.burst("ctrl+r", *"fir", "enter")
        await until(lambda: chat.draft == "first of all" if chat.is_chat else False)


async def test_the_slash_command_and_reading_lead_there_too(stage: Stage) -> None:
    async with stage.chat() as chat:
        await sent(chat, "earlier")
        await chat.press("/", *"history", "enter")
        await filled(chat)
        await chat.press("escape")
        await chat.back()
        await chat.press("escape")
        await until(lambda: chat.is_reading)
        await chat.press("ctrl+r")
        await filled(chat)
        await chat.press("enter")
        await until(lambda: chat.is_chat and not chat.is_reading)
        assert chat.draft == "earlier"
        assert chat.has_prompt_focus


async def test_a_draft_that_cannot_be_put_into_the_history_is_told_and_undo_has_it(stage: Stage) -> None:
    async with stage.chat() as chat:
        await sent(chat, "earlier")
        await chat.press(*"draft", "ctrl+r")
        await filled(chat)
        with full_disk():
            await chat.press("enter")
            await chat.told("disk is full")
        await chat.press("ctrl+z")
        assert chat.draft == "draft"


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
        await until(lambda: "No prompts yet." in text(app))


async def test_a_history_that_cannot_be_read_is_a_sentence() -> None:
    async def load() -> list[EarlierPrompt]:
        raise StoreError("No permission for that file.")

    app = OneScreen(HistorySearch(load))
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
