"""Closing a screen with its answer."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen

T = TypeVar("T")


def answer(screen: Screen[T], result: T) -> None:
    """Dismiss the screen, once: a second key of the same burst would close the screen below it."""
    if screen.is_current:
        screen.dismiss(result)
