"""One reply as it arrives: events or a whole answer in, chunks of text out, and a judgement of its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tui.api.api_key import ApiKey
from tui.api.error_body import read_error
from tui.api.failures import hidden_error
from tui.api.reading import ChunkPayload, UnreadableError, decode, read_payload
from tui.api.splitting import SurrogateJoiner, ThinkSplitter
from tui.api.sse import Event
from tui.domain.chat import ChatCompletionChunk, Usage
from tui.domain.errors import GatewayError, GatewayErrorKind
from tui.domain.finish import BROKEN_OFF, End, end_of
from tui.domain.i18n import _
from tui.domain.safe_text import join_surrogates

_DONE = "[DONE]"
_ERROR_TEXT = re.compile(
    r"\W*(error|exception|traceback|fatal|failed|failure|internal (server )?error|bad gateway|service unavailable"
    r"|gateway time-?out|upstream|unauthorized|forbidden|too many requests|\w*(error|exception):|错误|异常|请求失败)",
    re.IGNORECASE,
)
"""Data that is no JSON and tells of a failure. Other such data is noise."""


class Reply:
    """Collects a reply. `take` returns what has come, at any time; `close` it when the input has ended."""

    def __init__(self, key: ApiKey, notices: Sequence[str] = ()) -> None:
        self._key = key
        self._told = list(notices)
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._deltas = 0
        self._joiner = SurrogateJoiner()
        self._reasoning_joiner = SurrogateJoiner()
        self._splitter = ThinkSplitter()
        self._model = ""
        self._usage: Usage | None = None
        self._finish_reason: str | None = None
        self._tool: str | None = None
        self._lost = False
        self._stray = ""
        self._words = False
        self._has_text = False
        self._whole = False
        self.begun = False
        """Whether text or reasoning has come."""
        self.done = False
        """Whether the end mark has come."""
        self.failure: GatewayError | None = None
        """An error in place of a chunk. Nothing is read after it."""

    @property
    def finished(self) -> bool:
        """Whether the server has sent the reason why the reply ends; usage and the end mark may follow."""
        return self._finish_reason is not None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.done or self.failure is not None

    def add_event(self, event: Event) -> None:
        """Read one event of a stream. Noise is skipped; lost text is noted for a notice."""
        data = event.data.strip()
        if self.over or not data:
            return
        if data == _DONE:
            self.done = True
            return
        try:
            payload = decode(data)
        except UnreadableError:
            payload = None
            if event.name != "error" and data[0] in "{[":
                self._lost = True
        if event.name == "error" or (not isinstance(payload, (dict, list)) and _ERROR_TEXT.match(data)):
            self.failure = hidden_error(payload or data, self._key, begun=self.begun)
            return
        if payload is None and not self._lost and " " in data:
            self._stray = data
        for item in payload if isinstance(payload, list) else [payload]:
            if isinstance(item, dict) and self.failure is None:
                self._add(read_payload(item))

    def add_whole(self, text: str) -> None:
        """Read a whole answer; GatewayError ("protocol") if no such server sends it."""
        try:
            payload = decode(text)
        except UnreadableError:
            payload = None
        if isinstance(payload, list) and len(payload) == 1:
            payload = payload[0]
        self._whole = self.done = True
        if isinstance(payload, dict) and "choices" in payload:
            self._add(read_payload(payload))
        elif read_error(payload).sentence:
            self.failure = hidden_error(payload, self._key, begun=False)
        else:
            raise unexpected(text, self._key)

    def take(self) -> ChatCompletionChunk | None:
        """Return the text and reasoning that came since the last time, if any."""
        if not self._text and not self._reasoning:
            return None
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        chunk = ChatCompletionChunk(text, reasoning, model=self._model, deltas=self._deltas)
        self._text.clear()
        self._reasoning.clear()
        self._deltas = 0
        return chunk

    def close(self) -> ChatCompletionChunk:
        """Return the last chunk, with the rest of the text, the finish reason, the usage and a notice."""
        self._put(*self._splitter.feed(self._joiner.end()))
        self._put(*self._splitter.end())
        self._put("", self._reasoning_joiner.end())
        rest = self.take() or ChatCompletionChunk()
        notice = "" if self.verdict() else " ".join(self._notices())
        return replace(rest, finish_reason=self._finish_reason, usage=self._usage, model=self._model, notice=notice)

    def verdict(self) -> GatewayError | None:
        """Return what is wrong with the reply if it ends here, such as an error or a truncation; None if it is
        complete."""
        if self.failure is not None:
            return self.failure
        if self._stray and not self.begun and self._end is End.PLAIN:
            return hidden_error(self._stray, self._key, begun=False)
        if not self.done and not self.finished:
            return cut_off(begun=self.begun)
        if self._end in BROKEN_OFF:
            return self._broken_off()
        if self._empty():
            return GatewayError("empty", self._without_text(), retryable=True)
        return None

    @property
    def _end(self) -> End:
        return end_of(self._finish_reason) if self._finish_reason else End.PLAIN

    def _empty(self) -> bool:
        explained = self._tool is not None or self._end not in (End.PLAIN, End.OTHER) or self._lost
        return not self._words and not explained

    def _without_text(self) -> str:
        if self._end is End.PLAIN:
            return _("The model returned an empty reply. Try again.")
        return _("The model returned an empty reply, which ended with “{reason}”. Try again.").format(
            reason=self._shown_reason
        )

    def _broken_off(self) -> GatewayError:
        sentences: dict[End, tuple[GatewayErrorKind, str]] = {
            End.OVERLOADED: ("overloaded", _("The server ran out of resources and broke off (“{reason}”). Try again.")),
            End.CANCELLED: ("interrupted", _("The server canceled the reply (“{reason}”). Try again.")),
        }
        failed: tuple[GatewayErrorKind, str] = (
            "upstream",
            _("The provider failed during the reply (“{reason}”). Try again."),
        )
        kind, sentence = sentences.get(self._end, failed)
        return GatewayError(kind, sentence.format(reason=self._shown_reason), retryable=True)

    @property
    def _shown_reason(self) -> str:
        return self._key.excerpt(self._finish_reason or "", 60)

    def _add(self, more: ChunkPayload) -> None:
        if more.reasoning:
            self._put("", self._reasoning_joiner.feed(more.reasoning))
        if more.text:
            self._put(*self._splitter.feed(self._joiner.feed(more.text)))
        self._model = self._model or self._key.mask(join_surrogates(more.model))
        self._usage = more.usage or self._usage
        if more.finish_reason:  # stored unchanged
            self._finish_reason = self._key.mask(join_surrogates(more.finish_reason))
        if more.tool is not None:
            self._tool = self._tool or more.tool
        if more.error is not None:
            self.failure = hidden_error(more.error, self._key, begun=self.begun)

    def _put(self, text: str, reasoning: str) -> None:
        self._deltas += bool(text or reasoning)
        if text:
            self._text.append(text)
        if reasoning:
            self._reasoning.append(reasoning)
        self.begun = self.begun or bool(text or reasoning)
        self._has_text = self._has_text or bool(text.strip())
        self._words = self._words or self._has_text or bool(reasoning.strip())

    def _notices(self) -> list[str]:
        found = [*self._told]
        if self._end is End.TOOL or (self._tool is not None and not self._words):
            found.append(self._asked_for_tool())
        elif self._end is End.LENGTH:
            found.append(self._cut())
        elif self._end is not End.PLAIN:
            found.append(self._said_at_the_end())
        elif not self._finish_reason and not self._whole:
            found.append(_("The server did not say why the reply ended."))
        if self._lost:
            found.append(_("Part of the reply could not be read and is missing."))
        return found

    def _said_at_the_end(self) -> str:
        sentences = {
            End.CONTEXT: _(
                "The reply was cut off because the model's context window is full. Start a new conversation."
            ),
            End.FILTER: _("The provider's content filter stopped the reply (“{reason}”)."),
            End.PAUSED: _("The server paused the reply (“{reason}”)."),
            End.REPEATED: _("The server stopped the reply because it repeated itself (“{reason}”)."),
        }
        if self._end is End.FILTER and not self._words:
            return _("The provider's content filter withheld the reply (“{reason}”).").format(reason=self._shown_reason)
        sentence = sentences.get(self._end, _("The reply ended with “{reason}”."))
        return sentence.format(reason=self._shown_reason)

    def _cut(self) -> str:
        if self._has_text:
            return _("The reply was cut off at the token limit.")
        return _("The token limit was reached before the answer began. Raise it in the settings.")

    def _asked_for_tool(self) -> str:
        if self._tool:
            name = self._key.excerpt(self._tool, 60)
            return _("The model asked for a tool ({name}), which is not supported here.").format(name=name)
        return _("The model asked for a tool, which is not supported here.")


def cut_off(*, begun: bool) -> GatewayError:
    """Return the failure of a reply that ended before its end."""
    if begun:
        sentence = _("The reply ended early. The partial reply was kept; try again or continue.")
    else:
        sentence = _("The connection closed before the reply began. Try again.")
    return GatewayError("interrupted", sentence, retryable=True)


def unexpected(text: str, key: ApiKey) -> GatewayError:
    """Return the failure of an answer that is neither JSON nor an event stream."""
    sentence = _("This is not the response of an OpenAI-compatible server. Check the address.")
    if said := key.excerpt(text, 120):
        sentence = _("{sentence} It begins: {said}").format(sentence=sentence, said=said)
    return GatewayError("protocol", sentence)
