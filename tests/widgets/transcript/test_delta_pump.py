"""Deltas are drawn together, at once when they are the first, and a fast reader waits."""

from __future__ import annotations

import asyncio

import pytest

from tui.widgets.transcript import DeltaPump


class Screen:
    """Notes what is drawn."""

    def __init__(self) -> None:
        self.drawn: list[tuple[str, int]] = []
        self.changed = asyncio.Event()

    def draw(self, text: str, deltas: int) -> None:
        self.drawn.append((text, deltas))
        self.changed.set()

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.drawn)


async def test_the_first_delta_is_drawn_at_once_and_the_next_ones_together() -> None:
    screen = Screen()
    pump = DeltaPump(screen.draw)
    await pump.feed("a")
    assert screen.drawn == [("a", 1)]
    screen.changed.clear()
    for delta in "bcd":
        await pump.feed(delta)
    assert screen.drawn == [("a", 1)]
    await screen.changed.wait()
    assert screen.drawn == [("a", 1), ("bcd", 3)]


async def test_no_flush_is_larger_than_8192_characters_and_nothing_is_lost() -> None:
    screen = Screen()
    pump = DeltaPump(screen.draw)
    text = "x" * 30_000
    await pump.feed(text)
    await pump.finish()
    assert max(len(part) for part, _ in screen.drawn) == 8192
    assert screen.text == text


async def test_the_reader_waits_while_much_lies_undrawn() -> None:
    screen = Screen()
    pump = DeltaPump(screen.draw)
    await pump.feed("first")
    reader = asyncio.ensure_future(pump.feed("y" * 9000))
    await asyncio.sleep(0)
    assert not reader.done()
    await reader
    assert len(screen.text) >= 5 + 8192


async def test_finishing_draws_the_rest_at_once() -> None:
    screen = Screen()
    pump = DeltaPump(screen.draw)
    for delta in "abc":
        await pump.feed(delta)
    await pump.finish()
    assert screen.text == "abc"


async def test_a_closed_pump_draws_nothing_and_lets_its_reader_go() -> None:
    screen = Screen()
    pump = DeltaPump(screen.draw)
    await pump.feed("a")
    reader = asyncio.ensure_future(pump.feed("y" * 9000))
    await asyncio.sleep(0)
    pump.close()
    await reader
    await pump.feed("late")
    await pump.finish()
    assert screen.text == "a"


async def test_a_failure_while_drawing_is_raised_in_the_reader() -> None:
    def draw(text: str, deltas: int) -> None:
        raise LookupError(text)

    with pytest.raises(LookupError):
        await DeltaPump(draw).feed("a")


async def test_slow_drawing_makes_flushes_rarer() -> None:
    clock = [0.0]
    drawn: list[str] = []

    def draw(text: str, deltas: int) -> None:
        drawn.append(text)
        clock[0] += 0.2

    pump = DeltaPump(draw, now=lambda: clock[0])
    await pump.feed("a")
    clock[0] = 0.9
    await pump.feed("b")
    assert drawn == ["a"]
    pump.close()
