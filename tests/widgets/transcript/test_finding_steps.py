"""A step to the next hit goes nowhere when the messages it looks through are replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.terminal_view import segments
from tests.widgets.transcript.conftest import TranscriptApp, ask, reply, settle
from tui.domain.chat import ChatMessage
from tui.widgets.transcript import FindQuery, Transcript

LARGE = "a needle " + "filler words here " * 2000
"""Looked through in a thread, so that much can happen meanwhile."""

CHANGES: dict[str, Callable[[Transcript, list[ChatMessage]], None]] = {
    "another conversation": lambda transcript, _messages: transcript.show([ask("other")], {}),
    "another window": lambda transcript, messages: transcript.renew(messages[:1], {}),
    "taken away": lambda transcript, messages: transcript.remove_from(messages[1].id),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_messages_go_while_a_step_looks_through_them(change: str) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.transcript
        messages = [ask("needle"), reply("none"), ask("q"), reply(LARGE)]
        transcript.show(messages, {}, at=messages[0].id)
        await settle(pilot)
        transcript.find.start(FindQuery.typed("needle"))
        await app.workers.wait_for_complete()
        transcript.find._searcher.forget()
        transcript.find.step(1)
        while transcript.find._searcher._plain is None:
            await asyncio.sleep(0)
        CHANGES[change](transcript, messages)
        while app.workers:
            await pilot.pause()
        assert transcript.find.current_message == (None if change == "another conversation" else messages[0].id)
        assert len(transcript.messages) == 1


async def test_a_word_that_is_torn_while_it_arrives_is_marked_once_it_is_whole() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.transcript
        transcript.show([ask("Where?")], {})
        answer = reply()
        transcript.live.start(answer)
        transcript.live.append("Here is one needle and a nee")
        transcript.find.start(FindQuery.typed("needle"))
        await settle(pilot)
        background = transcript.canvas.palette.style("found").bgcolor

        def marked() -> list[str]:
            shown = transcript.canvas.palette.style("found-here").bgcolor
            marks = (background, shown)
            return [part.text for part in segments(app) if part.style and part.style.bgcolor in marks]

        assert marked() == ["needle"]
        transcript.live.append("dle, and so on")
        await settle(pilot)
        assert marked() == ["needle", "needle"]
