"""Keys typed ahead: the one place that decides when a key is handed on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.widgets import Input, TextArea

HOLDS_KEYS = "holds-keys"
"""The name for a worker that a key started and that the keys after it wait for.

It holds them only while the screen it belongs to is on top: a worker that waits for the answer of a dialog does not.
"""
ROUNDS = 3
"""Times a probe is sent after a key. What a handler posts is behind the probe of its own round, and ahead of the next."""
LOOK_AGAIN = 0.01
"""Seconds between two looks whether a worker has ended."""
LOST_AFTER = 0.05
"""Seconds between two looks whether a probe was removed together with the widget it was sent to."""
LONGEST = 2.0
"""Seconds that a key waits at most."""
BURST = 0.05
"""Seconds between two keys of a burst at most: nobody types that fast."""


class KeyGate:
    """Hands on keys and pastes in their order, each once all that the one before it started has the focus.

    Textual forwards a key at once to the widget that has the focus at that moment. In a burst, the keys behind one that
    opens or closes a screen, or moves the focus, would still reach the widget that it leads away from. Here they are
    queued until a probe, which follows the key through every queue it passes, has come back several times. Letters
    typed into a text do not wait for each other.

    A screen that asks for a secret says so with `KEYS_END_HERE = True`: the rest of a burst that began on it is dropped
    when it closes, because a part of the secret may be among it.
    """

    @dataclass
    class Probe(events.Event, bubble=True):
        """Follows a key up to the app."""

        number: int

    def __init__(self, app: App[Any], forward: Callable[[events.Event], Awaitable[None]]) -> None:
        """`forward` is what the app does with an event that nothing holds."""
        self._app = app
        self._forward = forward
        self._queue: deque[events.Key | events.Paste] = deque()
        self._rounds = 0
        """Rounds left until the next key may pass; 0 while no key is on its way."""
        self._letters = False
        """Letters were forwarded since the last probe came back."""
        self._number = 0
        """Of the last probe."""
        self._screen: Screen[Any] | None = None
        """The screen on top when the last probe was sent."""
        self._since = 0.0
        """When the key on its way was forwarded, on the monotonic clock."""
        self._arrived = 0.0
        """When the last key came from the terminal."""
        self._secret: Screen[Any] | None = None
        """The screen for a secret that the present burst began on."""

    async def on_event(self, event: events.Event) -> None:
        """Take every event of the app: keys and pastes in their turn, all others at once."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            now = time.monotonic()
            if now - self._arrived > BURST and not self._queue:
                self._secret = None
            self._arrived = now
            self._queue.append(event)
            await self._forward_next()
            if self._queue:
                self._app.set_timer(LOST_AFTER, self._look)
        elif isinstance(event, KeyGate.Probe):
            await self._returned(event)
        else:
            await self._forward(event)

    async def _forward_next(self) -> None:
        while self._queue and not self._rounds:
            if self._secret is not None and self._secret not in self._app.screen_stack:
                self._queue.popleft()
                continue
            letter = self._is_letter(self._queue[0])
            if self._letters and not letter:
                self._start_rounds()  # a key acts on what the letters before it have left
                return
            if getattr(self._app.screen, "KEYS_END_HERE", False):
                self._secret = self._app.screen
            await self._forward(self._queue.popleft())
            if letter:
                self._letters = True
            else:
                self._start_rounds()

    def _is_letter(self, event: events.Key | events.Paste) -> bool:
        """Return whether this goes into a text and does nothing else. A slash may begin a command."""
        typing = isinstance(self._app.focused, Input | TextArea)
        return typing and isinstance(event, events.Key) and event.is_printable and event.character != "/"

    def _start_rounds(self) -> None:
        self._rounds, self._since = ROUNDS, time.monotonic()
        self._send()

    def _send(self) -> None:
        if not self._app.screen_stack:  # the app is closing
            self._rounds = 0
            self._queue.clear()
            return
        self._number += 1
        self._screen = self._app.screen
        probe = self.Probe(self._number)
        if not (self._app.focused or self._screen).post_message(probe):
            self._app.post_message(probe)

    async def _returned(self, probe: Probe) -> None:
        if probe.number != self._number or not self._app.screen_stack:
            return
        self._rounds = self._rounds - 1 if self._app.screen is self._screen else ROUNDS
        if self._rounds:
            self._send()
        elif self._is_held():
            self._rounds = 1
            self._app.set_timer(LOOK_AGAIN, self._send)
        else:
            self._letters = False
            await self._forward_next()

    def _is_held(self) -> bool:
        return time.monotonic() - self._since < LONGEST and any(
            worker.name == HOLDS_KEYS and not worker.is_finished and self._screen in worker.node.ancestors_with_self
            for worker in self._app.workers
        )

    async def _look(self) -> None:
        """Go on after a probe was lost."""
        if not self._queue:
            return
        if not self._app.screen_stack or self._app.screen is not self._screen:
            self._start_rounds()
        elif time.monotonic() - self._since > LONGEST:
            self._rounds = 0
            await self._forward_next()
        if self._queue:
            self._app.set_timer(LOST_AFTER, self._look)
