"""A drag to the edge of the view goes on scrolling and selecting while the pointer stands still."""

from __future__ import annotations

import pytest

from tests.fakes import until
from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, reply, settle
from tests.widgets.transcript.mouse import SIZE, drag, is_scrolling, move, release
from tui.domain.chat import ChatMessage
from tui.widgets.transcript import Transcript


async def until_scrolled(app: TranscriptApp, pilot: object, *, down: bool, past: int) -> None:
    while (app.transcript.scroll_y < past) if down else (app.transcript.scroll_y > past):
        await pilot.pause(0.01)  # type: ignore[attr-defined]


def flat(messages: list[ChatMessage]) -> list[str]:
    """Questions as they are copied."""
    return [line for message in messages for line in ("You:", *message.content.split("\n"), "")]


def questions(count: int) -> list[ChatMessage]:
    return [ask(f"Question {n}?\nsecond line of {n}") for n in range(count)]


@pytest.mark.parametrize("beyond", [0, 4])
async def test_down_over_messages_that_come_into_view(beyond: int) -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = questions(40)
        app.transcript.show(messages, {})
        app.transcript.scroll_to(y=0)
        await settle(pilot)
        edge = app.transcript.size.height - 1 + beyond
        await pilot.mouse_down(Transcript, offset=(3, 1))
        await move(pilot, app, 20, 9)
        await move(pilot, app, 20, edge)
        await until_scrolled(app, pilot, down=True, past=60)
        await move(pilot, app, 79, 9)
        stopped = app.transcript.scroll_offset.y
        await release(pilot, app, 79, 9)
        assert app.transcript.scroll_offset.y == stopped
        assert app.screen.get_selected_text() == "\n".join(flat(messages)[1 : stopped + 10]).rstrip("\n")
        top = app.transcript.viewport.in_view.start
        assert top is not None
        assert top > 10


async def test_up_over_messages_that_come_into_view() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = questions(40)
        app.transcript.show(messages, {})
        await settle(pilot)
        first = app.transcript.scroll_offset.y
        await pilot.mouse_down(Transcript, offset=(77, 9))
        await move(pilot, app, 0, 5)
        await move(pilot, app, 0, -1)
        await until_scrolled(app, pilot, down=False, past=first - 60)
        await move(pilot, app, 0, 5)
        stopped = app.transcript.scroll_offset.y
        await release(pilot, app, 0, 5)
        assert app.screen.get_selected_text() == "\n".join(flat(messages)[stopped + 5 : first + 10]).rstrip("\n")


async def test_to_the_first_message_and_no_further() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = questions(40)
        app.transcript.show(messages, {})
        await settle(pilot)
        await pilot.mouse_down(Transcript, offset=(77, 16))
        await move(pilot, app, 0, 5)
        await move(pilot, app, 0, -3)
        await until_scrolled(app, pilot, down=False, past=0)
        await release(pilot, app, 0, -3)
        assert (app.screen.get_selected_text() or "").split("\n") == flat(messages)[:-1]


async def test_messages_of_which_the_height_was_not_known() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(60), {})
        await settle(pilot)
        await pilot.mouse_down(Transcript, offset=(40, 16))
        await move(pilot, app, 0, 5)
        await move(pilot, app, 0, -4)
        await until_scrolled(app, pilot, down=False, past=0)
        await release(pilot, app, 0, -4)
        text = app.screen.get_selected_text() or ""
        assert text.startswith("You:\nQuestion 0?\nsecond line\n\nsmall-model:\nReply 1.")
        assert [f"Question {n}?" in text for n in range(0, 60, 2)] == [True] * 30


async def test_scrolling_stops_where_the_pointer_comes_back_and_where_the_button_is_let_go() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(questions(40), {})
        app.transcript.scroll_to(y=0)
        await settle(pilot)
        await pilot.mouse_down(Transcript, offset=(3, 1))
        await move(pilot, app, 20, 9)
        await move(pilot, app, 20, 22)
        await until_scrolled(app, pilot, down=True, past=5)
        await move(pilot, app, 20, 9)
        await until(lambda: not is_scrolling(app))
        await move(pilot, app, 20, 22)
        await move(pilot, app, 20, 22 + 1, button=0)
        await until(lambda: not is_scrolling(app))
        assert app.mouse_captured is None
        assert app.screen.get_selected_text()


async def test_dropping_the_selection_ends_the_drag() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(questions(40), {})
        app.transcript.scroll_to(y=0)
        await settle(pilot)
        await pilot.mouse_down(Transcript, offset=(3, 1))
        await move(pilot, app, 20, 9)
        await move(pilot, app, 20, 22)
        app.screen.clear_selection()
        await settle(pilot)
        await until(lambda: not is_scrolling(app))
        assert not app.transcript.selection.exists


async def test_a_drag_along_the_last_line_does_not_scroll() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(questions(40), {})
        app.transcript.scroll_to(y=0)
        await settle(pilot)
        edge = app.transcript.size.height - 1
        await pilot.mouse_down(Transcript, offset=(3, edge))
        await move(pilot, app, 30, edge)
        await until(lambda: not is_scrolling(app))


async def test_a_drag_holds_the_view_while_a_reply_is_followed() -> None:
    app = TranscriptApp(follow="tail")
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(questions(12), {})
        live = reply()
        transcript.live.start(live)
        transcript.live.append("line\n\n" * 20)
        transcript.follow()
        await settle(pilot)
        assert transcript.viewport.is_following
        await pilot.mouse_down(Transcript, offset=(3, 4))
        await move(pilot, app, 6, 6)
        top, shown = transcript.scroll_offset.y, app.lines()[:8]
        for _ in range(5):
            transcript.live.append("more\n\n" * 3)
            await settle(pilot)
        assert (transcript.scroll_offset.y, app.lines()[:8]) == (top, shown)
        await release(pilot, app, 6, 6)
        selected = app.screen.get_selected_text()
        transcript.live.append("more\n\n" * 3)
        await settle(pilot)
        assert transcript.scroll_offset.y == top
        assert selected == app.screen.get_selected_text() == "line\n\nline"


async def test_a_link_is_still_clicked(make_app: type[TranscriptApp]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([reply("See [it](https://example.org/).")], {})
        await settle(pilot)
        await pilot.click(Transcript, offset=(7, 1))
        await settle(pilot)
        assert app.links == ["https://example.org/"]
        await drag(pilot, app, (7, 1), (8, 1))
        assert app.links == ["https://example.org/"]
        assert app.screen.get_selected_text() == "it"


@pytest.mark.parametrize("has_moved", [True, False])
@pytest.mark.parametrize("how", ["show", "renew", "remove"])
async def test_a_drag_ends_when_the_messages_under_it_go(how: str, has_moved: bool) -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = questions(10)
        app.transcript.show(messages, {})
        await settle(pilot)
        await pilot.mouse_down(Transcript, offset=(3, 8))
        if has_moved:
            await move(pilot, app, 20, 6)
        if how == "remove":
            app.transcript.remove_from(messages[2].id)
        else:
            getattr(app.transcript, how)(messages[:2], {})
        await settle(pilot)
        await move(pilot, app, 22, 2)
        await release(pilot, app, 22, 2)
        assert app.screen.get_selected_text() is None
        await drag(pilot, app, (3, 1), (10, 1))
        assert app.screen.get_selected_text() == "Question"
