"""Matches in a reply that is arriving."""

from __future__ import annotations

from tests.terminal_view import segments
from tests.widgets.transcript.conftest import TranscriptApp, ask, reply, settle
from tui.widgets.transcript import FindQuery


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
