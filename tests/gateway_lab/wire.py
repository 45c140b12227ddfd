"""Building blocks for scripted replies.

A scripted reply is a list of *operations* (plain tuples) which the server plays
back one by one, so that each byte and each pause on the wire is chosen here:

    ("head", status, headers, framing)   status line and headers
                                         framing: chunked | close | length:<n> | none
    ("send", bytes)                      body bytes, one write (one chunk if chunked)
    ("drip", bytes, size, gap)           body bytes in writes of `size`, `gap` s apart
    ("spam", bytes, times, gap)          the same body bytes many times over
    ("raw", bytes)                       bytes outside of any framing
    ("wait", seconds)                    silence (ends early if the client leaves)
    ("hang", seconds)                    silence meant to outlast the client
    ("end",)                             proper end of the body
    ("fin",)                             close the socket without ending the body
    ("rst",)                             reset the connection (TCP RST)

Header values may use {self}, {other} and {prefix}: this origin, the second
origin of the lab, and the URL prefix of the running scenario.
"""

from __future__ import annotations

import json
from typing import Any

MISSING: Any = object()

MODEL = "lab-model"
CREATED = 1744416000
REPLY_ID = "chatcmpl-lab0001"


def dumps(obj: Any, ascii_only: bool = False) -> bytes:
    return json.dumps(obj, ensure_ascii=ascii_only, separators=(",", ":")).encode("utf-8")


# ---------------------------------------------------------------- JSON bodies


def usage(prompt: int, completion: int, total: int | None = None) -> dict:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion if total is None else total,
    }


def chunk(
    content: Any = MISSING,
    *,
    finish: Any = None,
    index: int = 0,
    usage: Any = MISSING,
    choice: dict | None = None,
    top: dict | None = None,
    **delta: Any,
) -> dict:
    """One chat.completion.chunk; keyword arguments become delta fields."""
    d = dict(delta)
    if content is not MISSING:
        d["content"] = content
    one = {"index": index, "delta": d, "finish_reason": finish}
    if choice:
        one.update(choice)
    out = {"id": REPLY_ID, "object": "chat.completion.chunk", "created": CREATED, "model": MODEL, "choices": [one]}
    if usage is not MISSING:
        out["usage"] = usage
    if top:
        out.update(top)
    return out


def bare(**fields: Any) -> dict:
    """A chunk with an empty choices list and the given top-level fields."""
    out = {"id": REPLY_ID, "object": "chat.completion.chunk", "created": CREATED, "model": MODEL, "choices": []}
    out.update(fields)
    return out


def completion(content: Any, *, finish: Any = "stop", usage: Any = MISSING, message: dict | None = None) -> dict:
    msg = {"role": "assistant", "content": content}
    if message:
        msg.update(message)
    out = {
        "id": REPLY_ID,
        "object": "chat.completion",
        "created": CREATED,
        "model": MODEL,
        "choices": [{"index": 0, "message": msg, "finish_reason": finish}],
    }
    if usage is not MISSING:
        out["usage"] = usage
    return out


def error_body(message: str, type_: str | None = None, code: Any = None, **more: Any) -> dict:
    body = {"message": message, "type": type_, "param": None, "code": code}
    body.update(more)
    return {"error": body}


# ---------------------------------------------------------------- SSE events

DONE = b"data: [DONE]\n\n"


def ev(obj: Any, *, lead: bytes = b"data: ", end: bytes = b"\n\n", ascii_only: bool = False) -> bytes:
    data = obj if isinstance(obj, bytes) else dumps(obj, ascii_only)
    return lead + data + end


def role() -> bytes:
    return ev(chunk("", role="assistant"))


def words(*parts: str) -> list[bytes]:
    return [ev(chunk(p)) for p in parts]


def stop(reason: Any = "stop", **kw: Any) -> bytes:
    return ev(chunk(finish=reason, **kw))


# ---------------------------------------------------------------- operations

SSE_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}


def head(status: int = 200, headers: dict | None = None, framing: str = "chunked") -> tuple:
    return ("head", status, dict(SSE_HEADERS if headers is None else headers), framing)


def send(*blobs: bytes) -> list[tuple]:
    return [("send", b) for b in blobs]


def wait(seconds: float) -> tuple:
    return ("wait", seconds)


def stream(
    *parts: Any, headers: dict | None = None, framing: str = "chunked", end: Any = ("end",), status: int = 200
) -> list[tuple]:
    """An SSE reply. Parts are bytes (sent as they are), operations, or lists of both."""
    ops: list[tuple] = [head(status, headers, framing)]

    def add(part: Any) -> None:
        if isinstance(part, bytes):
            ops.append(("send", part))
        elif isinstance(part, tuple):
            ops.append(part)
        else:
            for p in part:
                add(p)

    for part in parts:
        add(part)
    if end:
        ops.append(end)
    return ops


def reply(
    status: int, body: bytes | dict | list | str, headers: dict | None = None, ctype: str | None = None
) -> list[tuple]:
    """A whole reply with Content-Length."""
    if isinstance(body, (dict, list)):
        body, ctype = dumps(body), ctype or "application/json"
    elif isinstance(body, str):
        body, ctype = body.encode("utf-8"), ctype or "text/plain; charset=utf-8"
    hs: dict = {}
    if ctype:
        hs["Content-Type"] = ctype
    hs.update(headers or {})
    return [("head", status, hs, f"length:{len(body)}"), ("send", body), ("end",)]


def rule(ops: list[tuple], **when: Any) -> dict:
    """`ops` is played if all of `when` holds for the request; the first rule that fits wins.

    when: method, path (after the scenario prefix), nth (1-based count of that method and
    path in this run), nth_from, body_has, body_lacks, origin ("a" or "b"), query_has.
    """
    return {"when": when, "ops": ops}
