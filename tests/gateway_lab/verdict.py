"""Compare a client's result, and what the server saw, with a scenario's expectation."""

from __future__ import annotations

import re
from typing import Any

from .model import Scenario

KEY = "sk-lab-4f1d0c9b7e6a5d3c2b1a"

# C0 (except tab and newline), DEL, C1, and the two bidi overrides
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")


def problems(sc: Scenario, result: Any, log: list, key: str = KEY) -> dict[str, list[str]]:
    """{'core': [...], 'full': [...]}: what is wrong. `core` is the reading of the protocol
    (text, reasoning, end, usage, kept partial text, number of requests, no leak, no hang);
    `full` adds the error class, the message for the user and the retry advice."""
    best: dict[str, list[str]] | None = None
    for want in sc.expectations():
        core, full = _result(want, result, sc, key)
        got = {"core": core, "full": core + full}
        if best is None or (len(got["core"]), len(got["full"])) < (len(best["core"]), len(best["full"])):
            best = got
    assert best is not None
    wire = _wire(sc, log, key)
    return {"core": best["core"] + wire, "full": best["full"] + wire}


def _result(want: dict, result: Any, sc: Scenario, key: str) -> tuple[list[str], list[str]]:
    if not isinstance(result, dict):
        return [f"no result: {result!r}"[:300]], []
    core: list[str] = []
    full: list[str] = []
    if result.get("crash"):
        core.append(f"raised {result['crash']}"[:300])
    if bool(result.get("ok")) != want["ok"]:
        core.append(
            f"ok is {result.get('ok')}, expected {want['ok']} ({result.get('error')}: {str(result.get('message'))[:120]})"
        )

    if sc.kind == "models":
        core += _models(want, result)
    else:
        for k in ("text", "reasoning"):
            if k in want and want[k] is not None and (result.get(k) or "") != want[k]:
                core.append(f"{k} is {_short(result.get(k))}, expected {_short(want[k])}")
        if "text_len" in want and len(result.get("text") or "") != want["text_len"]:
            core.append(f"text has {len(result.get('text') or '')} characters, expected {want['text_len']}")
        for k in ("finish_reason",):
            if k in want and want[k] != result.get(k):
                core.append(f"{k} is {result.get(k)!r}, expected {want[k]!r}")
        if want.get("usage"):
            got = result.get("usage") or {}
            for name, n in want["usage"].items():
                if got.get(name) != n:
                    core.append(f"usage.{name} is {got.get(name)!r}, expected {n}")
        try:
            for k in ("text", "reasoning", "message"):
                str(result.get(k) or "").encode("utf-8")
        except UnicodeEncodeError:
            core.append(f"{k} cannot be written as UTF-8 (lone surrogate)")

    shown = result.get("display")
    if shown is None:
        shown = result.get("text") or ""
    if want.get("clean_display"):
        bad = FORBIDDEN.search(shown)
        if bad:
            core.append(f"control character {bad.group()!r} would reach the terminal")
        for word in want["clean_display"]:
            if word not in shown:
                core.append(f"{word!r} is missing from what is shown")

    message = result.get("message") or ""
    if key in message:
        core.append("the key is shown in the message")
    if FORBIDDEN.search(message):
        core.append("control characters in the message")
    if not want["ok"]:
        if want.get("error") and result.get("error") not in want["error"]:
            full.append(f"error is {result.get('error')!r}, expected one of {want['error']}")
        if not message.strip():
            full.append("no message for the user")
        if len(message) > 1500:
            full.append(f"message of {len(message)} characters")
        if want.get("retryable") is not None and bool(result.get("retryable")) != want["retryable"]:
            full.append(f"retryable is {result.get('retryable')}, expected {want['retryable']}")
        if want.get("text") and not result.get("partial"):
            full.append("partial text is not marked as partial")
    low = message.lower()
    for word in want.get("message_has", ()):
        if word.lower() not in low:
            full.append(f"message lacks {word!r}: {_short(message)}")
    any_of = want.get("message_any", ())
    if any_of and not any(w.lower() in low for w in any_of):
        full.append(f"message has none of {list(any_of)}: {_short(message)}")
    for word in want.get("message_lacks", ()):
        if word.lower() in low:
            full.append(f"message contains {word!r}: {_short(message)}")
    notice = (result.get("notice") or "").lower()
    n_any = want.get("notice_any", ())
    if n_any and not any(w.lower() in notice for w in n_any):
        full.append(f"notice has none of {list(n_any)}: {_short(notice)}")
    return core, full


def _models(want: dict, result: dict) -> list[str]:
    out: list[str] = []
    models = result.get("models") or []
    ids = [m.get("id") for m in models]
    if "ids" in want and ids != want["ids"]:
        out.append(f"model ids are {_short(ids)}, expected {_short(want['ids'])}")
    if "ids_start" in want and ids[: len(want["ids_start"])] != want["ids_start"]:
        out.append(f"model ids begin {_short(ids[:5])}, expected {_short(want['ids_start'])}")
    if "count" in want and len(ids) != want["count"]:
        out.append(f"{len(ids)} models, expected {want['count']}")
    if want.get("unique") and len(set(ids)) != len(ids):
        out.append("an id is listed twice")
    by = {m.get("id"): m for m in models}
    for mid, n in want.get("context", {}).items():
        if by.get(mid, {}).get("context") != n:
            out.append(f"context of {mid!r} is {by.get(mid, {}).get('context')!r}, expected {n}")
    if want.get("clean_labels"):
        for m in models:
            label = m.get("label")
            if label is None:
                label = m.get("id") or ""
            if FORBIDDEN.search(label) or "\n" in label:
                out.append(f"control character in the label of {m.get('id')!r}")
    return out


def _wire(sc: Scenario, log: list, key: str) -> list[str]:
    out: list[str] = []
    path = "/v1/models" if sc.kind == "models" else "/v1/chat/completions"
    # requests of the wanted kind at the first origin
    mine = [r for r in log if r.rest.rstrip("/") == path and r.origin == "a"]
    lo, hi = sc.requests
    if not lo <= len(mine) <= hi:
        seen = ", ".join(f"{r.method} {r.rest}" for r in log) or "nothing"
        out.append(f"{len(mine)} requests, expected {lo} to {hi} (server saw: {seen[:200]})")
    for r in log:
        if r.origin == "b" and any(key in v for v in r.headers.values()):
            out.append("the key was sent to another origin")
        if any(key in v for vs in r.query.values() for v in vs) or key in r.path:
            out.append("the key was put in a URL")
        if r.body and key.encode() in r.body:
            out.append("the key was put in a request body")
        if r.origin == "b" and sc.sent.get("no_other_origin"):
            out.append("the request was repeated at another origin")
    for r in mine:
        if r.headers.get("authorization") != f"Bearer {key}":
            out.append("the request lacks 'Authorization: Bearer <key>'")
            break
    if sc.kind != "models":
        for r in mine:
            body = r.json
            if r.method != "POST":
                out.append(f"{r.method} instead of POST")
            elif not isinstance(body, dict):
                out.append("the body is not a JSON object")
            else:
                out += _body(sc, r, body)
    if sc.kind == "cancel":
        for r in mine:
            if r.outcome != "client_gone":
                out.append(f"the connection was not closed after the cancel ({r.outcome})")
    return list(dict.fromkeys(out))


def _body(sc: Scenario, r: Any, body: dict) -> list[str]:
    out: list[str] = []
    if "application/json" not in r.headers.get("content-type", ""):
        out.append("Content-Type is not application/json")
    if bool(body.get("stream", False)) != sc.stream:
        out.append(f"stream is {body.get('stream')!r}, expected {sc.stream}")
    msgs = body.get("messages")
    if not (
        isinstance(msgs, list) and msgs and all(isinstance(m, dict) and m.get("role") and "content" in m for m in msgs)
    ):
        out.append("messages is not a list of role/content objects")
    nulls = [k for k, v in body.items() if v is None]
    if nulls and sc.group == "baseline":
        out.append(f"null parameters were sent: {nulls}")
    for k in sc.sent.get("absent", ()):
        if k in body:
            out.append(f"{k} was sent though not asked for")
    for k, v in sc.sent.get("equal", {}).items():
        if body.get(k) != v:
            out.append(f"{k} is {body.get(k)!r}, expected {v!r}")
    return out


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 160 else text[:110] + f"...<{len(text)}>..." + text[-30:]
