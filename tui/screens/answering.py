"""Screens that close with an answer."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen
from textual.worker import NoActiveWorker, get_current_worker

T = TypeVar("T")


class AnsweringScreen(Screen[T]):
    """Answers once, and takes its workers along.

    A second key of the same burst would otherwise close the screen below, and a worker that ends while its screen is
    taken apart would look for widgets that are gone.
    """

    async def before_quit(self) -> None:
        """Keep what was typed: the app is about to quit with this screen open."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with this answer; nothing happens to a screen that is closed already."""
        if not self.is_active:
            return AwaitComplete()
        try:
            mine = get_current_worker()
        except NoActiveWorker:
            mine = None
        for worker in list(self.app.workers):
            if worker is not mine and self in worker.node.ancestors_with_self:
                worker.cancel()
        return super().dismiss(result)


class Dialog(ModalScreen[T], AnsweringScreen[T]):
    """The same, over the screen below. `ModalScreen` comes first: style sheets know a widget by its first bases."""
