"""Screens that close with a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, runtime_checkable

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen
from textual.worker import NoActiveWorker, get_current_worker

T = TypeVar("T")


@runtime_checkable
class KeepsOnQuit(Protocol):
    """A screen that has something to save when the app quits with it open."""

    async def before_quit(self) -> None:
        """Save what was typed."""


class ResultScreen(Screen[T]):
    """A full screen that closes once with a result."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with this result; do nothing when it is closed already."""
        return _close_once(self, lambda: super(ResultScreen, self).dismiss(result))


class Dialog(ModalScreen[T]):
    """A box over the screen below, which closes once with a result."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with this result; do nothing when it is closed already."""
        return _close_once(self, lambda: super(Dialog, self).dismiss(result))


def _close_once(screen: Screen[Any], close: Callable[[], AwaitComplete]) -> AwaitComplete:
    """Close a screen and cancel its workers, unless it is closed already.

    A second key of the same burst would otherwise close the screen below, and a worker that ends while its screen is
    being removed would look for widgets that are gone.
    """
    if not screen.is_active:
        return AwaitComplete()
    try:
        mine = get_current_worker()
    except NoActiveWorker:
        mine = None
    for worker in list(screen.app.workers):
        if worker is not mine and screen in worker.node.ancestors_with_self:
            worker.cancel()
    return close()
