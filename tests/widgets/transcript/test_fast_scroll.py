"""The contract with the compositor's private scroll path."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual._compositor import Compositor

from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, expected, reply, settle
from tui.widgets.transcript import fast_scroll


def counted(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """A list that grows with each call of these methods of the compositor."""
    calls: list[str] = []

    def counting(name: str, own: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object) -> object:
            calls.append(name)
            return own(*args)

        return call

    for name in names:
        monkeypatch.setattr(Compositor, name, counting(name, getattr(Compositor, name)))
    return calls


def test_this_release_of_textual_has_the_private_names() -> None:
    assert fast_scroll.is_supported


async def test_scrolling_lays_out_nothing_but_what_is_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.show(conversation(100), {})
        await settle(pilot)
        layouts = counted(monkeypatch, "reflow")
        for _ in range(10):
            app.transcript.viewport.turn_page(-1)
            await settle(pilot)
            assert app.lines() == expected(app.transcript)
            for view, y, rows in app.transcript.pool.placed:
                assert (view.region.y - app.transcript.region.y, view.region.height, view.size.height) == (
                    y,
                    rows,
                    rows,
                )
        assert layouts == []


async def test_streaming_into_a_held_page_lays_out_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.add(ask("Q"))
        app.transcript.live.start(reply())
        await settle(pilot)
        moves = counted(monkeypatch, "reflow", "reflow_visible")
        for _ in range(8):
            app.transcript.live.append("word " * 20)
            await settle(pilot)
            assert app.lines() == expected(app.transcript)
        assert moves == []


async def test_without_the_private_names_a_plain_layout_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_scroll, "is_supported", False)
    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.show(conversation(100), {})
        await settle(pilot)
        for _ in range(5):
            app.transcript.viewport.turn_page(-1)
            await settle(pilot)
            assert app.lines() == expected(app.transcript)
