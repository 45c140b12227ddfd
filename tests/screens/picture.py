"""Screens compared with committed texts.

A picture is a text file in `pictures/`: the rows of the terminal as they are shown; then, row by row, the styles of
the cells in the dark theme; then the rows whose styles have other names in the light one. `muted+bold/panel×12` are
twelve cells in the colour `muted`, bold, on `panel`. What is not named is plain: the foreground of the theme, on its
background. `_` are blanks before any text. A colour that the theme has no name for is given as it is. Of a dialog,
only its box is looked at.

`make accept-screens` writes the pictures anew. Look at the diff before you commit it.
"""

from __future__ import annotations

import asyncio
import difflib
import os
import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.cells import get_character_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.theme import Theme

from tests.terminal_view import rows
from tui.themes import HOUSE_THEMES

FOLDER = Path(__file__).parent / "pictures"
ACCEPT = "CHINWAG_ACCEPT_SCREENS"
PATIENCE = 10.0
"""Seconds until a screen that differs is taken for one that is not the same."""
STEADY = 8
"""So many looks in a row at the same screen, for one that is accepted."""
ATTRIBUTES = ("bold", "dim", "italic", "underline", "strike", "reverse")
SEEN_ON_BLANKS = {"underline", "strike", "reverse"}
DARK, LIGHT = "── dark", "── light, where it differs"

Cell = tuple[str, str, str]
"""Foreground, attributes and background."""


def _names(theme: Theme) -> dict[str, str]:
    """Return the name of each colour; of two names, the first counts."""
    fields = ("foreground", "background", "surface", "panel", "primary", "secondary", "accent")
    named = {name: str(getattr(theme, name)) for name in (*fields, "success", "warning", "error")} | theme.variables
    return {value.lower(): name for name, value in reversed(named.items()) if re.fullmatch("#[0-9a-fA-F]{6}", value)}


_NAMES = {theme.name: _names(theme) for theme in HOUSE_THEMES}


def _word(colour: Color | None, names: dict[str, str]) -> str:
    """Return the name of a colour, also where the style sheet rounded it."""
    if colour is None or colour.is_default:
        return "default"
    exact = colour.get_truecolor().hex.lower()
    near = (
        name
        for value, name in names.items()
        if all(abs(one - two) < 3 for one, two in zip(_parts(value), _parts(exact), strict=True))
    )
    return names.get(exact) or next(near, exact)


def _parts(value: str) -> bytes:
    return bytes.fromhex(value[1:])


def _cells(row: Iterable[Segment], names: dict[str, str]) -> list[Cell]:
    found: list[Cell] = []
    for text, style, _control in row:
        style = style or Style.null()
        front, ground = _word(style.color, names), _word(style.bgcolor, names)
        kinds = "".join(f"+{name}" for name in ATTRIBUTES if getattr(style, name))
        for character in text:
            cell = (front, kinds, ground)
            if character == " " and not set(kinds.split("+")) & SEEN_ON_BLANKS:
                cell = found[-1] if found and found[-1][2] == ground else ("_", "", ground)
            found += [cell] * get_character_cell_size(character)
    return found


def _layer(row: Iterable[Cell]) -> str:
    spans = []
    for (front, kinds, ground), run in groupby(row):
        on = "" if ground == "background" else f"/{ground}"
        plain = front == "foreground" and (kinds or on)
        spans.append(f"{'' if plain else front}{kinds}{on}×{len(list(run))}")
    return " ".join(spans)


def _region(screen: Screen[Any]) -> Region:
    """Return where the screen itself is: of a dialog that lies on another one, its box alone."""
    if screen.styles.background.a == 1:
        return screen.region
    own = [child.region for child in screen.children if child.display and not (child.id or "").startswith("textual-")]
    return Region.from_union([region for region in own if region] or [screen.region])


class Picture:
    """The rows of a screen, and the styles of their cells."""

    def __init__(self, text: list[str], dark: list[str], light: list[str]) -> None:
        self.text, self.dark, self.light = text, dark, light

    @classmethod
    def read(cls, file: Path) -> Picture:
        """Return the picture of that file; an empty one when there is none."""
        if not file.exists():
            return cls([], [], [])
        text, _, layers = file.read_text("utf-8").partition(f"\n{DARK}\n")
        dark, _, light = layers.partition(f"\n{LIGHT}\n")
        plain = _expanded(dark)
        return cls(text.split("\n")[:-1], list(plain.values()), list((plain | _expanded(light)).values()))

    @classmethod
    def of(cls, app: App[Any], hide: dict[str, str]) -> Picture:
        """Return what the terminal shows now; the layer of the other theme is empty."""
        strips = rows(app, _region(app.screen))
        text = "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
        for secret, shown in hide.items():
            text = text.replace(secret, shown)
        layer = [_layer(_cells(strip, _NAMES[app.theme])) for strip in strips]
        return cls(text.split("\n"), *((layer, []) if app.current_theme.dark else ([], layer)))

    def write(self, file: Path) -> None:
        """Write the file."""
        dark = dict(enumerate(self.dark, 1))
        light = {row: line for row, line in enumerate(self.light, 1) if dark.get(row) != line}
        lines = [*self.text, "", DARK, *_folded(dark), "", LIGHT, *_folded(light), ""]
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines), "utf-8")

    def part(self, *, dark: bool) -> list[str]:
        """Return the text and the layer of one theme, line by line."""
        return [*self.text, "", *_folded(dict(enumerate(self.dark if dark else self.light, 1)))]


def _folded(layer: dict[int, str]) -> list[str]:
    """Return the lines of a layer, with one for rows in a row that are alike."""
    lines: list[tuple[int, int, str]] = []
    for row, line in layer.items():
        if lines and lines[-1][1:] == (row - 1, line):
            lines[-1] = (lines[-1][0], row, line)
        else:
            lines.append((row, row, line))
    return [f"{first if first == last else f'{first}-{last}'}: {line}" for first, last, line in lines]


def _expanded(layer: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for line in layer.strip("\n").split("\n"):
        numbers, _, spans = line.partition(": ")
        first, _, last = numbers.partition("-")
        if first:
            found |= dict.fromkeys(range(int(first), int(last or first) + 1), spans)
    return found


async def differences(app: App[Any], name: str, hide: dict[str, str]) -> str:
    """Return how the screen differs from the picture of that name; empty when it does not.

    `hide` has what differs from run to run, and what of the same length stands for it.
    """
    width, height = app.size
    file, dark = FOLDER / f"{name}-{width}x{height}.txt", app.current_theme.dark
    expected = Picture.read(file)
    _hold_cursor(app)
    if os.environ.get(ACCEPT):
        found = await _steady(app, hide)
        Picture(found.text, found.dark or expected.dark, found.light or expected.light).write(file)
        return ""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while (now := Picture.of(app, hide).part(dark=dark)) != expected.part(dark=dark):
        if loop.time() > end:
            lines = difflib.unified_diff(expected.part(dark=dark), now, file.name, "the screen now", "", "", 2, "")
            return "\n".join([*lines, "`make accept-screens` takes what is shown now.", ""])
        await asyncio.sleep(0.02)
    return ""


async def _steady(app: App[Any], hide: dict[str, str]) -> Picture:
    """Return the screen once it has stayed the same for some looks."""
    dark, same, last = app.current_theme.dark, 0, Picture([], [], [])
    while same < STEADY:
        await asyncio.sleep(0.06)
        now = Picture.of(app, hide)
        same, last = (same + 1 if now.part(dark=dark) == last.part(dark=dark) else 1), now
    return last


def _hold_cursor(app: App[Any]) -> None:
    """Have the cursor stand still, and be seen."""
    if app.focused is not None and hasattr(app.focused, "cursor_blink"):
        app.focused.cursor_blink = False
        app.focused.notify_style_update()
        app.focused.refresh()
