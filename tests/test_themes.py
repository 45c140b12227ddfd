"""The house themes can be read: every colour that words are drawn in has a contrast of 4.5:1 on every surface."""

from __future__ import annotations

import pytest
from textual.theme import Theme

from tests.contrast import LEAST, contrast
from tui.themes import HOUSE_THEMES


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
