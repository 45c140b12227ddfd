"""Scenarios of a gateway that repeats the key wherever it can, for `python -m tests.gateway_lab --extra`."""

from __future__ import annotations

from typing import Any

from tests.gateway_lab import Scenario, ok
from tests.gateway_lab.scenarios import chat, listing
from tests.gateway_lab.wire import DONE, chunk, error_body, ev, reply, role, stop, stream, words

PLANTED = "sk-planted-Zq7Xw9Kt3Lm5Vb8Nc2"
SAID = f"Incorrect API key provided: {PLANTED}."

_ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "leak_refused": reply(401, error_body(SAID, PLANTED, PLANTED), {"x-request-id": PLANTED}),
    "leak_as_text": reply(500, SAID),
    "leak_as_page": reply(200, f"<html><title>{SAID}</title></html>"),
    "leak_midway": stream(role(), words("So far so good"), ev(error_body(SAID)), DONE),
    "leak_first": stream(ev(error_body(SAID)), DONE),
    "leak_reason": stream(role(), words("So far so good"), stop(PLANTED), DONE),
    "leak_noise": stream(role(), words("So far so good"), f"data: {{{PLANTED}\n\n".encode(), stop(), DONE),
    "leak_tool": stream(role(), ev(chunk(tool_calls=[{"function": {"name": PLANTED}}])), stop("tool_calls"), DONE),
    "leak_redirect": reply(307, b"", {"Location": f"http://{PLANTED}.invalid/{PLANTED}"}),
    "leak_moved": reply(302, b"", {"Location": f"/{PLANTED}"}),
    "leak_encoding": reply(200, b"x", {"Content-Encoding": PLANTED}),
    "leak_odd": reply(200, SAID),
}

_LIST = {"data": [{"id": "lab-model"}, {"id": f"model-{PLANTED}", "name": SAID}]}

SCENARIOS = [
    Scenario(name, "leaks", "", [chat(ops), listing(reply(200, _LIST))], ok("")) for name, ops in _ANSWERS.items()
] + [Scenario("leak_list", "leaks", "", [chat(_ANSWERS["leak_refused"]), listing(_ANSWERS["leak_refused"])], ok(""))]
