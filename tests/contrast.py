"""The contrast of two colours, as WCAG measures it."""

from __future__ import annotations

from textual.color import Color

LEAST = 4.5
"""WCAG 2.1, level AA, for text of normal size."""


def luminance(color: Color) -> float:
    """Return the relative luminance."""

    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours; 1 for the same, 21 for black on white."""
    light, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)
