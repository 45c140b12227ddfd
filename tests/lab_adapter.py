"""A reply as the gateway lab drives it: plain arguments in, a result dict out (see its README).

The way is that of the app: the gateway client, the reply task, and the reply as it is stored.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from tui.api.client import GatewayClient
from tui.domain.chat import ChatCompletionChunk, ChatMessage, ChatRequest, Conversation, MessageState, Role
from tui.domain.errors import ChinwagError, GatewayError
from tui.domain.models import ModelInfo
from tui.domain.safe_text import clean, one_line
from tui.domain.settings import Clocks, GenerationOptions
from tui.services.reply_options import ReplyOptions
from tui.services.reply_task import ReplyTask, put_question
from tui.store.codec import encode_message


def client_for(base_url: str, key: str | None, **extra: Any) -> GatewayClient:
    """A client with the lab's clocks."""
    timeouts = extra.get("timeouts") or {}
    clocks = Clocks(
        connect=timeouts.get("connect", 10.0),
        first=timeouts.get("first", 120.0),
        first_whole=timeouts.get("first", 600.0),
        idle=timeouts.get("idle", 90.0),
        progress_before=timeouts.get("progress", 300.0),
        progress=timeouts.get("progress", 180.0),
        after_finish=timeouts.get("after_finish", 2.0),
    )
    return GatewayClient(base_url, key, clocks=clocks, retry_base=extra.get("retry_base", 0.5))


class LabLine:
    """A connection that is there at once, and remembers the failure it passed on."""

    prefills = False

    def __init__(self, client: GatewayClient, stream: bool) -> None:
        self.stream = stream
        self.failure: GatewayError | None = None
        self._client = client

    async def gateway(self) -> LabLine:
        return self

    async def default_model(self) -> str:
        raise NotImplementedError

    def answered(self) -> None:
        """Nothing was in trouble."""

    def failed(self, error: ChinwagError) -> None:
        """The failure is stored with the reply."""

    async def stream_chat(self, request: ChatRequest, **listeners: Any) -> AsyncGenerator[ChatCompletionChunk, None]:
        try:
            async with aclosing(self._client.stream_chat(request, **listeners)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except GatewayError as error:
            self.failure = error
            raise

    async def list_models(self) -> list[ModelInfo]:
        return await self._client.list_models()

    async def aclose(self) -> None:
        await self._client.aclose()


class LabScreen:
    """Says whenever the text has grown."""

    def __init__(self, grown: Callable[[], None]) -> None:
        self._grown = grown

    async def chunk_arrived(self, chunk: ChatCompletionChunk) -> None:
        self._grown()

    def still_alive(self) -> None:
        """Nothing has come yet."""

    def reply_changed(self, task: ReplyTask) -> None:
        """It is tried again, or cannot be saved."""


class LabStore:
    """Keeps the last document of every message, as it would lie on disk."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        for message in messages:
            self.documents[message.id] = json.loads(json.dumps(encode_message(message)))


async def complete(
    base_url: str, model: str, messages: list[dict[str, str]], stream: bool, key: str, **extra: Any
) -> dict[str, Any]:
    """One reply, from the prompt to the stored reply. `on_text` is told the text so far, whenever it grows."""
    client = extra.get("client") or client_for(base_url, key, **extra)
    on_text: Callable[[str], None] = extra.get("on_text") or (lambda text: None)
    line, store, conversation = LabLine(client, stream), LabStore(), Conversation()
    for message in messages[:-1]:
        conversation.add(ChatMessage(Role(message["role"]), message["content"]))
    options = ReplyOptions(model, GenerationOptions(**extra.get("params") or {}))
    reply = await put_question(store, conversation, messages[-1]["content"], options)
    task = ReplyTask(store, conversation, reply, options, line)
    task.listener = LabScreen(lambda: on_text(reply.content))
    task.start()
    try:
        await task.wait()
    finally:
        task.stop()
        await task.wait()
        if "client" not in extra:
            await client.aclose()
    return _result(store.documents[reply.id], line.failure)


async def whole_reply(client: GatewayClient, request: ChatRequest, **listeners: Any) -> ChatCompletionChunk:
    """A reply that is asked for at once, as one chunk."""
    whole = ChatCompletionChunk()
    async with aclosing(client.stream_chat(replace(request, stream=False), **listeners)) as chunks:
        async for chunk in chunks:
            whole = replace(chunk, delta=whole.delta + chunk.delta, reasoning=whole.reasoning + chunk.reasoning)
    return whole


async def list_models(base_url: str, key: str, **extra: Any) -> dict[str, Any]:
    """The model list."""
    client = client_for(base_url, key, **extra)
    result: dict[str, Any] = {"ok": False, "models": [], "error": None, "message": "", "retryable": False}
    try:
        models = await client.list_models()
        result["models"] = [
            {"id": model.id, "context": model.context, "label": one_line(model.name or model.id)} for model in models
        ]
        result["ok"] = True
    except GatewayError as error:
        _fail(result, error)
    finally:
        await client.aclose()
    return result


def _result(stored: dict[str, Any], failure: GatewayError | None) -> dict[str, Any]:
    error = stored.get("error") or {}
    return {
        "ok": stored["state"] == MessageState.COMPLETE,
        "text": stored["content"],
        "display": clean(stored["content"]),
        "reasoning": stored["reasoning"],
        "finish_reason": stored["finish_reason"],
        "usage": stored["usage"],
        "error": error.get("class"),
        "message": error.get("sentence", ""),
        "notice": stored["notice"],
        "retryable": failure is not None and failure.retryable,
        "partial": bool(error and (stored["content"] or stored["reasoning"])),
    }


def _fail(result: dict[str, Any], error: GatewayError) -> None:
    result |= {"error": error.kind, "message": str(error), "retryable": error.retryable}
