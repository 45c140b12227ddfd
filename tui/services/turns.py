"""The replies on their way, at most one a conversation. They go on while their conversation is off the screen."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tui.domain.chat import ChatMessage, Conversation
from tui.services.gateway import ReplyBackend
from tui.services.reply_options import ReplyOptions
from tui.services.reply_task import ReplyStore, ReplyTask, put_question, put_retry, reopen


class Turns:
    """Starts replies and knows which are running. One for the life of the app.

    What starts one raises StoreError when it cannot be saved; then nothing was sent, and the conversation is as before.
    """

    def __init__(self, store: ReplyStore) -> None:
        self._store = store
        self._running: dict[str, ReplyTask] = {}
        """By the id of the reply: one that is not saved yet may have a successor in its conversation."""

    def of(self, conversation_id: str) -> ReplyTask | None:
        """Return the newest reply in that conversation that is arriving, or is not saved yet."""
        found = [task for task in self._running.values() if task.conversation.id == conversation_id]
        return found[-1] if found else None

    def arriving(self, conversation_id: str) -> ReplyTask | None:
        """Return the reply that is arriving in that conversation."""
        task = self.of(conversation_id)
        return None if task is None or task.ended.is_set() else task

    @property
    def running(self) -> list[ReplyTask]:
        """All replies that are arriving, or are not saved yet."""
        return list(self._running.values())

    async def ask(
        self, conversation: Conversation, prompt: str, options: ReplyOptions, backend: ReplyBackend
    ) -> ReplyTask:
        """Save a prompt and start the reply to it."""
        reply = await put_question(self._store, conversation, prompt, options)
        return self._start(conversation, reply, options, backend)

    async def edit(
        self,
        conversation: Conversation,
        question: ChatMessage,
        prompt: str,
        options: ReplyOptions,
        backend: ReplyBackend,
    ) -> ReplyTask:
        """Ask with another version of a question, which stays in the tree with all that was said after it."""
        reply = await put_question(self._store, conversation, prompt, options, instead_of=question)
        return self._start(conversation, reply, options, backend)

    async def retry(
        self, conversation: Conversation, reply: ChatMessage, options: ReplyOptions, backend: ReplyBackend
    ) -> ReplyTask:
        """Ask once more for a reply; the old one stays beside the new."""
        retried = await put_retry(self._store, conversation, reply, options)
        return self._start(conversation, retried, options, backend)

    async def continue_reply(
        self, conversation: Conversation, reply: ChatMessage, options: ReplyOptions, backend: ReplyBackend
    ) -> ReplyTask:
        """Have a reply that was cut off go on, as the same message."""
        await reopen(self._store, conversation, reply)
        return self._start(conversation, reply, options, backend)

    async def close(self, patience: float = 5.0) -> list[ReplyTask]:
        """Stop all replies and wait for their last saves, at most `patience` seconds; return those still not saved."""
        for task in self.running:
            task.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                for task in self.running:
                    await task.wait_until_stuck()
        return self.running

    def _start(
        self, conversation: Conversation, reply: ChatMessage, options: ReplyOptions, backend: ReplyBackend
    ) -> ReplyTask:
        self._running.pop(reply.id, None)  # it is continued: one task saves it from here on
        task = self._running[reply.id] = ReplyTask(self._store, conversation, reply, options, backend)
        task.start().add_done_callback(lambda _: self._forget(task))
        return task

    def _forget(self, task: ReplyTask) -> None:
        if self._running.get(task.reply.id) is task:
            del self._running[task.reply.id]
