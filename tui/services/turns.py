"""The running turns, at most one a conversation. They go on while their conversation is off the screen."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing, suppress
from typing import Protocol

from tui.domain.chat import ChatMessage, Conversation, MessageState
from tui.domain.errors import GatewayError, StoreError
from tui.services.chat import ChatService, ReplyBackend, ReplyOptions

SAVE_EVERY = 0.5
"""Seconds from the beginning of one save of a growing reply to the beginning of the next."""
SAVE_AGAIN = 2.0
"""Seconds until a failed last save is tried again."""


class TurnListener(Protocol):
    """Whoever shows a turn."""

    async def text_arrived(self, turn: Turn, text: str) -> None:
        """The next piece of the reply. The network waits until this returns."""

    def reasoning_arrived(self, turn: Turn, text: str) -> None:
        """The next piece of the model's reasoning."""

    def still_alive(self, turn: Turn) -> None:
        """Nothing has come yet, but the server says that it is working."""

    def turn_changed(self, turn: Turn) -> None:
        """`saving_failed` or `retry_at` changed."""


class Turn:
    """One reply on its way."""

    def __init__(self, conversation: Conversation, answer: ChatMessage) -> None:
        self.conversation = conversation
        self.answer = answer
        self.started = time.monotonic()
        self.listener: TurnListener | None = None
        self.saving_failed: str = ""
        """Why what has arrived is not on disk, or empty."""
        self.saving_failed_brief: str = ""
        """The same in a few words."""
        self.ended = asyncio.Event()
        """No more text will come. It may still have to be saved."""
        self._stuck = asyncio.Event()
        """That has failed after the end; it is tried again."""
        self.retry_at: float | None = None
        """Monotonic time of the next try, while the gateway is given a pause."""
        self.retry_reason: str = ""
        self._stopped = False
        self._streaming: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """End the stream and keep the text. Once is enough: a second cancel would cut the last save short."""
        if self._stopped:
            return
        self._stopped = True
        if self._streaming is not None:
            self._streaming.cancel()

    async def wait(self) -> None:
        """Until the reply has ended and is saved. A bug in the turn is raised here; cancelling the wait stops nothing."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def settle(self) -> None:
        """Until the reply has ended and is saved, or saving it has failed since."""
        if self._task is None:
            return
        stuck = asyncio.ensure_future(self._stuck.wait())
        try:
            await asyncio.wait([self._task, stuck], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stuck.cancel()
        if self._task.done():
            self._task.result()

    def run(self, chat: ChatService, setup: ReplyOptions, line: ReplyBackend) -> asyncio.Task[None]:
        """Start; for `Turns`."""
        self._task = asyncio.create_task(self._run(chat, setup, line), name=f"turn {self.answer.id}")
        return self._task

    async def _run(self, chat: ChatService, setup: ReplyOptions, line: ReplyBackend) -> None:
        try:
            await self._arrive(chat, setup, line)
        finally:
            self.ended.set()
        while self.saving_failed:
            await self._try_saving(chat)
            if self.saving_failed:
                self._stuck.set()
                await asyncio.sleep(SAVE_AGAIN)

    async def _arrive(self, chat: ChatService, setup: ReplyOptions, line: ReplyBackend) -> None:
        self._streaming = asyncio.create_task(self._stream(chat, setup, line), name=f"stream {self.answer.id}")
        if self._stopped:
            self._streaming.cancel()
        saver = asyncio.create_task(self._save_growing(chat), name=f"save {self.answer.id}")
        try:
            await asyncio.wait([self._streaming])
            if not self._streaming.cancelled():
                self._streaming.result()
        except StoreError as error:
            self._note_saving(str(error), error.brief)
        finally:
            self.stop()
            saver.cancel()
            await asyncio.wait([self._streaming, saver])
        if not saver.cancelled():
            saver.result()
        self.retry_at, self.retry_reason = None, ""
        if self.answer.state is MessageState.STREAMING:  # stopped before it began
            self.answer.state = MessageState.STOPPED
        if self._streaming.cancelled():  # perhaps while it was being saved; what is on disk is not written again
            await self._try_saving(chat)

    async def _stream(self, chat: ChatService, setup: ReplyOptions, line: ReplyBackend) -> None:
        stream = chat.reply(self.conversation, self.answer, setup, line, self._note_retry, self._note_alive)
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                if self.retry_at is not None:
                    self.retry_at, self.retry_reason = None, ""
                    self._changed()
                if self.listener is not None:
                    if chunk.reasoning:
                        self.listener.reasoning_arrived(self, chunk.reasoning)
                    if chunk.delta:
                        await self.listener.text_arrived(self, chunk.delta)

    async def _save_growing(self, chat: ChatService) -> None:
        saved = (0, 0)
        due = time.monotonic()
        while True:
            due = max(due + SAVE_EVERY, time.monotonic())  # from one beginning to the next, however long a save takes
            await asyncio.sleep(due - time.monotonic())
            now = (len(self.answer.content), len(self.answer.reasoning))
            if now != saved:
                await self._try_saving(chat)
                if not self.saving_failed:
                    saved = now

    async def _try_saving(self, chat: ChatService) -> None:
        try:
            await chat.save_growing(self.conversation, self.answer)
        except StoreError as error:
            self._note_saving(str(error), error.brief)
        else:
            self._note_saving("")

    def _note_saving(self, sentence: str, brief: str = "") -> None:
        if sentence != self.saving_failed:
            self.saving_failed, self.saving_failed_brief = sentence, brief or sentence
            self._changed()

    def _note_retry(self, pause: float, error: GatewayError) -> None:
        reason = str(error)
        self.retry_reason = reason if reason.endswith((".", "!", "?", "…", "。")) else f"{reason}."
        self.retry_at = time.monotonic() + pause
        self._changed()

    def _note_alive(self) -> None:
        self.retry_at, self.retry_reason = None, ""
        if self.listener is not None:
            self.listener.still_alive(self)

    def _changed(self) -> None:
        if self.listener is not None:
            self.listener.turn_changed(self)


class Turns:
    """Starts turns and knows which are running. One for the life of the app."""

    def __init__(self, chat: ChatService) -> None:
        self._chat = chat
        self._running: dict[str, Turn] = {}
        """By the id of the reply: one that is not saved yet may have a successor in its conversation."""

    def of(self, conversation_id: str) -> Turn | None:
        """The newest turn in that conversation whose reply is arriving, or is not saved yet."""
        found = [turn for turn in self._running.values() if turn.conversation.id == conversation_id]
        return found[-1] if found else None

    def arriving(self, conversation_id: str) -> Turn | None:
        """The turn in that conversation whose reply is arriving."""
        turn = self.of(conversation_id)
        return None if turn is None or turn.ended.is_set() else turn

    @property
    def running(self) -> list[Turn]:
        """All turns whose replies are arriving, or are not saved yet."""
        return list(self._running.values())

    async def ask(self, conversation: Conversation, prompt: str, setup: ReplyOptions, line: ReplyBackend) -> Turn:
        """Save the prompt and start the reply; StoreError when it cannot be saved, and then nothing was sent."""
        answer = await self._chat.ask(conversation, prompt, setup)
        return self._start(conversation, answer, setup, line)

    async def edit(
        self, conversation: Conversation, question: ChatMessage, prompt: str, setup: ReplyOptions, line: ReplyBackend
    ) -> Turn:
        """Ask with another version of a question; the old one stays beside it. Failures as with `ask`."""
        answer = await self._chat.edit(conversation, question, prompt, setup)
        return self._start(conversation, answer, setup, line)

    async def retry(
        self, conversation: Conversation, reply: ChatMessage, setup: ReplyOptions, line: ReplyBackend
    ) -> Turn:
        """Ask once more for a reply; the old one stays beside the new."""
        answer = await self._chat.retry(conversation, reply, setup)
        return self._start(conversation, answer, setup, line)

    async def resume(
        self, conversation: Conversation, reply: ChatMessage, setup: ReplyOptions, line: ReplyBackend
    ) -> Turn:
        """Have a reply that was cut off go on, as the same message."""
        await self._chat.resume(conversation, reply)
        return self._start(conversation, reply, setup, line)

    async def close(self, patience: float = 5.0) -> list[Turn]:
        """Stop all turns and wait for their last saves, at most `patience` seconds; the turns still not saved."""
        for turn in self.running:
            turn.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                for turn in self.running:
                    await turn.settle()
        return self.running

    def _start(self, conversation: Conversation, answer: ChatMessage, setup: ReplyOptions, line: ReplyBackend) -> Turn:
        self._running.pop(answer.id, None)  # it is continued: one turn saves it from here on
        turn = self._running[answer.id] = Turn(conversation, answer)
        task = turn.run(self._chat, setup, line)
        task.add_done_callback(lambda _: self._forget(turn))
        return turn

    def _forget(self, turn: Turn) -> None:
        if self._running.get(turn.answer.id) is turn:
            del self._running[turn.answer.id]
