"""The outline of a conversation, by its keys."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import SIZES, notices
from tests.screens.test_acts import command, opened, talk, under_cursor
from tests.screens.test_chat import ask, done, pane, text
from tui.app import ChinwagApp
from tui.screens.chat.screen import ChatScreen
from tui.screens.outline import Outline
from tui.widgets.list_filter import ListFilter
from tui.widgets.outline_list import OutlineList
from tui.widgets.transcript.outline import OutlineItem

SORTING = """\
# Sorting

Some words.

## Merge sort

```python
#!/usr/bin/env python
# not a heading
def merge(a, b):
    ...
```

## Cafés

    plain code
"""
SAID = (
    ("How do I sort?\nQuickly.", SORTING),
    ("And search?", "### Binary\n\nHalve it.\n\n> ```\n> in a quote\n> ```"),
    ("Thanks", "You are welcome."),
)
ALL = [
    ("question", "How do I sort?", 0),
    ("heading", "Sorting", 0),
    ("heading", "Merge sort", 1),
    ("code", "def merge(a, b):", 2),
    ("heading", "Cafés", 1),
    ("code", "plain code", 2),
    ("question", "And search?", 0),
    ("heading", "Binary", 0),
    ("code", "in a quote", 1),
    ("question", "Thanks", 0),
]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("quattro"))


async def outline(app: ChinwagApp) -> OutlineList:
    """The list, once all messages were read."""
    await until(lambda: isinstance(app.screen, Outline) and app.screen._whole)
    return app.screen.query_one(OutlineList)


def lines(rows: OutlineList) -> list[tuple[str, str, int]]:
    return [(item.kind, item.text, item.depth) for item in rows.items]


def texts(rows: OutlineList) -> list[str]:
    return [item.text for item in rows.items]


def chosen(rows: OutlineList) -> OutlineItem:
    assert rows.chosen is not None
    return rows.chosen


def top_line(app: ChinwagApp) -> str:
    """The first line of the transcript that is in view."""
    transcript = pane(app).transcript
    region = transcript.region
    return text(app).splitlines()[region.y][region.x :].strip()


async def back(app: ChinwagApp) -> None:
    await until(lambda: isinstance(app.screen, ChatScreen))


async def typed(app: ChinwagApp, pilot: Pilot[None], *keys: str) -> None:
    before = app.screen.query_one(ListFilter).value
    await pilot.press(*keys)
    await until(lambda: app.screen.query_one(ListFilter).value != before)
    await pilot.pause()


async def test_o_lists_questions_headings_and_code_in_their_order(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID)) as (app, pilot):
        await pilot.press("escape", "o")
        rows = await outline(app)
        assert lines(rows) == ALL
        shown = text(app)
        assert "you   How do I sort?" in shown
        assert "python  def merge(a, b):" in shown
        assert "4 lines" in shown
        assert app.screen.query_one(ListFilter).placeholder == "Filter 10 lines"


async def test_enter_brings_a_heading_to_the_top_and_the_cursor_to_its_message(stage: Stage) -> None:
    long = "\n\n".join(f"## Part {n}\n\n" + "\n\n".join(["words " * 30] * 9) for n in range(1, 9))
    async with opened(stage, await talk(stage, ("one", long), ("two", "due"))) as (app, pilot):
        await pilot.press("escape", "o")
        rows = await outline(app)
        await typed(app, pilot, *"part 5")
        assert texts(rows) == ["Part 5"]
        await pilot.press("enter")
        await back(app)
        await pilot.pause()
        assert top_line(app).endswith("Part 5")
        assert under_cursor(app) == long
        assert pane(app).status.mode == "READ"
        await pilot.press("o")  # it opens on what is read now
        rows = await outline(app)
        assert chosen(rows).text == "Part 5"
        await pilot.press("escape")
        await back(app)
        await pilot.pause()
        assert top_line(app).endswith("Part 5")


async def test_it_opens_on_the_message_under_the_cursor_and_keys_move_in_it(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID)) as (app, pilot):
        await pilot.press("escape", "k", "k", "k", "o")
        rows = await outline(app)
        assert chosen(rows).text == "And search?"
        await pilot.press("down", "ctrl+j", "ctrl+k")
        await until(lambda: chosen(rows).text == "Binary")
        await pilot.press("pageup")
        await until(lambda: chosen(rows).text == "How do I sort?")
        await pilot.press("up", "ctrl+end")
        await until(lambda: chosen(rows).text == "Thanks")


async def test_words_filter_without_accents_and_are_marked(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID)) as (app, pilot):
        await pilot.press("escape", "o")
        rows = await outline(app)
        await typed(app, pilot, *"SORT how")
        assert texts(rows) == ["How do I sort?"]
        hit = rows.get_component_rich_style("outline-list--hit", partial=True)
        assert hit.bold
        drawn = rows.render_line(0)
        assert [part.text for part in drawn if part.style is not None and part.style.bold] == ["How", "sort"]
        await pilot.press(*["backspace"] * 8, *"cafe")
        await until(lambda: texts(rows) == ["Cafés"])
        await pilot.press(*["backspace"] * 4, *"python")
        await until(lambda: texts(rows) == ["def merge(a, b):"])
        await pilot.press(*"zz")
        await until(lambda: "No line has these words." in text(app))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Outline)


async def test_keys_that_come_in_one_burst_with_o_are_typed_into_the_filter(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID)) as (app, pilot):
        await pilot.press("escape")
        await until(lambda: pane(app).status.mode == "READ")
        for key in ("o", *"quot", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(lambda: isinstance(app.screen, ChatScreen) and under_cursor(app).startswith("### Binary"))
        assert pane(app).prompt_box.text == ""


async def test_keys_that_come_in_one_burst_with_enter_act_where_it_leads_to(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID)) as (app, pilot):
        await pilot.press("escape", "o")
        rows = await outline(app)
        await typed(app, pilot, *"binary")
        assert texts(rows) == ["Binary"]
        for key in ("enter", "k", "i", *"yes"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(lambda: isinstance(app.screen, ChatScreen) and pane(app).prompt_box.text == "yes")
        await pilot.press("escape", "o")
        await outline(app)
        for key in ("escape", "k", "m"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(lambda: isinstance(app.screen, ChatScreen) and pane(app).conversation.branch()[-2].marked)
        assert under_cursor(app) == "Thanks"


async def test_what_is_folded_or_raw_is_opened_when_a_place_in_it_is_chosen(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID), (80, 12)) as (app, pilot):
        reply = pane(app).conversation.branch()[1]
        for keys in (("h",), ("z",)):
            await pilot.press("escape", "g", "j", *keys, "o")
            await outline(app)
            await typed(app, pilot, *"cafes")
            await pilot.press("enter")
            await back(app)
            await pilot.pause()
            assert top_line(app).endswith("Cafés")
            assert pane(app).transcript.cursor == reply.id
            await pilot.press("escape")


async def test_from_the_prompt_the_palette_opens_it_and_escape_goes_back_to_writing(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID)) as (app, pilot):
        await pilot.press("/", *"outline", "enter")
        rows = await outline(app)
        await pilot.press("escape")
        await back(app)
        await pilot.press(*"hello")
        await until(lambda: pane(app).prompt_box.text == "hello")
        assert pane(app).status.mode == ""
        assert rows.items


async def test_a_growing_reply_is_listed_as_far_as_it_is(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway = FakeGateway("# First\n\nwords\n\n## Second\n\nmore\n\n", gate, "## Third\n\n")
    app = stage.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(app, pilot, "Go")
        await until(lambda: "more" in text(app))
        await pilot.press("shift+tab", "o")
        rows = await outline(app)
        assert texts(rows) == ["Go", "First", "Second"]
        gate.set()
        await pilot.press("enter")
        await back(app)
        await done(app)
        await pilot.press("o")
        assert texts(await outline(app)) == ["Go", "First", "Second", "Third"]


async def test_of_a_long_conversation_the_place_being_read_is_listed_first(stage: Stage) -> None:
    said = [(f"question {n}", f"## Answer {n}\n\n```\ncode {n}\n```") for n in range(1500)]
    async with opened(stage, await talk(stage, *said)) as (app, pilot):
        await pilot.press("escape")
        pane(app).transcript.cursor = pane(app).conversation.branch()[2000].id
        await pilot.press("o")
        await until(lambda: isinstance(app.screen, Outline) and app.screen.query_one(OutlineList).items)
        rows = app.screen.query_one(OutlineList)
        assert chosen(rows).text == "question 1000"
        await pilot.press("down")
        await until(lambda: chosen(rows).text == "Answer 1000")
        at = rows.cursor or 0
        place = at - rows.scroll_offset.y
        await outline(app)
        assert len(rows.items) == 4500
        assert chosen(rows).text == "Answer 1000"
        assert (rows.cursor or 0) - rows.scroll_offset.y == place  # nothing moved while the rest came
        await pilot.press(*"answer 1499", "enter")
        await back(app)
        await until(lambda: under_cursor(app).startswith("## Answer 1499"))


async def test_an_empty_conversation_has_no_outline(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await command(app, pilot, "outline")
        await until(lambda: "There is no message yet." in notices(app))


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits_every_terminal(stage: Stage, size: tuple[int, int]) -> None:
    async with opened(stage, await talk(stage, *SAID), size) as (app, pilot):
        await pilot.press("escape", "o")
        rows = await outline(app)
        await pilot.pause()
        region = rows.region
        assert region.height >= min(len(ALL), 3)
        assert region.right <= size[0]
        assert region.bottom < size[1]
        assert chosen(rows).text in text(app)


async def test_the_line_below_the_prompt_names_the_keys_for_which_there_is_room(stage: Stage) -> None:
    async with opened(stage, await talk(stage, *SAID), (140, 40)) as (app, pilot):
        await pilot.press("escape")
        everything = "jk move · / find · o outline · c copy code · y copy · z raw · ? keys · i write"
        await until(lambda: everything in text(app))
        await pilot.resize_terminal(64, 40)
        await until(lambda: "jk move · / find · o outline · ? keys · i write" in text(app))
        await pilot.resize_terminal(140, 40)
        await until(lambda: everything in text(app))
        await pilot.press("i")
        await until(lambda: "enter send" in text(app))
