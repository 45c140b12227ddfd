"""Selecting with the mouse: within a message, over messages, beyond the view, and what is copied then."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, reply, settle
from tests.widgets.transcript.mouse import SIZE, drag
from tui.domain.chat import ChatMessage
from tui.rendering.note import Note
from tui.widgets.transcript import Transcript


async def whole(messages: list[ChatMessage], *, size: tuple[int, int] = (80, 60), notes: Note | None = None) -> str:
    """What dragging over all of it copies; the note is under the last message."""
    app = TranscriptApp()
    async with app.run_test(size=size) as pilot:
        app.transcript.show(messages, {messages[-1].id: notes} if notes else {})
        await settle(pilot)
        await drag(pilot, app, (0, 0), (size[0] - 3, size[1] - 6))
        return app.screen.get_selected_text() or ""


async def test_a_drag_within_a_line_copies_just_that() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("alpha beta gamma")], {})
        await settle(pilot)
        await drag(pilot, app, (9, 1), (12, 1))
        assert app.screen.get_selected_text() == "beta"


async def test_wide_and_joined_characters_are_selected_whole() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("漢字 e\u0301a 👩\u200d🚀 end")], {})
        await settle(pilot)
        await drag(pilot, app, (4, 1), (5, 1))
        assert app.screen.get_selected_text() == "漢字"
        await drag(pilot, app, (8, 1), (8, 1 + 2))
        assert (app.screen.get_selected_text() or "").startswith("e\u0301a 👩\u200d🚀 end")
        await drag(pilot, app, (12, 1), (11, 1))
        assert app.screen.get_selected_text() == "👩\u200d🚀"


async def test_a_drag_over_messages_says_who_spoke_and_leaves_soft_breaks_out() -> None:
    text = await whole([ask("first words"), reply("many " * 20 + "end\n\n```py\nx = 1\n\n  y\n```")])
    assert text == f"You:\nfirst words\n\nsmall-model:\n{'many ' * 20}end\n\nx = 1\n\n  y"


async def test_a_drag_from_within_a_message_begins_there() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("first words"), reply("second words")], {})
        await settle(pilot)
        await drag(pilot, app, (9, 1), (8, 4))
        assert app.screen.get_selected_text() == "words\n\nsmall-model:\nsecond"


async def test_a_selection_upwards_is_the_same() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("first words"), reply("second words")], {})
        await settle(pilot)
        await drag(pilot, app, (8, 4), (9, 1))
        assert app.screen.get_selected_text() == "words\n\nsmall-model:\nsecond"


async def test_lists_keep_their_marks_and_quotes_lose_their_bars() -> None:
    long = "word " * 30 + "end"
    text = await whole([reply(f"- one\n- {long}\n  - deeper\n\n> quoted\n>\n> more")])
    assert text == f"small-model:\n• one\n• {long}\n  ◦ deeper\n\nquoted\n\nmore"


async def test_a_line_of_code_that_was_folded_is_whole_again() -> None:
    line = "    " + "x" * 200 + " = 1"
    assert await whole([reply(f"```py\nif a:\n{line}\n```")]) == f"small-model:\nif a:\n{line}"


async def test_cells_of_a_table_are_set_apart_by_tabs() -> None:
    text = await whole([reply("Before\n\n| name | n |\n|:--|--:|\n| one | 1 |\n| two |  |\n\nAfter")])
    assert text == "small-model:\nBefore\n\nname\tn\none\t1\ntwo\t\n\nAfter"


async def test_a_cell_that_is_wrapped_is_whole_again() -> None:
    cell, word = "many words " * 12 + "end", "x" * 90
    text = await whole([reply(f"| a | b |\n|---|---|\n| {cell} | {word} |\n| 1 | 2 |")])
    assert text == f"small-model:\na\tb\n{cell}\t{word}\n1\t2"


async def test_a_part_of_a_table_is_just_that() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([reply("| alpha | beta |\n|---|---|\n| one | two |")], {})
        await settle(pilot)
        await drag(pilot, app, (5, 1), (12, 1))
        assert app.screen.get_selected_text() == "pha\tbe"


async def test_mathematics_is_copied_as_it_was_written() -> None:
    source = "Where $x^2$ and $\\alpha + \\beta = \\gamma$.\n\n$$\n\\frac{a}{b} = c\n$$\n\nEnd"
    assert await whole([reply(source)]) == f"small-model:\n{source}"


async def test_a_formula_that_is_wrapped_is_copied_as_it_was_written() -> None:
    source = "words " * 12 + "$\\alpha + \\beta + \\gamma + \\delta = \\epsilon$ end"
    assert await whole([reply(source)]) == f"small-model:\n{source}"


async def test_a_part_of_a_formula_is_copied_as_it_is_drawn() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([reply("$\\alpha + \\beta$")], {})
        await settle(pilot)
        await drag(pilot, app, (3, 1), (5, 1))
        assert app.screen.get_selected_text() == "α +"


async def test_what_is_no_text_is_left_out() -> None:
    message = reply("Answer.", reasoning="Some thoughts.")
    text = await whole([message], notes=Note("Stopped.", "f5 retry", "warning"))
    assert text == "small-model:\nAnswer."


async def test_a_note_alone_can_be_copied() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        message = reply("Answer.")
        app.transcript.show([message], {message.id: Note("The gateway failed.", "", "error")})
        await settle(pilot)
        await drag(pilot, app, (0, 3), (70, 3))
        assert app.screen.get_selected_text() == "The gateway failed."


async def test_selected_text_is_highlighted_and_cleared() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("alpha beta gamma")], {})
        await settle(pilot)
        before = app.transcript.pool.placed[0].view.render_line(1)
        await drag(pilot, app, (9, 1), (12, 1))
        marked = app.transcript.pool.placed[0].view.render_line(1)
        assert marked.text == before.text
        colours = {segment.text: segment.style.bgcolor for segment in marked if segment.style}
        assert colours["beta"] != colours["alpha "]
        app.screen.clear_selection()
        await settle(pilot)
        assert app.transcript.pool.placed[0].view.render_line(1) == before


async def test_a_click_clears_the_selection() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("alpha beta gamma")], {})
        await settle(pilot)
        await drag(pilot, app, (9, 1), (12, 1))
        await pilot.click(Transcript, offset=(30, 8))
        await settle(pilot)
        assert not app.screen.get_selected_text()
        assert not app.transcript.selection.exists


@pytest.mark.parametrize("by", [-1, 1])
async def test_a_selection_that_leaves_the_view_is_kept(by: Literal[1, -1]) -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(60), {})
        app.transcript.scroll_to(y=app.transcript.scroll_y / 2)
        await settle(pilot)
        await drag(pilot, app, (0, 0), (50, 16))
        selected = app.screen.get_selected_text()
        assert selected
        for _ in range(8):
            app.transcript.viewport.turn_page(by)
            await settle(pilot)
        assert app.screen.get_selected_text() == selected


async def test_another_conversation_has_no_selection() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("alpha beta gamma")], {})
        await settle(pilot)
        await drag(pilot, app, (9, 1), (12, 1))
        app.transcript.show([ask("other words")], {})
        await settle(pilot)
        assert not app.screen.get_selected_text()


async def test_a_double_click_selects_a_word_and_a_third_one_the_paragraph() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        long = "See tui/domain/words.py, " + "and more " * 12 + "there."
        app.transcript.show([ask(long + "\nnext line")], {})
        await settle(pilot)
        await pilot.click(Transcript, offset=(12, 1), times=2)
        await settle(pilot)
        assert app.screen.get_selected_text() == "tui/domain/words.py"
        await pilot.click(Transcript, offset=(12, 2), times=3)
        await settle(pilot)
        assert app.screen.get_selected_text() == long


async def test_at_another_width_nothing_is_selected_rather_than_other_words() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("one two three four five six seven eight nine ten " * 4)], {})
        await settle(pilot)
        await drag(pilot, app, (3, 2), (9, 2))
        assert app.screen.get_selected_text()
        await pilot.resize_terminal(50, 20)
        await settle(pilot)
        assert not app.screen.get_selected_text()
