"""The house themes can be read: every colour that words are drawn in has a contrast of 4.5:1 on every surface."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from tui.themes import HOUSE_THEMES

LEAST = 4.5
"""WCAG 2.1, level AA, for text of normal size."""


def luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", HOUSE_THEMES, ids=lambda theme: theme.name)
def test_words_can_be_read_on_every_surface(theme: Theme) -> None:
    words = {name: getattr(theme, name) for name in ("primary", "secondary", "accent", "success", "warning", "error")}
    words |= {name: theme.variables[name] for name in ("user", "assistant", "muted")} | {"text": theme.foreground}
    surfaces = {name: getattr(theme, name) for name in ("background", "surface", "panel")}
    surfaces["cursor"] = theme.variables["block-cursor-background"]
    poor = {
        f"{word} on {surface}": round(contrast(colour, ground), 2)
        for word, colour in words.items()
        for surface, ground in surfaces.items()
        if contrast(colour, ground) < LEAST
    }
    assert poor == {}
