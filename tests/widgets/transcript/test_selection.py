"""Selecting with the mouse, within a message, over messages, and beyond the view."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, reply, settle
from tui.widgets.transcript import Transcript

SIZE = (80, 20)


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(Transcript, offset=start)
    await pilot.hover(Transcript, offset=end)
    await pilot.mouse_up(Transcript, offset=end)
    await settle(pilot)


async def test_a_drag_within_a_line_copies_just_that() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("alpha beta gamma")], {})
        await settle(pilot)
        await drag(pilot, (9, 1), (12, 1))
        assert app.screen.get_selected_text() == "beta"


async def test_a_drag_over_messages_copies_without_margins_and_soft_breaks() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("first words"), reply("many " * 20 + "end\n\n```py\nx = 1\n  y\n```")], {})
        await settle(pilot)
        await drag(pilot, (9, 1), (30, 11))
        text = app.screen.get_selected_text() or ""
        head = text.splitlines()[2]
        assert head.startswith("small-model")
        assert text == f"words\n\n{head}\n{'many ' * 20}end\n\n\nx = 1\n  y"


async def test_a_selection_upwards_is_the_same() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("first words"), reply("second words")], {})
        await settle(pilot)
        await drag(pilot, (9, 4), (9, 1))
        text = (app.screen.get_selected_text() or "").splitlines()
        assert (text[0], text[-1][:6]) == ("words", "second")


async def test_selected_text_is_highlighted_and_cleared() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("alpha beta gamma")], {})
        await settle(pilot)
        before = app.transcript.pool.placed[0].view.render_line(1)
        await drag(pilot, (9, 1), (12, 1))
        marked = app.transcript.pool.placed[0].view.render_line(1)
        assert marked.text == before.text
        colours = {segment.text: segment.style.bgcolor for segment in marked if segment.style}
        assert colours["beta"] != colours["alpha "]
        app.screen.clear_selection()
        await settle(pilot)
        assert app.transcript.pool.placed[0].view.render_line(1) == before


async def test_a_selection_that_leaves_the_view_is_kept() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(60), {})
        await settle(pilot)
        app.transcript.scroll_to(y=app.transcript.scroll_y - 100)
        await settle(pilot)
        await drag(pilot, (0, 0), (50, 18))
        selected = app.screen.get_selected_text()
        assert selected
        for _ in range(8):
            app.transcript.page_up()
            await settle(pilot)
        assert app.screen.get_selected_text() == selected


async def test_messages_between_the_ends_are_selected_though_out_of_view() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(60), {})
        app.transcript.action_scroll_home()
        await settle(pilot)
        start = app.transcript.pool.placed[0].view
        app.screen.selections = {start: Selection(Offset(0, 1), None)}
        await settle(pilot)
        for _ in range(6):
            app.transcript.page_down()
            await settle(pilot)
        assert start.index == 0
        end = app.transcript.pool.placed[-1].view
        assert end.index is not None
        app.screen.selections = {start: Selection(Offset(0, 1), None), end: Selection(None, Offset(40, 1))}
        await settle(pilot)
        text = app.screen.get_selected_text() or ""
        assert text.startswith("Question 0?")
        assert all(f"Question {n}?" in text for n in range(2, end.index, 2))


async def test_another_conversation_has_no_selection() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("alpha beta gamma")], {})
        await settle(pilot)
        await drag(pilot, (9, 1), (12, 1))
        app.transcript.show([ask("other words")], {})
        await settle(pilot)
        assert not app.screen.get_selected_text()


async def test_a_drag_to_the_edge_scrolls_and_selects_what_came_into_view() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(60), {})
        app.transcript.action_scroll_home()
        await settle(pilot)
        edge = app.transcript.size.height - 1
        await pilot.mouse_down(Transcript, offset=(0, 1))
        app.screen._forward_event(_drag_to(20, edge, by=5))
        while app.transcript.scroll_y < 60:
            await pilot.pause(0.01)
        app.screen._forward_event(_drag_to(20, edge - 8, by=-8))
        await settle(pilot)
        await pilot.mouse_up(Transcript, offset=(20, edge - 8))
        last = app.transcript.pool.placed[-1].view.index
        assert last is not None
        text = app.screen.get_selected_text() or ""
        assert text.startswith("Question 0?")
        assert all(f"Question {n}?" in text for n in range(0, last - 3, 2))


def _drag_to(x: int, y: int, by: int) -> events.MouseMove:
    return events.MouseMove(None, x, y, 0, by, 1, False, False, False, x, y)
