"""What the terminal shows of an app under test, and keys that come faster than the app answers."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from textual import events
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip

WIDE = (120, 40)
SIZES = [WIDE, (80, 24), (60, 20), (40, 10)]
_KEY_NAMES = {"/": "slash", " ": "space"}


def rows(app: App[Any], region: Region | None = None) -> list[Strip]:
    """Return the rows of the terminal, or of a region of it."""
    strips: list[Strip] = app.screen._compositor.render_strips()
    if region is None:
        return strips
    return [strip.crop(region.x, region.right) for strip in strips[region.y : region.bottom]]


def segments(app: App[Any], region: Region | None = None) -> list[Segment]:
    """Return the styled pieces of text, row by row."""
    return [segment for strip in rows(app, region) for segment in strip]


def text(app: App[Any]) -> str:
    """Return the text on the terminal, one line a row."""
    return "\n".join("".join(segment.text for segment in row).rstrip() for row in rows(app))


def position_of(app: App[Any], words: str) -> tuple[int, int]:
    """Return the column and row of the first place where these words are shown."""
    lines = text(app).splitlines()
    row = next(n for n, line in enumerate(lines) if words in line)
    return lines[row].index(words), row


def notices(app: App[Any]) -> str:
    """Return the notices that have not expired, one a line."""
    return "\n".join(notice.message for notice in app._notifications)


def burst(app: App[Any], *keys: str) -> None:
    """Post keys that are all there before the first one has done anything."""
    for key in keys:
        app.post_message(events.Key(_KEY_NAMES.get(key, key), key if len(key) == 1 else None))


def background(piece: Segment) -> str:
    """Return the background colour as #rrggbb; empty for that of the terminal."""
    colour = piece.style.bgcolor if piece.style else None
    return colour.get_truecolor().hex.lower() if colour else ""


def move_mouse(app: App[Any], x: int, y: int, *, button: int = 1) -> None:
    """Move the mouse with a button held, also to where there is no widget."""
    _forward(app, events.MouseMove, x, y, button)


def release_mouse(app: App[Any], x: int, y: int) -> None:
    """Release the button of the mouse, also where there is no widget."""
    _forward(app, events.MouseUp, x, y, 1)


def turn_wheel_up(app: App[Any], x: int, y: int) -> None:
    """Turn the wheel of the mouse by one notch."""
    _forward(app, events.MouseScrollUp, x, y, 0)


def _forward(app: App[Any], kind: type[events.MouseEvent], x: int, y: int, button: int) -> None:
    app.screen._forward_event(kind(None, x, y, 0, 0, button, False, False, False, x, y))
