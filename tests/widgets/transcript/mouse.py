"""The mouse over a transcript."""

from __future__ import annotations

from textual.geometry import Offset
from textual.pilot import Pilot

from tests.terminal_view import move_mouse, release_mouse
from tests.widgets.transcript.conftest import TranscriptApp, settle
from tui.widgets.transcript import Transcript

SIZE = (80, 20)


def place(app: TranscriptApp, x: int, y: int) -> Offset:
    """Return a place of the transcript, as one of the screen."""
    return app.transcript.region.offset + Offset(x, y)


async def move(pilot: Pilot[None], app: TranscriptApp, x: int, y: int, button: int = 1) -> None:
    """Move the mouse with the button held, also to where nothing of the transcript is."""
    move_mouse(app, *place(app, x, y), button=button)
    await pilot.pause()


async def release(pilot: Pilot[None], app: TranscriptApp, x: int, y: int) -> None:
    """Release the button."""
    release_mouse(app, *place(app, x, y))
    await settle(pilot)


async def drag(pilot: Pilot[None], app: TranscriptApp, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag from one place to another."""
    await pilot.mouse_down(Transcript, offset=start)
    await move(pilot, app, *end)
    await release(pilot, app, *end)


def is_scrolling(app: TranscriptApp) -> bool:
    """Return whether a drag beyond the edge has the view move by itself."""
    return app.transcript.selection.is_scrolling
