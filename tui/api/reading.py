"""Reads chat completion payloads: one decoded JSON object in, its text, reasoning and facts out.

Accepts what OpenAI-compatible servers really send: null in place of a list or an object, the reply as a list of parts,
reasoning under several names, errors in place of chunks.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from tui.domain.chat import Usage
from tui.domain.finish import is_reason

_REASONING_FIELDS = ("reasoning_content", "reasoning")
_FINISH_FIELDS = ("finish_reason", "finishReason", "done_reason")
_ERROR_FIELDS = frozenset({"error", "error_message", "error_msg", "errorMessage", "errors"})
_TOLD_FIELDS = ("message", "msg", "detail", "details", "title")
_CODE_FIELDS = ("code", "status", "status_code", "errcode")
_FINE = (None, 0, "0", 200, "200", "", "ok", "OK", "success", "Success", "processing", "pending", "running")
_REASONING_PARTS = ("thinking", "reasoning")


@dataclass(frozen=True, slots=True)
class ChunkPayload:
    """What one payload adds to a reply."""

    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    model: str = ""
    tool: str | None = None
    """The name of a tool that is called, which may be empty; None if none is."""
    error: Any = None
    """The value in place of an error, in any form."""


class UnreadableError(Exception):
    """Text that looks like JSON but is not."""


def decode(text: str) -> Any:
    """Return decoded JSON; UnreadableError if it is not JSON.

    Uses the standard library's decoder: it accepts lone surrogates in strings, which servers send in two deltas.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass  # raised below, without the decoder's error, which holds the text
    raise UnreadableError


def read_payload(payload: dict[str, Any]) -> ChunkPayload:
    """Return what one chunk of a stream, or a whole reply, adds."""
    usage = read_usage(payload.get("usage"))
    model = payload.get("model")
    choice = _first_choice(payload.get("choices"))
    said = choice["delta"] if "delta" in choice else choice.get("message")
    if not isinstance(said, dict):
        said = {}
    text, thought = _content(said.get("content"))
    reasoning = next(
        (value for name in _REASONING_FIELDS if isinstance(value := said.get(name), str) and value), thought
    )
    refusal = said.get("refusal")
    return ChunkPayload(
        text=text or (refusal if isinstance(refusal, str) else ""),
        reasoning=reasoning,
        finish_reason=_finish_reason(payload, choice),
        usage=usage,
        model=model if isinstance(model, str) else "",
        tool=_tool(said),
        error=_error(payload, choice),
    )


def read_usage(value: Any) -> Usage | None:
    """Return token counts, which may be floats and lack the total; None if there are none."""
    if not isinstance(value, dict):
        return None
    prompt, completion, total = (
        _count(value.get(name)) for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    )
    if prompt is None and completion is None and total is None:
        return None
    prompt, completion = prompt or 0, completion or 0
    return Usage(prompt, completion, total or prompt + completion)


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        return None
    return int(value)


def _first_choice(choices: Any) -> dict[str, Any]:
    if isinstance(choices, list):
        for choice in choices:
            if isinstance(choice, dict) and choice.get("index") in (0, None):
                return choice
    return {}


def _content(content: Any) -> tuple[str, str]:
    """Return the text and the thinking in a `content` field."""
    if isinstance(content, str):
        return content, ""
    if not isinstance(content, list):
        return "", ""
    texts: list[str] = []
    thoughts: list[str] = []
    for part in content:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, dict):
            kind = part.get("type")
            if kind in _REASONING_PARTS:
                inner = part.get(kind, part.get("text"))
                thoughts.append(inner if isinstance(inner, str) else _content(inner)[0])
            elif isinstance(part.get("text"), str):
                texts.append(part["text"])
    return "".join(texts), "".join(thoughts)


def _tool(said: dict[str, Any]) -> str | None:
    calls = said.get("tool_calls")
    call = calls[0] if isinstance(calls, list) and calls else None
    function = call.get("function") if isinstance(call, dict) else said.get("function_call")
    if isinstance(function, dict):
        name = function.get("name")
        return name if isinstance(name, str) else ""
    return None if call is None else ""


def _finish_reason(payload: dict[str, Any], choice: dict[str, Any]) -> str | None:
    if "finish_reason" in choice:  # in nearly all chunks
        found = [choice["finish_reason"]]
    else:
        found = [place.get(name) for place in (choice, payload) for name in _FINISH_FIELDS]
    return next((reason for reason in found if isinstance(reason, str) and is_reason(reason)), None)


def _error(payload: dict[str, Any], choice: dict[str, Any]) -> Any:
    if payload.get("object") == "error" or any(payload[name] for name in _ERROR_FIELDS & payload.keys()):
        return payload
    if choice.get("error"):
        return choice
    if choice.get("finish_reason") == "error":
        return {}
    return payload if not choice and _failed(payload) else None


def _failed(payload: dict[str, Any]) -> bool:
    """Return whether an object without a choice tells of a failure; signs of life look similar."""
    base = payload.get("base_resp")
    if isinstance(base, dict) and base.get("status_code") not in _FINE:
        return True
    if (
        payload.get("success") is False
        or payload.get("type") == "error"
        or payload.get("status") in ("error", "failed")
    ):
        return True
    codes = [payload[name] for name in _CODE_FIELDS if name in payload]
    return any(payload.get(name) for name in _TOLD_FIELDS) and (
        any(code not in _FINE for code in codes)
        or (not codes and not payload.keys() & {"choices", "id", "type", "event"})
    )
