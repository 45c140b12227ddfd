"""The reply that is being written: begun, grown, paused and ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, Protocol

from tui.domain.chat import ChatMessage, Role
from tui.rendering.live_reply import LiveReply, Pause
from tui.rendering.note import Note
from tui.widgets.transcript.entry import Entry
from tui.widgets.transcript.message_list import Change, MessageList
from tui.widgets.transcript.selection import Stoppable
from tui.widgets.transcript.viewport import Viewport

FollowMode = Literal["page", "tail"]

_SPINNER_PERIOD = 1 / 8
_STILL_PERIOD = 1 / 4
_THOUGHTS_PERIOD = 1 / 20


class ReplyHost(Protocol):
    """What an arriving reply asks of the widget in which the reply is shown."""

    @property
    def is_animated(self) -> bool:
        """Whether the spinner turns."""

    def ensure_styled(self) -> None:
        """Make drawing possible before the width is known."""

    def set_interval(self, interval: float, callback: Callable[[], object]) -> Stoppable:
        """Call something again and again."""

    def set_timer(self, delay: float, callback: Callable[[], object]) -> Stoppable:
        """Call something once."""


class ArrivingReply:
    """Hands on to the messages what is known of the live reply, and has its indicator turn."""

    def __init__(
        self,
        messages: MessageList,
        viewport: Viewport,
        host: ReplyHost,
        *,
        now: Callable[[], float] = time.monotonic,
        stop_key: str = "esc",
        follow: FollowMode = "page",
    ) -> None:
        self.follow_mode: FollowMode = follow
        """Whether a reply stands still once the page is full, or is followed. Counts from the next question."""
        self._messages = messages
        self._viewport = viewport
        self._host = host
        self._now = now
        self._stop_key = stop_key
        self._spinner: Stoppable | None = None
        self._thoughts: Stoppable | None = None

    @property
    def message_id(self) -> str | None:
        """The id of the reply that is being written."""
        return None if self._messages.live is None else self._messages.live.message.id

    def ask(self, message_id: str) -> None:
        """Bring a question to the top of the view, or follow the end from it on."""
        if self.follow_mode == "page":
            self._viewport.pin(message_id)
        else:
            self._viewport.follow_end(keep_page=False)

    def start(self, message: ChatMessage) -> None:
        """Show a reply that begins, or goes on: what it holds by now, and what `append` brings."""
        self._host.ensure_styled()
        index = self._messages.position(message.id)
        if index is None:
            index = self._messages.append(Entry(message))
            asked = index > 0 and self._messages.entries[index - 1].message.role is Role.USER
            top = self._messages.id_at(index - 1 if asked else index)
            if self._viewport.pinned != top:
                self.ask(top)
        draw = self._messages.draw
        live = LiveReply(message, draw.painter(message), draw.reasoning_rows(), self._now, self._stop_key)
        live.think(message.reasoning, 0, _since(message.first_token))
        live.append(message.content, 0)
        self._stop_spinner()
        self._spinner = self._host.set_interval(_SPINNER_PERIOD if self._host.is_animated else _STILL_PERIOD, self.turn)
        self._messages.begin_live(index, live)

    def append(self, text: str, deltas: int = 1) -> None:
        """Draw more of the live reply: raw text that came as so many deltas. Without a live reply nothing happens."""
        self._messages.grow_live(text, deltas)

    def think(self, text: str, deltas: int = 1) -> None:
        """Take more reasoning. Folded, how much it is shows at the next turn of the spinner."""
        live = self._messages.live
        if live is None:
            return
        live.think(text, deltas)
        if self._thoughts is None and self._messages.is_unfolded(self._messages.live_index):
            self._thoughts = self._host.set_timer(_THOUGHTS_PERIOD, self._draw_thoughts)

    def pause(self, until: float | None, why: str) -> None:
        """Say that the gateway is left alone until `until`, seconds of the clock, because of `why`, a sentence.

        `None` ends that early.
        """
        if self._messages.live is not None:
            self._messages.live.pause(None if until is None else Pause(until, why))
            self._messages.refresh_live()

    def is_alive(self) -> None:
        """Say for some seconds that the server is at work on the reply, though no text came."""
        if self._messages.live is not None:
            self._messages.live.is_alive()

    def finish(self, message: ChatMessage, note: Note | None = None) -> None:
        """Show what `message` holds now that the reply has ended, one way or the other."""
        index = self._messages.position(message.id)
        if index is None:
            return
        if index == self._messages.live_index:
            self._stop_spinner()
            self._messages.end_live(message, note)
        else:
            self._messages.put(message, note)

    def turn(self) -> None:
        """Turn the spinner, and draw what the indicator says by now."""
        if self._messages.live is not None:
            if self._host.is_animated:
                self._messages.live.advance_spinner()
            self._messages.refresh_live()

    def messages_changed(self, change: Change) -> None:
        """Stop the spinner when the live reply has left the messages."""
        if self._messages.live is None and change.kind in ("replaced", "moved"):
            self._stop_spinner()

    def _draw_thoughts(self) -> None:
        self._thoughts = None
        self._messages.refresh_live()

    def _stop_spinner(self) -> None:
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None


def _since(moment: float | None) -> float:
    """Seconds from a time of day, in Unix seconds, to now."""
    return 0.0 if moment is None else max(0.0, time.time() - moment)
