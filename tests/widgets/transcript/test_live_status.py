"""What the last line of a live reply says of pauses and signs of life; and prices in headers."""

from __future__ import annotations

import time

import pytest

from tests.widgets.transcript.conftest import TranscriptApp, ask, reply, settle
from tui.domain.chat import ChatMessage, MessageState, Usage

SIZE = (80, 24)
LONG = "Rate limit reached for gpt-4 in organization org-1 on tokens per min: limit 10000, used 9999, asked 800."


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def waiting(app: TranscriptApp) -> None:
    app.transcript.add(ask("Q"))
    app.transcript.live.start(reply(state=MessageState.STREAMING))


def said(app: TranscriptApp) -> list[str]:
    """The lines below the header of the live reply."""
    lines = [line.removeprefix("▌").strip() for line in app.lines()[4:]]
    return [line for line in lines if line]


async def test_a_pause_says_why_and_counts_down_then_waiting_goes_on() -> None:
    clock = Clock()
    app = TranscriptApp(now=clock)
    async with app.run_test(size=SIZE) as pilot:
        waiting(app)
        app.transcript.live.pause(clock.now + 12.0, "The server is busy.")
        await settle(pilot)
        assert said(app)[0].endswith("The server is busy. Trying again in 12 s · esc stop")
        for later, left in ((0.5, "12 s"), (1.0, "11 s"), (10.2, "1 s")):
            clock.now += later
            app.transcript.live.turn()
            await settle(pilot)
            assert f"Trying again in {left} · esc stop" in said(app)[0]
        clock.now += 1.0
        app.transcript.live.turn()
        await settle(pilot)
        assert said(app)[0].endswith("waiting 12.7 s · esc stop")


async def test_a_pause_ends_with_the_first_text_or_when_it_is_called_off() -> None:
    clock = Clock()
    app = TranscriptApp(now=clock)
    async with app.run_test(size=SIZE) as pilot:
        waiting(app)
        app.transcript.live.pause(clock.now + 12.0, "The server is busy.")
        app.transcript.live.pause(None, "")
        await settle(pilot)
        assert said(app)[0].endswith("waiting 0.0 s · esc stop")
        app.transcript.live.pause(clock.now + 12.0, "The server is busy.")
        app.transcript.live.append("Here", 1)
        await settle(pilot)
        assert said(app)[0] == "Here"
        assert said(app)[1].endswith("1 token · esc stop")


@pytest.mark.parametrize("width", [80, 40, 24])
async def test_a_long_reason_is_said_in_full_with_the_seconds_and_the_key_below(width: int) -> None:
    clock = Clock()
    app = TranscriptApp(now=clock)
    async with app.run_test(size=(width, 30)) as pilot:
        waiting(app)
        app.transcript.live.pause(clock.now + 7.0, LONG)
        await settle(pilot)
        assert " ".join(" ".join(said(app)).split()[1:]) == f"{LONG} Trying again in 7 s · esc stop"


async def test_a_hostile_reason_is_a_line_of_text() -> None:
    clock = Clock()
    app = TranscriptApp(now=clock)
    async with app.run_test(size=SIZE) as pilot:
        waiting(app)
        app.transcript.live.pause(clock.now + 7.0, "\x1b[31mred\n\n[b]x[/b]\x1b]0;t\x07.")
        await settle(pilot)
        assert said(app)[0].endswith("red [b]x[/b]. Trying again in 7 s · esc stop")


async def test_a_sign_of_life_counts_for_some_seconds() -> None:
    clock = Clock()
    app = TranscriptApp(now=clock)
    async with app.run_test(size=SIZE) as pilot:
        waiting(app)
        clock.now += 3.0
        app.transcript.live.is_alive()
        app.transcript.live.turn()
        await settle(pilot)
        assert said(app)[0].endswith("the server is still working · esc stop")
        clock.now += 30.0
        app.transcript.live.turn()
        await settle(pilot)
        assert said(app)[0].endswith("waiting 33.0 s · esc stop")


async def test_without_a_live_reply_there_is_nothing_to_pause() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("Q"), reply("A")], {})
        await settle(pilot)
        before = app.lines()
        app.transcript.live.pause(time.monotonic() + 9, "Busy.")
        app.transcript.live.is_alive()
        await settle(pilot)
        assert app.lines() == before


# Money


async def test_the_header_tells_the_price_where_it_is_known() -> None:
    def price(message: ChatMessage) -> str:
        return "$0.0004" if message.content == "known" else ""

    app = TranscriptApp(price_of=price)
    async with app.run_test(size=SIZE) as pilot:
        usage = Usage(1, 12, 13)
        messages = [ask("a"), reply("known", usage=usage), ask("b"), reply("unknown", usage=usage)]
        app.transcript.show(messages, {})
        await settle(pilot)
        assert not any("$" in line for line in app.lines())
        assert app.lines()[9].endswith("12 tokens")
        app.transcript.cursor.to(messages[1].id)
        await settle(pilot)
        assert [line.rpartition(" · ")[2] for line in app.lines() if "$" in line] == ["$0.0004"]
        assert "12 tokens · $0.0004" in app.lines()[3]


async def test_prices_that_become_known_later_are_shown_in_what_stands_there() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("a"), reply("b", usage=Usage(1, 12, 13))], {})
        await settle(pilot)
        app.transcript.headers.price_of = lambda message: "~$0.01"
        await settle(pilot)
        assert app.lines()[3].endswith("12 tokens · ~$0.01")
        app.transcript.headers.price_of = None
        await settle(pilot)
        assert app.lines()[3].endswith("12 tokens")
