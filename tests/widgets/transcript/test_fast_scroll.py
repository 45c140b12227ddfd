"""The contract with the compositor's private scroll path."""

from __future__ import annotations

import pytest
from textual._compositor import Compositor

from tests.widgets.transcript.conftest import TranscriptApp, conversation, expected, settle
from tui.widgets.transcript import fast_scroll


def test_this_release_of_textual_has_the_private_names() -> None:
    assert fast_scroll.is_supported


async def test_scrolling_lays_out_nothing_but_what_is_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.show(conversation(100), {})
        await settle(pilot)
        layouts: list[object] = []
        whole = Compositor.reflow
        monkeypatch.setattr(Compositor, "reflow", lambda *args: (layouts.append(args), whole(*args))[1])
        for _ in range(10):
            app.transcript.page_up()
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
    from tests.widgets.transcript.conftest import ask, reply

    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.add(ask("Q"))
        app.transcript.start_live(reply())
        await settle(pilot)
        moves: list[object] = []
        for name in ("reflow", "reflow_visible"):
            own = getattr(Compositor, name)
            monkeypatch.setattr(Compositor, name, lambda *args, own=own: (moves.append(args), own(*args))[1])
        for _ in range(8):
            app.transcript.append_live("word " * 20)
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
            app.transcript.page_up()
            await settle(pilot)
            assert app.lines() == expected(app.transcript)
