"""Shows a running turn in a transcript."""

from __future__ import annotations

from collections.abc import Callable

from tui.services.turns import Turn
from tui.widgets.transcript import LivePump, Transcript


class LiveTurn:
    """The listener of one turn while its conversation is on the screen."""

    def __init__(self, turn: Turn, transcript: Transcript, changed: Callable[[Turn], None]) -> None:
        self.turn = turn
        self._transcript = transcript
        self._changed = changed
        self._pump = LivePump(transcript.append_live)
        transcript.start_live(turn.answer)
        transcript.pause_live(turn.retry_at, turn.retry_reason)
        turn.listener = self

    async def text_arrived(self, turn: Turn, text: str) -> None:
        """Hand the text on; returns when the screen keeps up."""
        await self._pump.feed(text)

    def reasoning_arrived(self, turn: Turn, text: str) -> None:
        """Say that the model is thinking, and how much."""
        self._transcript.think_live(text)

    def still_alive(self, turn: Turn) -> None:
        """Say that the server is working."""
        self._transcript.live_is_alive()

    def turn_changed(self, turn: Turn) -> None:
        """Saving failed, or the gateway is given a pause: the live reply counts it down."""
        self._transcript.pause_live(turn.retry_at, turn.retry_reason)
        self._changed(turn)

    async def finish(self) -> None:
        """Draw what is still waiting."""
        await self._pump.finish()

    def leave(self) -> None:
        """The conversation leaves the screen; the turn goes on."""
        if self.turn.listener is self:
            self.turn.listener = None
        self._pump.close()
