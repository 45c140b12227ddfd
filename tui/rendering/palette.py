"""The styles of the transcript, resolved once for a theme."""

from __future__ import annotations

from collections.abc import Callable

from rich.style import Style as RichStyle
from textual.style import Style

SURFACES = ("reply", "user", "code", "code-head", "label", "found", "found-here")
"""Component classes with a background, for each kind of row."""

ACCENTS = (
    "user-name", "reply-name", "system-name", "user-bar", "reply-bar", "meta", "reasoning", "key", "spinner",
    "strong", "emphasis", "struck", "link", "target", "inline-code", "formula", "footnote", "heading-1", "heading-2",
    "heading-3", "heading-4", "rule", "quote-bar", "list-mark", "task-done", "table-head", "table-title", "note-info",
    "note-warning", "note-error", "code-edge", "code-keyword", "code-name", "code-function", "code-string",
    "code-number", "code-comment", "code-wrong", "code-added",
)  # fmt: skip
"""Component classes that are combined with a surface."""

COMPONENT_CLASSES = {f"transcript--{name}" for name in (*SURFACES, *ACCENTS)}


class Palette:
    """Styles by name. `resolve` returns the style of a component class, whole or only what the class itself sets."""

    def __init__(self, resolve: Callable[[str, bool], Style]) -> None:
        self._resolve = resolve
        self._surfaces: dict[str, Style] = {}
        self._accents: dict[str, Style] = {}
        self._combined: dict[tuple[str, ...], RichStyle] = {}

    def style(self, surface: str, *accents: str) -> RichStyle:
        """Return the style of accents on a surface, in order. Names that are not accents are ignored."""
        key = (surface, *accents)
        found = self._combined.get(key)
        if found is None:
            found = self._combined[key] = self._combine(surface, accents).rich_style
        return found

    def link(self, url: str, surface: str, *accents: str) -> RichStyle:
        """Return the same style for text that opens `url` when clicked."""
        return self.style(surface, *accents) + RichStyle.from_meta({"@click": ("open_link", (url,))})

    def action(self, name: str, surface: str, *accents: str) -> RichStyle:
        """Return the same style for text that runs the action `name` of its message when clicked."""
        return self.style(surface, *accents) + RichStyle.from_meta({"@click": (name, ())})

    def _combine(self, surface: str, accents: tuple[str, ...]) -> Style:
        if surface not in self._surfaces:
            self._surfaces[surface] = self._resolve(f"transcript--{surface}", True)
        style = self._surfaces[surface]
        for accent in accents:
            if accent in _KNOWN:
                if accent not in self._accents:
                    self._accents[accent] = self._resolve(f"transcript--{accent}", False)
                style += self._accents[accent]
        return style


_KNOWN = frozenset(ACCENTS)
