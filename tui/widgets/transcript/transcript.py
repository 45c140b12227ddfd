"""The transcript: all messages of a conversation, however many, of which a few are on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from textual import on
from textual.geometry import Region, Size
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from tui.domain.chat import ChatMessage, Role
from tui.rendering.live_reply import LiveReply, Pause
from tui.rendering.message_renderer import PriceOf
from tui.rendering.note import HeaderMark, Note
from tui.widgets.transcript.entry import Entry, Prepared
from tui.widgets.transcript.finder import MessageFinder
from tui.widgets.transcript.labeller import MessageLabeller
from tui.widgets.transcript.landing import MessageLander
from tui.widgets.transcript.pill import Pill

_SPINNER_PERIOD = 1 / 8
_STILL_PERIOD = 1 / 4
_THOUGHTS_PERIOD = 1 / 20


class Transcript(MessageLander, MessageFinder, MessageLabeller, can_focus=False):
    """Shows what was said, and the reply that is being written.

    Values come down by calls; `MoreBelow` and `MessageView.LinkChosen` go up. It never takes the focus: the screen
    binds the keys. The style sheet gives colours to its component classes, but no padding, border or opacity.
    """

    @dataclass
    class MoreBelow(Message):
        """A reply goes on below the view, or no longer does."""

        transcript: Transcript
        more: bool

        @property
        def control(self) -> Transcript:
            return self.transcript

    def __init__(
        self,
        *,
        follow: Literal["page", "tail"] = "page",
        stop_key: str = "esc",
        follow_key: str = "ctrl+end",
        price_of: PriceOf | None = None,
        now: Callable[[], float] = time.monotonic,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.follow_mode: Literal["page", "tail"] = follow
        """Whether a growing reply stands still once the page is full, or is followed. Counts from the next question."""
        self.stop_key = stop_key
        """The name of the key that stops a reply."""
        self.canvas.price_of = price_of
        self._now = now
        self._pill = Pill(follow_key, stop_key)
        self._more = False
        self._unread = False
        self._spinning: Timer | None = None
        self._thinking: Timer | None = None

    @property
    def price_of(self) -> PriceOf | None:
        """The price of a reply, where it is known, for its header. To be set again when more prices are known."""
        return self.canvas.price_of

    @price_of.setter
    def price_of(self, price_of: PriceOf | None) -> None:
        self.canvas.price_of = price_of
        for index in self.ledger.redo_figures():
            self.refresh_rows(index)

    @property
    def marks(self) -> Mapping[str, HeaderMark]:
        """What headers say besides who and when, by message id."""
        return self.canvas.marks

    @marks.setter
    def marks(self, marks: Mapping[str, HeaderMark]) -> None:
        before, self.canvas.marks = self.canvas.marks, marks
        for message_id in {message_id for message_id, _mark in before.items() ^ marks.items()}:
            index = self.ledger.position(message_id)
            if index is not None and index == self.ledger.live_index:
                self.live_grown(self.ledger.refresh_live())
            elif index is not None:
                self.ledger.redo_header(index)
                self.refresh_rows(index)

    # What is shown

    def show(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note], *, at: str | None = None) -> None:
        """Show these messages instead of all others: their end, or message `at` at the top."""
        self._leave()
        self.ledger.replace(messages, notes)
        self.land(None if at is None else self.ledger.position(at))

    def renew(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        super().renew(messages, notes)
        if self.ledger.live is None:
            self._stop_spinning()
            self._unread = False

    def show_prepared(self, prepared: Prepared, *, at: str | None = None) -> None:
        """As `show`, with messages that were made ready."""
        self._leave()
        self.ledger.replace_prepared(prepared)
        self.land(None if at is None else self.ledger.position(at))

    def _leave(self) -> None:
        """Hold on to nothing of the messages that are shown: others come, perhaps fewer."""
        self._stop_spinning()
        self._unread = False
        self.held, self.following, self._holding = None, False, False

    def add(self, message: ChatMessage, note: Note | None = None) -> None:
        """Add a message at the end. A question goes to the top of the view, which leaves room for the reply."""
        stays_at_end = self.is_at_end and self.held is None
        index = self.ledger.append(Entry(message, note))
        if message.role is Role.USER:
            self._ask(index)
        elif stays_at_end:
            self.to_end()
        else:
            self.redraw()

    def update(self, message: ChatMessage, note: Note | None = None) -> None:
        """Draw a message again, with this note or none. Nothing happens for one that is not shown, or is live."""
        index = self.ledger.position(message.id)
        if index is not None and index != self.ledger.live_index:
            self.ledger.put(index, message, note)
            self.redraw(index)

    def remove_from(self, message_id: str) -> None:
        """Take this message and all after it away."""
        index = self.ledger.position(message_id)
        if index is None:
            return
        self.drop_selection()
        self.ledger.truncate(index)
        self.pool.release(index)
        self.canvas.forget()
        if self.ledger.live is None:
            self._stop_spinning()
        if self.held is not None and self.held >= index:
            self.held = None
        self.redraw()

    def source_of(self, message_id: str) -> str:
        """The text of a message, as it is copied; empty for one that is not shown."""
        index = self.ledger.position(message_id)
        return "" if index is None else self.canvas.source(index)

    # The live reply

    @property
    def live(self) -> str | None:
        """The id of the reply that is being written."""
        return None if self.ledger.live is None else self.ledger.live.message.id

    def start_live(self, message: ChatMessage) -> None:
        """A reply begins, or goes on: what `message` holds by now is drawn, the rest comes by `append_live`."""
        self.ensure_styled()
        index = self.ledger.position(message.id)
        if index is None:
            index = self.ledger.append(Entry(message))
            asked = index > 0 and self.ledger.entries[index - 1].message.role is Role.USER
            top = index - 1 if asked else index
            if self.held != top:
                self._ask(top)
        draw = self.ledger.draw
        live = LiveReply(message, draw.painter(message), draw.reasoning_rows(), self._now, self.stop_key)
        live.think(message.reasoning, 0, _since(message.first_token))
        live.append(message.content, 0)
        self.ledger.begin_live(index, live)
        self._unread = True
        self._start_spinning()
        self.redraw(index)

    def append_live(self, text: str, deltas: int = 1) -> None:
        """Draw more of the live reply: raw text that came as so many deltas. Without a live reply nothing happens."""
        self.live_grown(self.ledger.grow_live(text, deltas))

    def think_live(self, text: str, deltas: int = 1) -> None:
        """More reasoning of the live reply. Folded, how much it is shows at the next turn of the spinner."""
        live = self.ledger.live
        if live is None:
            return
        live.think(text, deltas)
        if self._thinking is None and self.ledger.is_unfolded(self.ledger.live_index):
            self._thinking = self.set_timer(_THOUGHTS_PERIOD, self._draw_thoughts)

    def pause_live(self, until: float | None, why: str) -> None:
        """The gateway is left alone until `until`, seconds of the transcript's clock, because of `why`, a sentence.

        `None` ends that early.
        """
        if self.ledger.live is not None:
            self.ledger.live.pause(None if until is None else Pause(until, why))
            self.live_grown(self.ledger.refresh_live())

    def live_is_alive(self) -> None:
        """The server has shown that it is at work on the live reply, though no text came: said for some seconds."""
        if self.ledger.live is not None:
            self.ledger.live.is_alive()

    def finish_live(self, message: ChatMessage, note: Note | None = None) -> None:
        """The reply has ended, one way or the other. What `message` holds now is shown."""
        index = self.ledger.position(message.id)
        if index is None:
            return
        if index == self.ledger.live_index:
            self._stop_spinning()
            self.ledger.end_live(message, note)
        else:
            self.ledger.put(index, message, note)
        self.redraw(index)

    def follow(self) -> None:
        """Go to the end, and with it as long as the reply grows and nobody scrolls."""
        self.following = self.ledger.live is not None
        self.to_end()

    # What goes on by itself

    def _ask(self, index: int) -> None:
        if self.follow_mode == "page":
            self.hold(index)
        else:
            self.held = None
            self.following = True
            self.to_end()

    def _start_spinning(self) -> None:
        self._stop_spinning()
        period = _STILL_PERIOD if self.app.animation_level == "none" else _SPINNER_PERIOD
        self._spinning = self.set_interval(period, self._turn)

    def _stop_spinning(self) -> None:
        if self._spinning is not None:
            self._spinning.stop()
            self._spinning = None

    def _draw_thoughts(self) -> None:
        self._thinking = None
        if self.ledger.live is not None:
            self.live_grown(self.ledger.refresh_live())

    def _turn(self) -> None:
        if self.ledger.live is not None:
            if self.app.animation_level != "none":
                self.ledger.live.advance_spinner()
            self.live_grown(self.ledger.refresh_live())

    def action_scroll_end(self) -> None:
        """To the end, and with it while a reply grows."""
        self.follow()

    def view_moved(self) -> None:
        super().view_moved()
        below = self.ledger.heights.total - 1 > self.scroll_offset.y + self.size.height
        if not below and self.ledger.live is None:
            self._unread = False
        self._pill.tell(is_arriving=self.ledger.live is not None)
        more = below and self._unread
        if more != self._more:
            self._more = more
            self.rearrange()
            self.post_message(self.MoreBelow(self, more))

    def overlay(self, size: Size) -> tuple[Widget, Region] | None:
        if not self._more or size.height < 2:
            return None
        return self._pill, Region(0, size.height - 1, size.width, 1)

    def extra_widgets(self) -> list[Widget]:
        return [self._pill]

    @on(Pill.Pressed)
    def _pill_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.follow()


def _since(moment: float | None) -> float:
    """Seconds from a time of day, in Unix seconds, to now."""
    return 0.0 if moment is None else max(0.0, time.time() - moment)
