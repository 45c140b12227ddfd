"""What a chat completion request says, and what is learned when a server refuses a part of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tui.domain.chat import ChatRequest
from tui.domain.safe_text import join_surrogates

_REFUSED = re.compile(r"not support|unsupported|only the default|deprecated|not permitted|unrecognized|unknown|fixed")
_REFUSAL_STATUSES = {400, 422}
_OFTEN_FIXED = ("temperature", "top_p")


@dataclass(slots=True)
class Learned:
    """What a gateway's refusals have taught. A plain value: what is in it is left out or renamed from then on."""

    stream_options: bool = True
    """Whether the gateway takes `stream_options`."""
    renamed: set[str] = field(default_factory=set)
    """Models that want `max_completion_tokens` instead of `max_tokens`."""
    fixed: dict[str, set[str]] = field(default_factory=dict)
    """Parameters that a model does not let the user choose."""

    def learn(self, sent: dict[str, Any], status: int, said: str) -> bool:
        """Whether a refusal taught how to ask again. True at most once for each thing, so nothing loops."""
        said = said.lower()
        if status not in _REFUSAL_STATUSES:
            return False
        if "stream_options" in sent and "stream_options" in said:
            self.stream_options = False
            return True
        if "max_tokens" in sent and "max_tokens" in said and "max_completion_tokens" in said:
            self.renamed.add(sent["model"])
            return True
        for name in _OFTEN_FIXED:
            if name in sent and name in said and _REFUSED.search(said):
                self.fixed.setdefault(sent["model"], set()).add(name)
                return True
        return False

    def left_out(self, request: ChatRequest) -> list[str]:
        """The parameters of a request that its model does not take."""
        return sorted(self.fixed.get(request.model, set()) & request.options.as_dict().keys())


def chat_body(request: ChatRequest, learned: Learned) -> dict[str, Any]:
    """The body of a request, with nothing in it that is not set. Lone surrogates are replaced: UTF-8 has none."""
    body: dict[str, Any] = {
        "model": join_surrogates(request.model),
        "messages": [{"role": role.value, "content": join_surrogates(content)} for role, content in request.messages],
        "stream": request.stream,
    }
    if request.stream and learned.stream_options:
        body["stream_options"] = {"include_usage": True}
    fixed = learned.fixed.get(request.model, set())
    for name, value in request.options.as_dict().items():
        if name == "max_tokens" and request.model in learned.renamed:
            body["max_completion_tokens"] = value
        elif name not in fixed:
            body[name] = value
    return body


def encode(body: dict[str, Any]) -> bytes:
    """A body as it goes over the wire."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
