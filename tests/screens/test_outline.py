"""The outline of a conversation, by its keys."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import ChatDriver
from tests.screens.outline_view import outline, texts
from tests.terminal_view import SIZES
from tui.markdown.outline import OutlineItem
from tui.screens.outline import Outline
from tui.widgets.outline_list import OutlineList

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


def lines(rows: OutlineList) -> list[tuple[str, str, int]]:
    return [(item.kind, item.text, item.depth) for item in rows.items]


def chosen(rows: OutlineList) -> OutlineItem:
    assert rows.chosen is not None
    return rows.chosen


async def typed(chat: ChatDriver, *keys: str) -> None:
    before = chat.screen.query_one(Input).value
    await chat.press(*keys)
    await until(lambda: chat.screen.query_one(Input).value != before)
    await chat.pause()


async def test_o_lists_questions_headings_and_code_in_their_order(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID)) as chat:
        await chat.press("escape", "o")
        rows = await outline(chat)
        assert lines(rows) == ALL
        shown = chat.text
        assert "you   How do I sort?" in shown
        assert "python  def merge(a, b):" in shown
        assert "4 lines" in shown
        assert chat.screen.query_one(Input).placeholder == "Filter 10 lines"


async def test_enter_brings_a_heading_to_the_top_and_the_cursor_to_its_message(stage: Stage) -> None:
    long = "\n\n".join(f"## Part {n}\n\n" + "\n\n".join(["words " * 30] * 9) for n in range(1, 9))
    async with stage.opened(await stage.talk(("one", long), ("two", "due"))) as chat:
        await chat.press("escape", "o")
        rows = await outline(chat)
        await typed(chat, *"part 5")
        assert texts(rows) == ["Part 5"]
        await chat.press("enter")
        await chat.back()
        await chat.pause()
        assert chat.top_line.endswith("Part 5")
        assert chat.cursor_text == long
        assert chat.mode == "READ"
        await chat.press("o")  # it opens on what is read now
        rows = await outline(chat)
        assert chosen(rows).text == "Part 5"
        await chat.press("escape")
        await chat.back()
        await chat.pause()
        assert chat.top_line.endswith("Part 5")


async def test_it_opens_on_the_message_under_the_cursor_and_keys_move_in_it(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID)) as chat:
        await chat.press("escape", "k", "k", "k", "o")
        rows = await outline(chat)
        assert chosen(rows).text == "And search?"
        await chat.press("down", "ctrl+j", "ctrl+k")
        await until(lambda: chosen(rows).text == "Binary")
        await chat.press("pageup")
        await until(lambda: chosen(rows).text == "How do I sort?")
        await chat.press("up", "ctrl+end")
        await until(lambda: chosen(rows).text == "Thanks")


async def test_words_filter_without_accents_and_are_marked(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID)) as chat:
        await chat.press("escape", "o")
        rows = await outline(chat)
        await typed(chat, *"SORT how")
        assert texts(rows) == ["How do I sort?"]
        hit = rows.get_component_rich_style("outline-list--hit", partial=True)
        assert hit.bold
        drawn = rows.render_line(0)
        assert [part.text for part in drawn if part.style is not None and part.style.bold] == ["How", "sort"]
        await chat.press(*["backspace"] * 8, *"cafe")
        await until(lambda: texts(rows) == ["Cafés"])
        await chat.press(*["backspace"] * 4, *"python")
        await until(lambda: texts(rows) == ["def merge(a, b):"])
        await chat.type("zz")
        await chat.shows("No line has these words.")
        await chat.press("enter")
        await chat.pause()
        assert isinstance(chat.screen, Outline)


async def test_keys_that_come_in_one_burst_with_o_are_typed_into_the_filter(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID)) as chat:
        await chat.press("escape")
        await until(lambda: chat.mode == "READ")
        chat.burst("o", *"quot", "enter")
        await until(lambda: chat.is_chat and chat.cursor_text.startswith("### Binary"))
        assert chat.draft == ""


async def test_keys_that_come_in_one_burst_with_enter_act_where_it_leads_to(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID)) as chat:
        await chat.press("escape", "o")
        rows = await outline(chat)
        await typed(chat, *"binary")
        assert texts(rows) == ["Binary"]
        chat.burst("enter", "k", "i", *"yes")
        await until(lambda: chat.is_chat and chat.draft == "yes")
        await chat.press("escape", "o")
        await outline(chat)
        chat.burst("escape", "k", "m")
        await until(lambda: chat.is_chat and chat.messages[-2].marked)
        assert chat.cursor_text == "Thanks"


async def test_what_is_folded_or_raw_is_opened_when_a_place_in_it_is_chosen(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID), (80, 12)) as chat:
        reply = chat.messages[1]
        for keys in (("h",), ("z",)):
            await chat.press("escape", "g", "j", *keys, "o")
            await outline(chat)
            await typed(chat, *"cafes")
            await chat.press("enter")
            await chat.back()
            await chat.pause()
            assert chat.top_line.endswith("Cafés")
            assert chat.transcript.cursor.message_id == reply.id
            await chat.press("escape")


async def test_from_the_prompt_the_palette_opens_it_and_escape_goes_back_to_writing(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID)) as chat:
        await chat.press("/", *"outline", "enter")
        rows = await outline(chat)
        await chat.press("escape")
        await chat.back()
        await chat.type("hello")
        await until(lambda: chat.draft == "hello")
        assert chat.mode == ""
        assert rows.items


async def test_a_growing_reply_is_listed_as_far_as_it_is(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway = FakeGateway("# First\n\nwords\n\n## Second\n\nmore\n\n", gate, "## Third\n\n")
    async with stage.chat() as chat:
        await chat.ask("Go")
        await chat.shows("more")
        await chat.press("shift+tab", "o")
        rows = await outline(chat)
        assert texts(rows) == ["Go", "First", "Second"]
        gate.set()
        await chat.press("enter")
        await chat.back()
        await chat.done()
        await chat.press("o")
        assert texts(await outline(chat)) == ["Go", "First", "Second", "Third"]


async def test_of_a_long_conversation_the_place_being_read_is_listed_first(stage: Stage) -> None:
    said = [(f"question {n}", f"## Answer {n}\n\n```\ncode {n}\n```") for n in range(1500)]
    async with stage.opened(await stage.talk(*said)) as chat:
        await chat.press("escape")
        chat.transcript.cursor.to(chat.messages[2000].id)
        await chat.press("o")
        await until(lambda: isinstance(chat.screen, Outline) and chat.screen.query_one(OutlineList).items)
        rows = chat.screen.query_one(OutlineList)
        assert chosen(rows).text == "question 1000"
        await chat.press("down")
        await until(lambda: chosen(rows).text == "Answer 1000")
        at = rows.cursor or 0
        place = at - rows.scroll_offset.y
        await outline(chat)
        assert len(rows.items) == 4500
        assert chosen(rows).text == "Answer 1000"
        assert (rows.cursor or 0) - rows.scroll_offset.y == place  # nothing moved while the rest came
        await chat.send("answer 1499")
        await chat.back()
        await until(lambda: chat.cursor_text.startswith("## Answer 1499"))


async def test_an_empty_conversation_has_no_outline(stage: Stage) -> None:
    async with stage.chat(notifications=True) as chat:
        await chat.command("outline")
        await chat.told("There is no message yet.")


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits_every_terminal(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.opened(await stage.talk(*SAID), size) as chat:
        await chat.press("escape", "o")
        rows = await outline(chat)
        await chat.pause()
        region = rows.region
        assert region.height >= min(len(ALL), 3)
        assert region.right <= size[0]
        assert region.bottom < size[1]
        assert chosen(rows).text in chat.text


async def test_the_line_below_the_prompt_names_the_keys_for_which_there_is_room(stage: Stage) -> None:
    async with stage.opened(await stage.talk(*SAID), (140, 40)) as chat:
        await chat.press("escape")
        everything = "jk move · / find · o outline · c copy code · y copy · z source · ? keys · i write"
        await chat.shows(everything)
        await chat.resize(64, 40)
        await chat.shows("jk move · / find · o outline · ? keys · i write")
        await chat.resize(140, 40)
        await chat.shows(everything)
        await chat.press("i")
        await chat.shows("enter send")
