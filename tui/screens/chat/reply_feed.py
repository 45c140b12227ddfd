"""Shows an arriving reply in a transcript."""

from __future__ import annotations

from collections.abc import Callable

from tui.domain.chat import ChatCompletionChunk
from tui.services.reply_task import ReplyTask
from tui.widgets.transcript import DeltaPump, Transcript


class ReplyFeed:
    """The listener of one reply while its conversation is on the screen."""

    def __init__(self, task: ReplyTask, transcript: Transcript, changed: Callable[[], None]) -> None:
        self.task = task
        self._transcript = transcript
        self._changed = changed
        self._pump = DeltaPump(transcript.live.append)
        transcript.live.start(task.reply)
        transcript.live.pause(task.retry_at, task.retry_reason)
        task.listener = self

    async def chunk_arrived(self, chunk: ChatCompletionChunk) -> None:
        """Hand the text on; returns when the screen keeps up."""
        if chunk.reasoning:
            self._transcript.live.think(chunk.reasoning, chunk.deltas)
        if chunk.delta:
            await self._pump.feed(chunk.delta, chunk.deltas)

    def still_alive(self) -> None:
        """Show that the server is working."""
        self._transcript.live.is_alive()

    def reply_changed(self, task: ReplyTask) -> None:
        """Show that saving failed, or that the gateway is given a pause, which the reply counts down."""
        self._transcript.live.pause(task.retry_at, task.retry_reason)
        self._changed()

    async def finish(self) -> None:
        """Draw what is still waiting."""
        await self._pump.finish()

    def leave(self) -> None:
        """Show the reply no longer; it goes on arriving."""
        if self.task.listener is self:
            self.task.listener = None
        self._pump.close()
