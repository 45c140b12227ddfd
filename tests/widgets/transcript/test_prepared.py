"""Many messages: made ready a few at a time, and put before those that are shown."""

from __future__ import annotations

import pytest

from tests.widgets.transcript.conftest import TranscriptApp, conversation, expected, reply, settle
from tui.domain.chat import ChatMessage
from tui.rendering.note import Note
from tui.widgets.transcript import Prepared, prepare

SIZE = (80, 24)


def no_note(_message: ChatMessage) -> Note | None:
    return None


@pytest.mark.parametrize("at", [None, 30, 55])
async def test_what_is_in_view_stays_when_earlier_messages_are_put_before_it(at: int | None) -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(60)
        app.transcript.show(messages[30:], {}, at=None if at is None else messages[at].id)
        await settle(pilot)
        before = app.lines()
        app.transcript.put_before(await prepare(app.transcript.messages, messages[:30], no_note))
        await settle(pilot)
        assert app.lines() == before
        assert app.lines() == expected(app.transcript)
        app.transcript.cursor.first()
        await settle(pilot)
        assert app.transcript.cursor.message_id == messages[0].id
        assert "Question 0?" in "\n".join(app.lines())


async def test_cursor_and_live_reply_keep_their_messages() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(40)
        app.transcript.show(messages[20:], {})
        app.transcript.cursor.to(messages[25].id)
        live = reply("")
        app.transcript.live.start(live)
        app.transcript.live.append("It begins")
        app.transcript.put_before(await prepare(app.transcript.messages, messages[:20], no_note))
        app.transcript.live.append(" and goes on.")
        app.transcript.follow()
        await settle(pilot)
        assert app.transcript.cursor.message_id == messages[25].id
        assert app.transcript.live.message_id == live.id
        assert "It begins and goes on." in "\n".join(app.lines())
        assert app.lines() == expected(app.transcript)


async def test_prepared_messages_are_shown_like_others() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(60)
        notes = {messages[59].id: Note("Stopped.")}
        app.transcript.show(messages, notes)
        await settle(pilot)
        before = app.lines()
        app.transcript.show_prepared(await prepare(app.transcript.messages, messages, lambda m: notes.get(m.id)))
        await settle(pilot)
        assert app.lines() == before
        app.transcript.show_prepared(await prepare(app.transcript.messages, messages, no_note), at=messages[10].id)
        await settle(pilot)
        assert app.lines()[1].strip() == "Question 10?"


async def test_nothing_before_changes_nothing() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(10), {})
        await settle(pilot)
        before = app.lines()
        app.transcript.put_before(Prepared([], []))
        await settle(pilot)
        assert app.lines() == before
