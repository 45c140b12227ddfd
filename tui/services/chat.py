"""One turn of a conversation, from the prompt to the stored reply."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
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
from tui.domain.errors import ChinwagError, EngineError, GatewayError
from tui.domain.models import ModelInfo
from tui.domain.settings import GenerationOptions
from tui.services.continuing import WithoutOverlap, messages_to_continue

Chunks = AsyncGenerator[ChatCompletionChunk, None]
OnRetry = Callable[[float, GatewayError], None]
"""Told the seconds until the next try, and why the last one failed."""


OnAlive = Callable[[], None]
"""Told, once a second at most, that the server keeps the line open though nothing has come yet."""


class Gateway(Protocol):
    """What a turn needs of a gateway client."""

    def stream_chat(
        self, request: ChatRequest, *, on_retry: OnRetry | None = None, on_alive: OnAlive | None = None
    ) -> Chunks:
        """Stream the reply; failures are GatewayErrors."""

    async def complete(
        self, request: ChatRequest, *, on_retry: OnRetry | None = None, on_alive: OnAlive | None = None
    ) -> ChatCompletionChunk:
        """The whole reply at once; failures are GatewayErrors."""

    async def list_models(self) -> list[ModelInfo]:
        """The models on offer."""

    async def aclose(self) -> None:
        """Close the connections."""


class ReplyBackend(Protocol):
    """A gateway that may still have to be set up: a key looked up, an engine started."""

    stream: bool
    prefills: bool
    """Whether the server takes a last assistant message as the beginning of its reply."""

    def answered(self) -> None:
        """Told when a reply came through, so that an earlier trouble is over."""

    def failed(self, error: ChinwagError) -> None:
        """Told why a reply failed."""

    async def gateway(self) -> Gateway:
        """The gateway, ready to be asked; failures are ChinwagErrors."""

    async def default_model(self) -> str:
        """The model for conversations that name none; failures are ChinwagErrors."""


class Store(Protocol):
    """What a turn needs of the store."""

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        """On disk when it returns; failures are StoreErrors."""


@dataclass(frozen=True, slots=True)
class ReplyOptions:
    """How a reply is asked for: what counts after conversation, profile and settings are laid over each other."""

    model: str
    options: GenerationOptions = GenerationOptions()
    system: str = ""
    profile: str = ""
    """The name of the gateway, kept with the conversation beside its model."""


class ChatService:
    """Asks, answers and retries; saves every step before it counts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def ask(self, conversation: Conversation, prompt: str, setup: ReplyOptions) -> ChatMessage:
        """Save a prompt and the empty reply to it, and return the reply.

        When nothing could be saved, StoreError is raised and the conversation is as before.
        """
        return await self._ask(conversation, prompt, setup, conversation.add)

    async def edit(
        self, conversation: Conversation, question: ChatMessage, prompt: str, setup: ReplyOptions
    ) -> ChatMessage:
        """The same for another version of a prompt, which stays in the tree with all that was said after it."""
        return await self._ask(conversation, prompt, setup, partial(conversation.add_sibling, question))

    async def _ask(
        self, conversation: Conversation, prompt: str, setup: ReplyOptions, put: Callable[[ChatMessage], ChatMessage]
    ) -> ChatMessage:
        before = replace(conversation)
        question = put(ChatMessage(Role.USER, prompt))
        answer = conversation.add(self._empty_reply(setup))
        conversation.title = conversation.title or title_from(prompt)
        conversation.model = setup.model or conversation.model
        conversation.profile = setup.profile
        try:
            await self._store.save(conversation, question, answer)
        except ChinwagError:
            del conversation.messages[question.id], conversation.messages[answer.id]
            for name in ("leaf", "title", "model", "profile", "updated"):
                setattr(conversation, name, getattr(before, name))
            raise
        return answer

    async def retry(self, conversation: Conversation, reply: ChatMessage, setup: ReplyOptions) -> ChatMessage:
        """Save an empty reply beside `reply` and return it; the old one stays in the tree."""
        before = (conversation.leaf, conversation.updated)
        answer = conversation.add_sibling(reply, self._empty_reply(setup))
        try:
            await self._store.save(conversation, answer)
        except ChinwagError:
            del conversation.messages[answer.id]
            conversation.leaf, conversation.updated = before
            raise
        return answer

    async def resume(self, conversation: Conversation, reply: ChatMessage) -> None:
        """Mark a reply that was cut off as growing again, on disk."""
        before = (reply.state, reply.error, reply.notice, reply.finish_reason, reply.finished, reply.resumed)
        reply.state = MessageState.STREAMING
        reply.error, reply.notice, reply.finish_reason, reply.finished, reply.resumed = None, "", None, None, True
        try:
            await self._store.save(conversation, reply)
        except ChinwagError:
            reply.state, reply.error, reply.notice, reply.finish_reason, reply.finished, reply.resumed = before
            raise

    async def reply(
        self,
        conversation: Conversation,
        answer: ChatMessage,
        setup: ReplyOptions,
        line: ReplyBackend,
        on_retry: OnRetry | None = None,
        on_alive: OnAlive | None = None,
    ) -> Chunks:
        """Stream into `answer`, keeping whatever arrived.

        A failure ends the stream and is noted in `answer.error`. However it ends, `answer` is saved last; StoreError
        when that fails (the caller still holds the value and can save it later).
        """
        state = MessageState.STOPPED  # until proven otherwise
        new = WithoutOverlap(answer.content)
        spent = answer.usage.completion_tokens if answer.usage is not None and answer.content else 0
        try:
            gateway = await line.gateway()
            if not answer.model:
                answer.model = await line.default_model()
            messages = _messages(conversation, answer, setup, prefill=line.prefills)
            request = ChatRequest(answer.model, messages, setup.options, line.stream)
            async with aclosing(_chunks(gateway, request, on_retry, on_alive)) as chunks:
                async for chunk in chunks:
                    chunk = replace(chunk, delta=new.feed(chunk.delta))
                    _take(answer, chunk, spent)
                    yield chunk
            state = MessageState.COMPLETE
            line.answered()
        except ChinwagError as error:
            state = MessageState.FAILED
            answer.error = noted(error)
            line.failed(error)
        finally:  # also reached when the user stops the turn or quits
            answer.content += new.end()
            answer.state = state
            answer.finished = time.time()
            conversation.updated = max(conversation.updated, answer.finished)
            await self._store.save(conversation, answer)

    async def save_growing(self, conversation: Conversation, answer: ChatMessage) -> None:
        """Save what has arrived so far."""
        await self._store.save(conversation, answer)

    @staticmethod
    def _empty_reply(setup: ReplyOptions) -> ChatMessage:
        return ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING, model=setup.model, options=setup.options)


async def _chunks(gateway: Gateway, request: ChatRequest, on_retry: OnRetry | None, on_alive: OnAlive | None) -> Chunks:
    if not request.stream:
        yield await gateway.complete(request, on_retry=on_retry, on_alive=on_alive)
        return
    async with aclosing(gateway.stream_chat(request, on_retry=on_retry, on_alive=on_alive)) as chunks:
        async for chunk in chunks:
            yield chunk


def _messages(
    conversation: Conversation, answer: ChatMessage, setup: ReplyOptions, *, prefill: bool
) -> list[tuple[Role, str]]:
    system = [(Role.SYSTEM, setup.system)] if setup.system.strip() else []
    if answer.content:
        return system + messages_to_continue(conversation, answer, prefill=prefill)
    return system + [(message.role, message.content) for message in conversation.context(before=answer)]


def _take(answer: ChatMessage, chunk: ChatCompletionChunk, spent: int) -> None:
    if answer.first_token is None and (chunk.delta or chunk.reasoning):
        answer.first_token = time.time()
    begins = bool(chunk.delta.strip()) and not answer.content.strip()
    if begins and answer.reasoning and answer.first_token is not None:
        answer.reasoned = max(0.0, time.time() - answer.first_token)
    answer.content += chunk.delta
    answer.reasoning += chunk.reasoning
    answer.finish_reason = chunk.finish_reason or answer.finish_reason
    if chunk.usage is not None:
        prompt, completion, total = chunk.usage.prompt_tokens, chunk.usage.completion_tokens, chunk.usage.total_tokens
        answer.usage = Usage(prompt, spent + completion, spent + total)
    answer.notice = chunk.notice or answer.notice


def noted(error: ChinwagError) -> MessageError:
    """Return a failure as it is kept beside the reply that it ended."""
    if isinstance(error, GatewayError):
        return MessageError(error.kind, str(error), error.status, error.request_id)
    return MessageError("engine" if isinstance(error, EngineError) else "settings", str(error))
