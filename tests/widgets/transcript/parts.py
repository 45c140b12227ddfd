"""The parts of a transcript, put together without an app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from tests.rendering.drawing import PALETTE
from tui.domain.chat import ChatMessage
from tui.widgets.transcript.arriving_reply import ArrivingReply
from tui.widgets.transcript.cursor import Cursor
from tui.widgets.transcript.find import Find
from tui.widgets.transcript.find_query import SearchResults
from tui.widgets.transcript.folding import Folding
from tui.widgets.transcript.headers import Headers
from tui.widgets.transcript.jump import Jump
from tui.widgets.transcript.labels import Labels
from tui.widgets.transcript.message_list import Change, MessageList
from tui.widgets.transcript.overlays import Overlays
from tui.widgets.transcript.selection import Selection
from tui.widgets.transcript.viewport import Viewport


class FakeTimer:
    """A timer that goes off when it is told to."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback = callback
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True

    def fire(self) -> None:
        if not self.is_stopped:
            self.callback()


class FakeHost:
    """Stands for the widget: keeps what it is asked for."""

    is_animated = True

    def __init__(self) -> None:
        self.timers: list[FakeTimer] = []
        self.tasks: dict[str, set[asyncio.Task[None]]] = {}
        self.results: list[SearchResults] = []
        self.has_mouse = False
        self.has_selection = False

    def ensure_styled(self) -> None:
        """Drawing is always possible here."""

    def set_interval(self, interval: float, callback: Callable[[], object]) -> FakeTimer:
        self.timers.append(FakeTimer(callback))
        return self.timers[-1]

    def set_timer(self, delay: float, callback: Callable[[], object]) -> FakeTimer:
        return self.set_interval(delay, callback)

    def capture_mouse(self) -> None:
        self.has_mouse = True

    def release_mouse(self) -> None:
        self.has_mouse = False

    def selection_changed(self, selection: Selection) -> None:
        self.has_selection = selection.exists

    def selection_dropped(self) -> None:
        self.has_selection = False

    def start_task(self, group: str, work: Callable[[], Coroutine[None, None, None]], *, exclusive: bool) -> None:
        if exclusive:
            self.cancel_tasks(group)
        self.tasks.setdefault(group, set()).add(asyncio.ensure_future(work()))

    def cancel_tasks(self, group: str) -> None:
        for task in self.tasks.pop(group, ()):
            task.cancel()

    def results_changed(self, results: SearchResults) -> None:
        self.results.append(results)

    async def tasks_ended(self) -> None:
        """Wait until nothing runs any more."""
        while running := [task for group in self.tasks.values() for task in group if not task.done()]:
            await asyncio.wait(running)
        for group in self.tasks.values():
            for task in group:
                if not task.cancelled():
                    task.result()


class Parts:
    """What a transcript has, in a view of this size; without one until `lay_out`."""

    def __init__(self, messages: Sequence[ChatMessage] = (), *, width: int = 60, height: int = 10) -> None:
        self.host = FakeHost()
        self.changes: list[Change] = []
        self.repainted: list[str | None] = []
        self.messages = MessageList()
        self.headers = Headers(self.messages)
        self.viewport = Viewport(self.messages, now=lambda: 0.0)
        overlays = self.overlays = Overlays(self.repainted.append)
        self.selection = Selection(self.messages, self.viewport, self.host)
        self.folding = Folding(self.messages, self.viewport)
        self.cursor = Cursor(self.messages, self.viewport)
        self.jump = Jump(self.messages, self.viewport, self.folding, self.cursor)
        self.labels = Labels(self.messages, self.viewport, overlays)
        self.find = Find(self.messages, self.viewport, self.folding, overlays, self.host)
        self.live = ArrivingReply(self.messages, self.viewport, self.host, now=lambda: 0.0)
        for part in (self.selection, self.viewport, self.find, self.live):
            self.messages.listen(part.messages_changed)
        self.messages.listen(self.changes.append)
        self.messages.restyle(self.headers.renderer(PALETTE, width))
        if height:
            self.viewport.resize(height)
        self.show(messages)

    def show(self, messages: Sequence[ChatMessage], *, at: str | None = None) -> None:
        self.messages.replace(messages, {})
        self.viewport.open(at)
        self.changes.clear()

    @property
    def lines(self) -> list[str]:
        """What is in view, without margins; a message ends with an empty line."""
        rows = [row.text.strip() for index in range(len(self.messages)) for row in self.messages.rows(index)]
        above = sum(len(self.messages.rows(index)) for index in range(self.viewport.in_view.start))
        first = above - self.viewport.line_of(self.viewport.in_view.start) if len(self.messages) else 0
        shown = rows[first : first + self.viewport.height]
        return shown + [""] * (self.viewport.height - len(shown))

    @property
    def top_id(self) -> str:
        """The id of the topmost message in view."""
        return self.messages.id_at(self.viewport.in_view.start)
