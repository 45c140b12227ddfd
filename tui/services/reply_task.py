"""One reply, from the prompt to its stored end, in the order in which it happens.

First the question and an empty reply are put into the conversation and on disk. Then a `ReplyTask` asks the gateway,
takes what comes, saves it twice a second, and saves the end.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from tui.domain.chat import (
    ChatCompletionChunk,
    ChatMessage,
    ChatRequest,
    Conversation,
    MessageError,
    MessageState,
    Role,
    Usage,
    title_from,
)
from tui.domain.errors import ChinwagError, EngineError, GatewayError, StoreError
from tui.services.continuing import WithoutOverlap, messages_to_continue
from tui.services.gateway import ReplyBackend
from tui.services.reply_options import ReplyOptions

SAVE_EVERY = 0.5
"""Seconds from the beginning of one save of a growing reply to the beginning of the next."""
SAVE_AGAIN = 2.0
"""Seconds until a failed last save is tried again."""
_SENTENCE_ENDS = (".", "!", "?", "…", "。")


class ReplyStore(Protocol):
    """What a reply needs of the store."""

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        """Write these messages; they are on disk when it returns. Failures are StoreErrors."""


class ReplyListener(Protocol):
    """Whoever shows a reply while it arrives."""

    async def chunk_arrived(self, chunk: ChatCompletionChunk) -> None:
        """Take the next text or reasoning. The network waits until this returns."""

    def still_alive(self) -> None:
        """Note that nothing has come yet, but that the server is working."""

    def reply_changed(self, task: ReplyTask) -> None:
        """Note that `saving_failed` or `retry_at` changed."""


# -- Before the request


async def put_question(
    store: ReplyStore,
    conversation: Conversation,
    prompt: str,
    options: ReplyOptions,
    *,
    instead_of: ChatMessage | None = None,
) -> ChatMessage:
    """Save a prompt and the empty reply to it, and return the reply.

    The prompt goes to the end, or beside an earlier one as another version of it. When it cannot be saved, StoreError is
    raised and the conversation is as before.
    """
    before = replace(conversation)
    question = ChatMessage(Role.USER, prompt)
    if instead_of is None:
        conversation.add(question)
    else:
        conversation.add_sibling(instead_of, question)
    reply = conversation.add(_empty_reply(options))
    conversation.title = conversation.title or title_from(prompt)
    conversation.model = options.model or conversation.model
    conversation.profile = options.profile
    try:
        await store.save(conversation, question, reply)
    except ChinwagError:
        del conversation.messages[question.id], conversation.messages[reply.id]
        for name in ("leaf", "title", "model", "profile", "updated"):
            setattr(conversation, name, getattr(before, name))
        raise
    return reply


async def put_retry(
    store: ReplyStore, conversation: Conversation, reply: ChatMessage, options: ReplyOptions
) -> ChatMessage:
    """Save an empty reply beside `reply`, which stays in the tree, and return it. Failures as with `put_question`."""
    before = (conversation.leaf, conversation.updated)
    retried = conversation.add_sibling(reply, _empty_reply(options))
    try:
        await store.save(conversation, retried)
    except ChinwagError:
        del conversation.messages[retried.id]
        conversation.leaf, conversation.updated = before
        raise
    return retried


async def reopen(store: ReplyStore, conversation: Conversation, reply: ChatMessage) -> None:
    """Save a reply that was cut off as growing again. Failures as with `put_question`."""
    before = (reply.state, reply.error, reply.notice, reply.finish_reason, reply.finished, reply.resumed)
    reply.state = MessageState.STREAMING
    reply.error, reply.notice, reply.finish_reason, reply.finished, reply.resumed = None, "", None, None, True
    try:
        await store.save(conversation, reply)
    except ChinwagError:
        reply.state, reply.error, reply.notice, reply.finish_reason, reply.finished, reply.resumed = before
        raise


def _empty_reply(options: ReplyOptions) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING, model=options.model, options=options.generation)


# -- From the request to the end


class ReplyTask:
    """One reply on its way."""

    def __init__(
        self,
        store: ReplyStore,
        conversation: Conversation,
        reply: ChatMessage,
        options: ReplyOptions,
        backend: ReplyBackend,
    ) -> None:
        self.conversation = conversation
        self.reply = reply
        self.listener: ReplyListener | None = None
        self.saving_failed = ""
        """Why what has arrived is not on disk, or empty."""
        self.saving_failed_brief = ""
        """The same in a few words."""
        self.ended = asyncio.Event()
        """No more text will come. It may still have to be saved."""
        self.retry_at: float | None = None
        """Monotonic time of the next try, while the gateway is given a pause."""
        self.retry_reason = ""
        self.is_stopping = False
        """The user, or the end of the program, has asked it to end."""
        self._store = store
        self._options = options
        self._backend = backend
        self._overlap = WithoutOverlap(reply.content)
        self._tokens_before = reply.usage.completion_tokens if reply.usage is not None and reply.content else 0
        self._stuck = asyncio.Event()
        """Saving has failed after the end; it is tried again."""
        self._streaming: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """Begin; for `Turns`."""
        self._task = asyncio.create_task(self._run(), name=f"reply {self.reply.id}")
        return self._task

    def stop(self) -> None:
        """End the stream and keep the text. Once is enough: a second cancel would cut the last save short."""
        if self.is_stopping:
            return
        self.is_stopping = True
        if self._streaming is not None:
            self._streaming.cancel()

    async def wait(self) -> None:
        """Wait until the reply has ended and is saved. A bug in it is raised here; cancelling the wait stops nothing."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def wait_until_stuck(self) -> None:
        """Wait until the reply has ended and is saved, or saving it has failed since."""
        if self._task is None:
            return
        stuck = asyncio.ensure_future(self._stuck.wait())
        try:
            await asyncio.wait([self._task, stuck], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stuck.cancel()
        if self._task.done():
            self._task.result()

    async def _run(self) -> None:
        try:
            await self._stream_and_save()
        finally:
            self.ended.set()
        while self.saving_failed:
            await self._save()
            if self.saving_failed:
                self._stuck.set()
                await asyncio.sleep(SAVE_AGAIN)

    async def _stream_and_save(self) -> None:
        self._streaming = asyncio.create_task(self._stream(), name=f"stream {self.reply.id}")
        if self.is_stopping:
            self._streaming.cancel()
        saver = asyncio.create_task(self._save_growing(), name=f"save {self.reply.id}")
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
        if self.reply.state is MessageState.STREAMING:  # stopped before it began
            self.reply.state = MessageState.STOPPED
        if self._streaming.cancelled():  # perhaps while it was being saved; what is on disk is not written again
            await self._save()

    async def _stream(self) -> None:
        """Fill the reply and save its end, whichever way it ends; StoreError when that save fails."""
        reply = self.reply
        state = MessageState.STOPPED  # until proven otherwise
        try:
            gateway = await self._backend.gateway()
            if not reply.model:
                reply.model = await self._backend.default_model()
            stream = gateway.stream_chat(self._request(), on_retry=self._note_retry, on_alive=self._note_alive)
            async with aclosing(stream) as chunks:
                async for chunk in chunks:
                    await self._take(chunk)
            state = MessageState.COMPLETE
            self._backend.answered()
        except ChinwagError as error:
            state = MessageState.FAILED
            reply.error = noted(error)
            self._backend.failed(error)
        finally:  # also reached when the user stops the reply or quits
            reply.content += self._overlap.end()
            reply.state = state
            reply.finished = time.time()
            self.conversation.updated = max(self.conversation.updated, reply.finished)
            await self._store.save(self.conversation, reply)

    def _request(self) -> ChatRequest:
        reply, options, backend = self.reply, self._options, self._backend
        system = [(Role.SYSTEM, options.system)] if options.system.strip() else []
        if reply.content:
            said = messages_to_continue(self.conversation, reply, prefill=backend.prefills)
        else:
            said = [(message.role, message.content) for message in self.conversation.context(before=reply)]
        return ChatRequest(reply.model, system + said, options.generation, backend.stream)

    async def _take(self, chunk: ChatCompletionChunk) -> None:
        if chunk.delta and self._overlap.is_open:
            chunk = replace(chunk, delta=self._overlap.feed(chunk.delta))
        self._add(chunk)
        if self.retry_at is not None:
            self.retry_at, self.retry_reason = None, ""
            self._changed()
        if self.listener is not None and (chunk.delta or chunk.reasoning):
            await self.listener.chunk_arrived(chunk)

    def _add(self, chunk: ChatCompletionChunk) -> None:
        reply = self.reply
        if reply.first_token is None and (chunk.delta or chunk.reasoning):
            reply.first_token = time.time()
        begins = bool(chunk.delta.strip()) and not reply.content.strip()
        if begins and reply.reasoning and reply.first_token is not None:
            reply.reasoned = max(0.0, time.time() - reply.first_token)
        reply.content += chunk.delta
        reply.reasoning += chunk.reasoning
        reply.finish_reason = chunk.finish_reason or reply.finish_reason
        if (usage := chunk.usage) is not None:
            spent = self._tokens_before
            reply.usage = Usage(usage.prompt_tokens, spent + usage.completion_tokens, spent + usage.total_tokens)
        reply.notice = chunk.notice or reply.notice

    # -- Saving

    async def _save_growing(self) -> None:
        saved = (0, 0)
        due = time.monotonic()
        while True:
            due = max(due + SAVE_EVERY, time.monotonic())  # from one beginning to the next, however long a save takes
            await asyncio.sleep(due - time.monotonic())
            now = (len(self.reply.content), len(self.reply.reasoning))
            if now != saved:
                await self._save()
                if not self.saving_failed:
                    saved = now

    async def _save(self) -> None:
        try:
            await self._store.save(self.conversation, self.reply)
        except StoreError as error:
            self._note_saving(str(error), error.brief)
        else:
            self._note_saving("")

    # -- What there is to tell

    def _note_saving(self, sentence: str, brief: str = "") -> None:
        if sentence != self.saving_failed:
            self.saving_failed, self.saving_failed_brief = sentence, brief or sentence
            self._changed()

    def _note_retry(self, pause: float, error: GatewayError) -> None:
        reason = str(error)
        self.retry_reason = reason if reason.endswith(_SENTENCE_ENDS) else f"{reason}."
        self.retry_at = time.monotonic() + pause
        self._changed()

    def _note_alive(self) -> None:
        self.retry_at, self.retry_reason = None, ""
        if self.listener is not None:
            self.listener.still_alive()

    def _changed(self) -> None:
        if self.listener is not None:
            self.listener.reply_changed(self)


def noted(error: ChinwagError) -> MessageError:
    """Return a failure as it is kept beside the reply that it ended."""
    if isinstance(error, GatewayError):
        return MessageError(error.kind, str(error), error.status, error.request_id)
    return MessageError("engine" if isinstance(error, EngineError) else "settings", str(error))
