"""The gateway client as the gateway lab drives it: plain arguments in, a result dict out (see its README)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from tui.api.client import GatewayClient
from tui.domain.chat import ChatCompletionChunk, ChatRequest, Role
from tui.domain.errors import GatewayError
from tui.domain.safe_text import clean, one_line
from tui.domain.settings import Clocks, GenerationOptions


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


async def complete(
    base_url: str, model: str, messages: list[dict[str, str]], stream: bool, key: str, **extra: Any
) -> dict[str, Any]:
    """One reply. `on_text` is told the text so far, whenever it grows."""
    client = extra.get("client") or client_for(base_url, key, **extra)
    on_text: Callable[[str], None] = extra.get("on_text") or (lambda text: None)
    spoken = [(Role(message["role"]), message["content"]) for message in messages]
    request = ChatRequest(model, spoken, GenerationOptions(**extra.get("params") or {}), stream)
    result: dict[str, Any] = {"ok": False, "text": "", "reasoning": "", "finish_reason": None, "usage": None}
    result |= {"error": None, "message": "", "notice": "", "retryable": False, "partial": False}
    try:
        if stream:
            async with aclosing(client.stream_chat(request)) as chunks:
                async for chunk in chunks:
                    _take(result, chunk)
                    on_text(result["text"])
        else:
            _take(result, await client.complete(request))
        result["ok"] = True
    except GatewayError as error:
        _fail(result, error)
        result["partial"] = bool(result["text"] or result["reasoning"])
    finally:
        if "client" not in extra:
            await client.aclose()
    result["display"] = clean(result["text"])
    return result


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


def _take(result: dict[str, Any], chunk: ChatCompletionChunk) -> None:
    result["text"] += chunk.delta
    result["reasoning"] += chunk.reasoning
    result["finish_reason"] = chunk.finish_reason or result["finish_reason"]
    result["notice"] = chunk.notice or result["notice"]
    if chunk.usage is not None:
        result["usage"] = {
            "prompt_tokens": chunk.usage.prompt_tokens,
            "completion_tokens": chunk.usage.completion_tokens,
            "total_tokens": chunk.usage.total_tokens,
        }


def _fail(result: dict[str, Any], error: GatewayError) -> None:
    result |= {"error": error.kind, "message": str(error), "retryable": error.retryable}
