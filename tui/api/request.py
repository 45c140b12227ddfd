"""The body of a chat completion request, and what is learned when a server refuses part of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui.domain.chat import ChatRequest, Role
from tui.domain.i18n import _
from tui.domain.safe_text import join_surrogates

if TYPE_CHECKING:
    from tui.api.refused import Lesson

_SETTABLE = ("temperature", "top_p", "max_tokens")


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
    streams: dict[str, bool] = field(default_factory=dict)
    """Models that only stream, or never do."""
    on_change: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    """Called after each change."""

    def learn(self, sent: dict[str, Any], status: int, said: str) -> bool:
        """Return whether a refusal taught how to ask again. True at most once for each lesson, so nothing loops."""
        from tui.api.refused import lesson_in  # seldom needed

        lesson = lesson_in(sent, status, said)
        if lesson is None or not self._is_news(lesson, sent["model"]):
            return False
        self._changed()
        return True

    def forget(self, model: str) -> None:
        """Ask the model again as if nothing had been refused."""
        self.stream_options = True
        self.renamed.discard(model)
        self.no_system.discard(model)
        self.fixed.pop(model, None)
        self.streams.pop(model, None)
        self._changed()

    def about(self, model: str) -> list[str]:
        """Return sentences on what is sent differently to a model."""
        found = []
        if model in self.renamed:
            found.append(_("max_tokens is sent as max_completion_tokens."))
        found += [_("{name} is not sent.").format(name=name) for name in sorted(self.fixed.get(model, ()))]
        if model in self.no_system:
            found.append(_("The system prompt is sent as part of the first message."))
        if model in self.streams:
            found.append(self._how_it_streams(model))
        if not self.stream_options:
            found.append(_("stream_options is not sent, so token counts may be missing."))
        return found

    def notices(self, request: ChatRequest) -> list[str]:
        """Return what the user should know about a request: what they set and this model does not accept."""
        asked, used = request.stream, self.streams_for(request)
        left_out = sorted(self.fixed.get(request.model, set()) & request.options.as_dict().keys())
        found = [
            _("This model does not allow setting {name}, so it was left out.").format(name=name) for name in left_out
        ]
        if request.model in self.no_system and any(role is Role.SYSTEM for role, _content in request.messages):
            found.append(_("This model does not accept a system prompt, so it was sent as part of the first message."))
        return [*found, self._how_it_streams(request.model)] if used != asked else found

    def streams_for(self, request: ChatRequest) -> bool:
        """Return whether a reply is asked for as a stream."""
        return self.streams.get(request.model, request.stream)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, for the cache."""
        return {
            "stream_options": self.stream_options,
            "renamed": sorted(self.renamed),
            "fixed": {model: sorted(names) for model, names in sorted(self.fixed.items())},
            "no_system": sorted(self.no_system),
            "streams": dict(sorted(self.streams.items())),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> GatewayQuirks:
        """Return what `as_dict` gave; anything malformed counts as not learned."""
        fixed, streams = data.get("fixed"), data.get("streams")
        return cls(
            stream_options=data.get("stream_options") is not False,
            renamed=_names(data.get("renamed")),
            fixed={
                model: known
                for model, names in (fixed.items() if isinstance(fixed, dict) else ())
                if (known := _names(names) & {*_SETTABLE})
            },
            no_system=_names(data.get("no_system")),
            streams={
                model: how
                for model, how in (streams.items() if isinstance(streams, dict) else ())
                if isinstance(how, bool)
            },
        )

    def _is_news(self, lesson: Lesson, model: str) -> bool:
        """Keep a lesson; return whether it was not known."""
        match lesson.change:
            case "stream_options":
                known, self.stream_options = not self.stream_options, False
            case "stream":
                known = model in self.streams
                self.streams.setdefault(model, lesson.stream)
            case "leave out":
                known = lesson.name in self.fixed.setdefault(model, set())
                self.fixed[model].add(lesson.name)
            case _:
                models = self.renamed if lesson.change == "rename" else self.no_system
                known = model in models
                models.add(model)
        return not known

    def _how_it_streams(self, model: str) -> str:
        if self.streams[model]:
            return _("This model only streams, so its replies are streamed.")
        return _("This model does not stream, so its replies come as a whole.")

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
        "stream": learned.streams_for(request),
    }
    if body["stream"] and learned.stream_options:
        body["stream_options"] = {"include_usage": True}
    fixed = learned.fixed.get(request.model, set())
    for name, value in request.options.as_dict().items():
        if name not in fixed:
            renamed = name == "max_tokens" and request.model in learned.renamed
            body["max_completion_tokens" if renamed else name] = value
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


def _names(value: Any) -> set[str]:
    return {name for name in value if isinstance(name, str)} if isinstance(value, list) else set()
