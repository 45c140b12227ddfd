"""Shows a running turn in a transcript."""

from __future__ import annotations

from collections.abc import Callable

from tui.domain.chat import ChatCompletionChunk
from tui.services.reply_task import ReplyTask
from tui.widgets.transcript import LivePump, Transcript


class LiveTurn:
    """The listener of one turn while its conversation is on the screen."""

    def __init__(self, turn: ReplyTask, transcript: Transcript, changed: Callable[[ReplyTask], None]) -> None:
        self.turn = turn
        self._transcript = transcript
        self._changed = changed
        self._pump = LivePump(transcript.append_live)
        transcript.start_live(turn.reply)
        transcript.pause_live(turn.retry_at, turn.retry_reason)
        turn.listener = self

    async def chunk_arrived(self, chunk: ChatCompletionChunk) -> None:
        """Hand the text on; returns when the screen keeps up."""
        if chunk.reasoning:
            self._transcript.think_live(chunk.reasoning)
        await self._pump.feed(chunk.delta)

    def still_alive(self) -> None:
        """Say that the server is working."""
        self._transcript.live_is_alive()

    def reply_changed(self, turn: ReplyTask) -> None:
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
