"""Drawing blocks without a screen."""

from __future__ import annotations

import unicodedata

from rich.segment import Segment
from textual.color import Color
from textual.style import Style

from tui.markdown.parser import markdown_blocks
from tui.rendering.painter import Painter, Widths
from tui.rendering.palette import Palette
from tui.rendering.rows import Row


def resolve(name: str, whole: bool) -> Style:
    """A style of its own for each component class."""
    red, green = divmod(sum(n * byte for n, byte in enumerate(name.encode(), 7)) % 65536, 256)
    color = Color(red, green, 7)
    return Style(background=Color(0, 0, 0), foreground=color) if whole else Style(foreground=color)


PALETTE = Palette(resolve)

HOSTILE = "\x1b[31mred\x1b[0m \x1b]52;c;QUJD\x07[red]x[/red] [@click=app.quit]y[/] \x9b1mz \x07\x08\u202e"
"""Text with escape sequences, markup and control characters: drawn, it reads "red [red]x[/red] [@click=app.quit]y[/] z"."""


def drawn_rows(source: str, width: int, *, all_code: bool = True) -> list[Row]:
    return Painter(PALETTE, Widths.of(width)).rows(markdown_blocks(source), all_code=all_code)


def drawn(source: str, width: int) -> list[str]:
    return [row.text.rstrip() for row in drawn_rows(source, width)]


def show(source: str, width: int = 40) -> str:
    return "\n".join(drawn(source, width))


def parts_in(rows: list[Row], surface: str, accent: str) -> list[str]:
    """The texts of the segments that are drawn in a style."""
    style = PALETTE.style(surface, accent)
    segments: list[Segment] = [segment for row in rows for segment in row.segments]
    return [segment.text for segment in segments if segment.style == style]


def is_visible(text: str) -> bool:
    """Return whether a text has no control character."""
    return not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text)
