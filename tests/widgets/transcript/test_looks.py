"""What is drawn can be read in both themes, and told apart without colours."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style

from tests.contrast import LEAST, contrast
from tests.markdown.corpus import EVERYTHING
from tests.terminal_view import segments
from tests.widgets.transcript.conftest import TranscriptApp, ask, reply, settle
from tui.rendering.palette import ACCENTS
from tui.themes import HOUSE_THEMES

MARKS = {"rule", "quote-bar", "code-edge", "user-bar", "reply-bar", "spinner"}
"""Lines and signs, not words."""


@pytest.mark.parametrize("theme", [theme.name for theme in HOUSE_THEMES])
async def test_every_word_of_the_transcript_can_be_read(theme: str) -> None:
    app = TranscriptApp()
    async with app.run_test() as pilot:
        app.theme = theme
        await settle(pilot)
        palette = app.transcript.canvas.palette
        faint = {}
        for surface in ("reply", "user", "code", "code-head"):
            for accent in ["", *sorted(set(ACCENTS) - MARKS)] if surface != "code-head" else [""]:
                style = palette.style(surface, accent)
                assert style.color is not None
                assert style.bgcolor is not None
                ratio = contrast(style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex)
                if ratio < LEAST:
                    faint[f"{accent} on {surface}"] = round(ratio, 2)
        assert not faint


def written(style: Style | None) -> tuple[bool, bool, bool, bool]:
    """What of a style is left without colours."""
    return tuple(bool(style and getattr(style, name)) for name in ("bold", "italic", "underline", "strike"))  # type: ignore[return-value]


async def test_structure_shows_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = TranscriptApp()
    source = "# Head\n\n## Lower\n\nplain `code` **strong** *soft* ~~gone~~ [link](https://x.org)\n\n> quote\n\n```py\nx\n```\n\n|a|\n|-|\n|b|"
    async with app.run_test(size=(80, 40)) as pilot:
        app.transcript.show([ask(), reply(source)], {})
        await settle(pilot)
        found: dict[str, Segment] = {
            segment.text.strip(): segment for row in app.transcript.messages.rows(1) for segment in row.segments
        }
        plain = written(found["plain"].style)
        names = ("Head", "Lower", "code", "strong", "soft", "gone", "link", "a")
        assert [name for name in names if written(found[name].style) == plain] == []
        assert written(found["Head"].style) != written(found["Lower"].style)
        lines = [line.strip() for line in app.lines()]
        assert "▎ quote" in lines
        assert lines[lines.index("▏py") + 1] == "▏x"
        colours = {
            colour.get_truecolor()
            for segment in segments(app)
            if segment.style
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour
        }
        assert all(red == green == blue for red, green, blue in colours)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 50)])
async def test_everything_is_drawn_within_the_view_at_every_size(size: tuple[int, int]) -> None:
    app = TranscriptApp()
    async with app.run_test(size=size) as pilot:
        app.transcript.show([ask("日本語 👩‍👩‍👧 🇩🇪\twith a tab"), reply(EVERYTHING)], {})
        await settle(pilot)
        room = app.transcript.messages.draw.width - app.transcript.messages.draw.margin
        for index in range(2):
            rows = app.transcript.messages.rows(index)
            assert all(Segment.get_line_length(row.segments) <= room for row in rows)
