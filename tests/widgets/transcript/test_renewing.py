"""Other messages in place of those shown, and marks in their headers."""

from __future__ import annotations

import random

import pytest
from textual.geometry import Region
from textual.strip import Strip

from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, expected, reply, settle
from tui.domain.chat import MessageState
from tui.rendering.note import HeaderStatus, Note
from tui.widgets.transcript import MessageView

SIZE = (80, 24)


async def test_what_stays_in_view_keeps_its_line_when_messages_above_go_and_come() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(60)
        app.transcript.show(messages, {}, at=messages[30].id)
        await settle(pilot)
        before = app.lines()
        app.transcript.renew(messages[:5] + messages[20:], {})
        await settle(pilot)
        assert app.lines() == before
        app.transcript.renew(messages, {})
        await settle(pilot)
        assert app.lines() == before


async def test_a_message_that_goes_makes_room_for_those_below() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(60)
        app.transcript.show(messages, {}, at=messages[30].id)
        await settle(pilot)
        app.transcript.renew(messages[:31] + messages[32:], {})
        await settle(pilot)
        assert app.lines()[1].strip() == "Question 30?"
        assert app.lines()[5].strip() == "Question 32?"
        assert app.lines() == expected(app.transcript)


async def test_other_words_in_the_place_of_those_before_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: dict[int, str] = {}
    own = MessageView.render_lines

    def painting(view: MessageView, crop: Region) -> list[Strip]:
        strips = own(view, crop)
        for y, strip in zip(crop.line_range, strips, strict=True):
            painted[view.region.y + y] = strip.text.rstrip()
        return strips

    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        monkeypatch.setattr(MessageView, "render_lines", painting)
        first = [ask("Why?"), reply("Because."), ask("Red?"), reply("Red it is.")]
        app.transcript.show(first, {})
        await settle(pilot)
        second = [first[0], first[1], ask("Tea?"), reply("Tea it is.")]
        app.transcript.renew(second, {})
        await settle(pilot)
        assert [painted[row] for row in range(SIZE[1] - 3)] == expected(app.transcript)[: SIZE[1] - 3]
        app.transcript.show([ask("Who?"), reply("Nobody."), ask("Ink?"), reply("Ink it is.")], {})
        await settle(pilot)
        assert [painted[row] for row in range(SIZE[1] - 3)] == expected(app.transcript)[: SIZE[1] - 3]


async def test_a_view_of_which_nothing_stays_goes_on_with_the_next() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(80)
        app.transcript.show(messages, {}, at=messages[30].id)
        await settle(pilot)
        app.transcript.renew(messages[:10] + messages[60:], {})
        await settle(pilot)
        assert app.lines()[1].strip() == "Question 60?"
        app.transcript.renew([], {})
        await settle(pilot)
        assert not any(app.lines())
        app.transcript.renew(messages[:2], {})
        await settle(pilot)
        assert app.lines()[1].strip() == "Question 0?"


async def test_the_cursor_stays_on_its_message_or_goes_with_it() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(20)
        app.transcript.show(messages, {})
        await settle(pilot)
        app.transcript.cursor.to(messages[12].id)
        app.transcript.renew(messages[4:], {})
        assert app.transcript.cursor.message_id == messages[12].id
        app.transcript.renew(messages[13:], {})
        assert app.transcript.cursor.message_id is None
        await settle(pilot)
        assert app.lines() == expected(app.transcript)


async def test_a_live_reply_goes_on_below_what_changed() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(6)
        app.transcript.show(messages, {})
        live = reply(state=MessageState.STREAMING)
        app.transcript.live.start(live)
        app.transcript.live.append("One ")
        app.transcript.renew([*messages[2:], live], {})
        app.transcript.live.append("two.")
        await settle(pilot)
        assert app.transcript.live.message_id == live.id
        assert any("One two." in line for line in app.lines())
        live.content, live.state = "One two.", MessageState.COMPLETE
        app.transcript.renew(messages, {})  # the user looks at another version
        await settle(pilot)
        assert app.transcript.live.message_id is None
        assert app.lines() == expected(app.transcript)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_frames_equal_a_plain_drawing_whatever_comes_and_goes(seed: int) -> None:
    dice = random.Random(seed)
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        messages = conversation(50)
        transcript.show(messages, {})
        for _step in range(25):
            chosen = [message for message in messages if dice.random() < 0.7]
            notes = {message.id: Note("A note.") for message in chosen if dice.random() < 0.1}
            transcript.renew(chosen, notes)
            transcript.headers.statuses = {
                message.id: HeaderStatus("‹ 1/2 ›") for message in chosen if dice.random() < 0.3
            }
            if chosen and dice.random() < 0.5:
                transcript.cursor.to(dice.choice(chosen).id)
            if dice.random() < 0.5:
                transcript.scroll_relative(y=dice.randint(-40, 40), animate=False)
            await settle(pilot)
            assert app.lines() == expected(transcript)


async def test_headers_say_which_version_it_is_and_what_became_of_it() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        question, answer = ask("Why?"), reply("Because.")
        app.transcript.headers.statuses = {question.id: HeaderStatus(warning="not sent")}
        app.transcript.show([question, answer], {})
        await settle(pilot)
        assert app.lines()[0].endswith(" · not sent")
        app.transcript.headers.statuses = {answer.id: HeaderStatus("‹ 2/3 ›")}
        await settle(pilot)
        assert "not sent" not in app.lines()[0]
        assert app.lines()[3].endswith("  ‹ 2/3 ›")
        app.transcript.headers.statuses = {}
        await settle(pilot)
        assert "‹" not in "".join(app.lines())


async def test_a_live_header_says_which_version_it_is_at_once() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        live = reply(state=MessageState.STREAMING)
        app.transcript.show([ask("Why?")], {})
        app.transcript.live.start(live)
        app.transcript.headers.statuses = {live.id: HeaderStatus("‹ 2/2 ›")}
        await settle(pilot)
        assert app.lines()[3].endswith("  ‹ 2/2 ›")
