"""The body of a chat completion request, and what is learned when a server refuses part of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tui.domain.chat import ChatRequest, Role
from tui.domain.i18n import _
from tui.domain.safe_text import join_surrogates

_REFUSED = re.compile(
    r"not support|unsupported|only the default|deprecated|not permitted|not allowed|unrecognized|unknown|fixed"
    r"|not enabled|unexpected|extra inputs|不支持"
)
_REFUSAL_STATUSES = {400, 422}
_OFTEN_FIXED = ("temperature", "top_p")
_NO_SYSTEM = re.compile(
    r"system (role|message|prompt|instruction)|developer instruction|role\W{0,3}system|'system'|\"system\""
)
_NO_SYSTEM_STATUSES = {*_REFUSAL_STATUSES, 500}
"""Servers that apply a model's chat template report its refusal of a system message as a server error."""


@dataclass(slots=True)
class GatewayQuirks:
    """What a gateway's refusals have taught: it is left out or renamed in later requests."""

    stream_options: bool = True
    """Whether the gateway accepts `stream_options`."""
    renamed: set[str] = field(default_factory=set)
    """Models that need `max_completion_tokens` instead of `max_tokens`."""
    fixed: dict[str, set[str]] = field(default_factory=dict)
    """Parameters that a model does not let the user set."""
    no_system: set[str] = field(default_factory=set)
    """Models that refuse the system role."""
    on_change: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    """Called after each change."""

    def learn(self, sent: dict[str, Any], status: int, said: str) -> bool:
        """Return whether a refusal taught how to ask again. True at most once for each lesson, so nothing loops."""
        if not self._understand(sent, status, said.lower()):
            return False
        self._changed()
        return True

    def forget(self, model: str) -> None:
        """Ask the model again as if nothing had been refused."""
        self.stream_options = True
        self.renamed.discard(model)
        self.no_system.discard(model)
        self.fixed.pop(model, None)
        self._changed()

    def about(self, model: str) -> list[str]:
        """Return sentences on what is sent differently to a model."""
        found = []
        if model in self.renamed:
            found.append(_("max_tokens is sent as max_completion_tokens."))
        found += [_("{name} is not sent.").format(name=name) for name in sorted(self.fixed.get(model, ()))]
        if model in self.no_system:
            found.append(_("The system prompt is sent as part of the first message."))
        if not self.stream_options:
            found.append(_("stream_options is not sent, so token counts may be missing."))
        return found

    def notices(self, request: ChatRequest) -> list[str]:
        """Return what the user should know about a request: what they set and this model does not accept."""
        left_out = sorted(self.fixed.get(request.model, set()) & request.options.as_dict().keys())
        found = [
            _("This model does not allow setting {name}, so it was left out.").format(name=name) for name in left_out
        ]
        if request.model in self.no_system and any(role is Role.SYSTEM for role, _content in request.messages):
            found.append(_("This model does not accept a system prompt, so it was sent as part of the first message."))
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, for the cache."""
        return {
            "stream_options": self.stream_options,
            "renamed": sorted(self.renamed),
            "fixed": {model: sorted(names) for model, names in sorted(self.fixed.items())},
            "no_system": sorted(self.no_system),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> GatewayQuirks:
        """Return what `as_dict` gave; anything malformed counts as not learned."""
        fixed = data.get("fixed")
        return cls(
            stream_options=data.get("stream_options") is not False,
            renamed=_names(data.get("renamed")),
            fixed={
                model: known
                for model, names in (fixed.items() if isinstance(fixed, dict) else ())
                if (known := _names(names) & {*_OFTEN_FIXED})
            },
            no_system=_names(data.get("no_system")),
        )

    def _understand(self, sent: dict[str, Any], status: int, said: str) -> bool:
        model = sent["model"]
        if status in _NO_SYSTEM_STATUSES and _has_system(sent) and _NO_SYSTEM.search(said) and _REFUSED.search(said):
            return _is_news(self.no_system, model)
        if status not in _REFUSAL_STATUSES:
            return False
        if "stream_options" in sent and "stream_options" in said:
            self.stream_options = False
            return True
        if "max_tokens" in sent and "max_tokens" in said and "max_completion_tokens" in said:
            return _is_news(self.renamed, model)
        for name in _OFTEN_FIXED:
            if name in sent and name in said and _REFUSED.search(said):
                return _is_news(self.fixed.setdefault(model, set()), name)
        return False

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()


def chat_body(request: ChatRequest, learned: GatewayQuirks) -> dict[str, Any]:
    """Return the body of a request, without what is not set. Lone surrogates are replaced: UTF-8 has none."""
    messages = [(role.value, join_surrogates(content)) for role, content in request.messages]
    if request.model in learned.no_system:
        messages = _without_system(messages)
    body: dict[str, Any] = {
        "model": join_surrogates(request.model),
        "messages": [{"role": role, "content": content} for role, content in messages],
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
    """Return the bytes of a body."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _without_system(messages: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the messages with the system prompt put before the first message of the user."""
    said = [content for role, content in messages if role == Role.SYSTEM]
    rest = [message for message in messages if message[0] != Role.SYSTEM]
    if not said:
        return rest
    if rest and rest[0][0] == Role.USER:
        said.append(rest.pop(0)[1])
    return [(Role.USER.value, "\n\n".join(said)), *rest]


def _has_system(sent: dict[str, Any]) -> bool:
    return any(message["role"] == Role.SYSTEM for message in sent["messages"])


def _is_news(known: set[str], name: str) -> bool:
    size = len(known)
    known.add(name)
    return len(known) > size


def _names(value: Any) -> set[str]:
    return {name for name in value if isinstance(name, str)} if isinstance(value, list) else set()
