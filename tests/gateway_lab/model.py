"""The shape of a scenario and of a client's result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# What a client may answer in result["error"].
ERROR_CLASSES = {
    "auth": "401: the key is wrong, missing or expired",
    "payment": "402, or 429 with a quota code: no credit left",
    "forbidden": "403: this key may not do that",
    "not_found": "404: no such model or route",
    "bad_request": "400 or 422: the request was refused",
    "too_large": "413: the request is too big for the server",
    "context_length": "the conversation does not fit the model",
    "rate_limit": "429: slow down",
    "overloaded": "503 or 529: busy, loading, or no upstream",
    "server": "500, 502 and the like",
    "timeout": "no answer in time (408, 504, 524, or the client's own clock)",
    "stalled": "the reply began and then nothing useful came for too long",
    "interrupted": "the reply began and was cut off",
    "upstream": "an error object inside an answer that began with 200",
    "network": "could not connect",
    "dropped": "the connection broke before an answer",
    "tls": "the secure connection could not be set up",
    "redirect": "the server points elsewhere and the client will not follow",
    "protocol": "the answer is not what an OpenAI-compatible server sends",
    "empty": "a complete answer with nothing in it",
}

# Timeouts (s) which the runner hands to the client in extra["timeouts"].
TIMEOUTS = {"connect": 2.0, "first": 4.0, "idle": 2.0, "progress": 5.0}


@dataclass
class Scenario:
    name: str
    group: str
    about: str  # what the server does
    replies: list  # rules, see wire.rule
    expect: dict | list  # one expectation, or several acceptable ones (first = best)
    tell: str = ""  # what the user should be told, in a sentence
    auto_retry: str = "none"  # none | required | allowed: by the client, on its own
    kind: str = "chat"  # chat | chat_twice | cancel | models
    stream: bool = True
    params: dict = field(default_factory=dict)  # temperature, max_tokens, top_p
    bases: list = field(default_factory=lambda: ["{root}/v1"])
    sent: dict = field(default_factory=dict)  # what the requests must look like
    requests: tuple = (1, 1)  # how many chat (or models) requests may arrive
    cites: list = field(default_factory=list)
    limit: float = 20.0  # seconds before the runner calls it hung

    def expectations(self) -> list[dict]:
        return self.expect if isinstance(self.expect, list) else [self.expect]

    def public_view(self) -> dict:
        return {
            "name": self.name,
            "group": self.group,
            "about": self.about,
            "kind": self.kind,
            "stream": self.stream,
            "params": self.params,
            "bases": self.bases,
            "expect": self.expectations(),
            "tell": self.tell,
            "auto_retry": self.auto_retry,
            "requests": list(self.requests),
            "sent": self.sent,
            "cites": self.cites,
        }


def ok(text: str, *, reasoning: str = "", finish: Any = "stop", usage: Any = None, **more: Any) -> dict:
    """A whole reply."""
    return {
        "ok": True,
        "text": text,
        "reasoning": reasoning,
        "finish_reason": finish,
        "usage": usage,
        "error": None,
        **more,
    }


def fail(*classes: str, text: str = "", reasoning: str = "", retryable: bool | None = None, **more: Any) -> dict:
    """A failure; text is what was already received and must be kept."""
    return {"ok": False, "text": text, "reasoning": reasoning, "error": list(classes), "retryable": retryable, **more}
