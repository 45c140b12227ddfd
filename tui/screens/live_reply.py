"""Shows a running turn in a transcript."""

from __future__ import annotations

from collections.abc import Callable

from tui.services.turns import Turn
from tui.widgets.transcript import LivePump, Transcript


class LiveReply:
    """The listener of one turn while its conversation is on the screen."""

    def __init__(self, turn: Turn, transcript: Transcript, changed: Callable[[Turn], None]) -> None:
        self.turn = turn
        self._changed = changed
        transcript.start_live(turn.answer)
        self._pump = LivePump(transcript, turn.answer.id)
        turn.listener = self

    async def text_arrived(self, turn: Turn, text: str) -> None:
        """Hand the text on; returns when the screen keeps up."""
        await self._pump.feed(text)

    def turn_changed(self, turn: Turn) -> None:
        """Saving failed, or the gateway is given a pause."""
        self._changed(turn)

    def turn_ended(self, turn: Turn) -> None:
        """The reply is over."""
        self._changed(turn)

    async def drain(self) -> None:
        """Draw what is still waiting, and stop drawing."""
        await self._pump.drain()

    def leave(self) -> None:
        """The conversation leaves the screen; the turn goes on."""
        if self.turn.listener is self:
            self.turn.listener = None
        self._pump.cancel()
