"""Errors reported by a server: a status and a body in one of many forms in, a GatewayError out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tui.api.api_key import ApiKey
from tui.api.reading import UnreadableError, decode
from tui.domain.errors import GatewayError, GatewayErrorKind
from tui.domain.i18n import _

BODY_LIMIT = 64 * 1024
"""Bytes of an error's body that are read."""

TRY_AGAIN: frozenset[GatewayErrorKind] = frozenset(
    [
        "rate_limit",
        "overloaded",
        "server",
        "timeout",
        "stalled",
        "interrupted",
        "upstream",
        "network",
        "dropped",
        "empty",
    ]
)
"""Failures that may pass by trying again without changing anything."""

_PASSES_BY_ITSELF = {408, 409, 425, 429, 500, 502, 503, 504, *range(520, 531)}

_KINDS: dict[int, GatewayErrorKind] = {
    401: "auth",
    402: "payment",
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    407: "network",
    408: "timeout",
    409: "overloaded",
    410: "not_found",
    413: "too_large",
    425: "overloaded",
    429: "rate_limit",
    503: "overloaded",
    504: "timeout",
    524: "timeout",
    529: "overloaded",
}

_CREDIT = re.compile(
    r"insufficient[_ ](user[_ ])?(quota|balance|credit|fund)|exceeded your current quota|credit balance is too low"
    r"|billing|out of credits|no credits|payment[_ ]required|pre_consume_token_quota_failed"
    r"|余额不足|额度不足|额度已用|额度失败|配额不足|欠费"
)
_CREDIT_STATUSES = {400, 401, 402, 403, 429}
_CONTEXT = re.compile(
    r"context_length_exceeded|exceed_context_size|context length|context window|context size|prompt is too long"
    r"|input is too long|上下文长度|上下文过长"
)
_CONTEXT_STATUSES = {400, 413, 422, 500}
_UNKNOWN_MODEL = re.compile(
    r"model_not_found|invalid model name|model not exist|(no such|unknown) model|model\b.{0,100}?(not found|not exist)"
)
_UNKNOWN_MODEL_STATUSES = {400, 422}
_NO_KEY_LOOKUP = "no_db_connection"
"""LiteLLM without a database answers this, with status 400, to every key but its master key."""
_NAMED_KINDS: list[tuple[re.Pattern[str], GatewayErrorKind]] = [
    (re.compile(r"rate[_ ]?limit|too[_ ]many[_ ]requests|throttl"), "rate_limit"),
    (re.compile(r"invalid_api_key|authentication|unauthorized|incorrect api key"), "auth"),
    (re.compile(r"permission|forbidden"), "forbidden"),
    (re.compile(r"model_not_found|not_found_error|does not exist"), "not_found"),
    (re.compile(r"overloaded|unavailable"), "overloaded"),
    (re.compile(r"invalid_request|invalid_parameter"), "bad_request"),
]

_SENTENCE_FIELDS = ("message", "detail", "msg", "err", "error_msg", "error_message", "errors")
_CODE_FIELDS = ("code", "type", "status", "param")
_PAGE = re.compile(r"\s*\W*\s*(<!doctype html|<html\b).*", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_MOST_SENTENCES = 3
_DEEPEST = 4


class PassingError(GatewayError):
    """A failure that may pass in a moment, so the client retries by itself."""


@dataclass(slots=True)
class Said:
    """What an error's body says."""

    sentence: str = ""
    codes: list[str] = field(default_factory=list)

    @property
    def status(self) -> int | None:
        """The HTTP status that a code names, when the error came with a success status."""
        for code in self.codes:
            if re.fullmatch(r"[45]\d\d", code):
                return int(code)
        return None


def read_error(body: Any) -> Said:
    """Return the sentence and the codes of an error, which may be an object, a list, text or a web page."""
    if isinstance(body, str):
        return _read_text(body)
    said = Said()
    if isinstance(body, (dict, list)):
        said.sentence = "; ".join(list(dict.fromkeys(_without_page(one) for one in _sentences(body)))[:_MOST_SENTENCES])
        said.codes = list(_codes(body))
    return said


def refusal(status: int, headers: Mapping[str, str], body: str, key: ApiKey) -> GatewayError:
    """Return the failure for an answer with an error status."""
    said = read_error(body)
    request_id = headers.get("x-request-id") or headers.get("request-id")
    return _failure(status, said, key, request_id, retry_after(headers))


def hidden_error(body: Any, key: ApiKey, *, begun: bool) -> GatewayError:
    """Return the failure for an error inside an answer with status 200.

    Before the reply began it is treated like the status it names; after that the provider broke off.
    """
    said = read_error(body)
    if begun:
        return GatewayError("upstream", _with(_sentence_of("upstream"), said.sentence, None, key), retryable=True)
    return _failure(said.status, said, key, None, None)


def web_page(text: str, base: str, key: ApiKey) -> GatewayError:
    """Return the failure for a web page in place of an answer."""
    sentence = _("{url} returned a web page instead of an API response. Check the address.").format(url=base)
    title = _read_text(text).sentence
    if title:
        sentence = _("{sentence} The page is called “{title}”.").format(sentence=sentence, title=key.excerpt(title, 80))
    return GatewayError("protocol", sentence)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that `retry-after-ms` or `Retry-After` (seconds or a date) ask for."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", value):
            return float(value) * scale
        if value and name == "retry-after":
            return _seconds_until(value)
    return None


def _seconds_until(date: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _failure(status: int | None, said: Said, key: ApiKey, request_id: str | None, wait: float | None) -> GatewayError:
    kind = _classify(status, said)
    advice = _key_refused(key) if kind == "auth" else _sentence_of(kind)
    sentence = _with(advice, said.sentence, status, key)
    if wait is not None and wait >= 1:
        sentence = _("{sentence} The server asks to wait {n} s.").format(sentence=sentence, n=round(wait))
    passing = kind in TRY_AGAIN and (kind == "rate_limit" if status is None else status in _PASSES_BY_ITSELF)
    return (PassingError if passing else GatewayError)(
        kind,
        sentence,
        status=status,
        request_id=key.excerpt(request_id, 100) if request_id else None,
        retryable=kind in TRY_AGAIN,
        retry_after=wait,
    )


def _classify(status: int | None, said: Said) -> GatewayErrorKind:
    words = " ".join([*said.codes, said.sentence]).lower()
    if (status is None or status in _CREDIT_STATUSES) and _CREDIT.search(words):
        return "payment"
    if (status is None or status in _CONTEXT_STATUSES) and _CONTEXT.search(words):
        return "context_length"
    if status in _UNKNOWN_MODEL_STATUSES and _UNKNOWN_MODEL.search(words):
        return "not_found"
    if _NO_KEY_LOOKUP in said.codes:
        return "auth"
    if status is None:
        return next((kind for pattern, kind in _NAMED_KINDS if pattern.search(words)), "upstream")
    if status in _KINDS:
        return _KINDS[status]
    return "server" if status >= 500 else "bad_request"


def _sentence_of(kind: GatewayErrorKind) -> str:
    return {
        "payment": _("No credit or quota is left, and waiting does not help. Top up or use another key."),
        "forbidden": _(
            "This key is not allowed to do that, or the balance is used up. Top up, or use another key or model."
        ),
        "not_found": _(
            "The server does not know this model or address. Choose a model from the list or check the address."
        ),
        "context_length": _("The conversation is too long for this model. Shorten it or start a new one."),
        "too_large": _("The request is too large for this server. Shorten the conversation."),
        "rate_limit": _("Too many requests. Wait a moment and try again."),
        "overloaded": _("The server is busy or still loading the model. Try again in a moment."),
        "server": _("The server reported an error. Try again in a moment."),
        "timeout": _("The server got no response in time. Try again."),
        "upstream": _("The provider failed during the reply. Try again."),
        "network": _("The proxy requires a user name and a password. Add them to its address."),
    }.get(kind, _("The server refused the request."))


def _key_refused(key: ApiKey) -> str:
    if key.variable:
        sentence = _("The API key was not accepted. Correct the environment variable {variable} and restart chinwag.")
        return sentence.format(variable=key.variable)
    return _("The API key was not accepted. Check the key in the settings.")


def _with(sentence: str, detail: str, status: int | None, key: ApiKey) -> str:
    detail = key.excerpt(detail)
    if detail and status is not None:
        return _("{sentence} The server says ({status}): {detail}").format(
            sentence=sentence, status=status, detail=detail
        )
    if detail:
        return _("{sentence} The server says: {detail}").format(sentence=sentence, detail=detail)
    if status is not None:
        return _("{sentence} (status {status})").format(sentence=sentence, status=status)
    return sentence


def _read_text(text: str) -> Said:
    text = text.strip().removeprefix("\ufeff")
    if text[:1] in ("{", "["):
        try:
            return read_error(decode(text))
        except UnreadableError:
            return Said(text)
    return Said(_title(text) if text[:1] == "<" else _without_page(text))


def _title(page: str) -> str:
    from html import unescape

    title = _TITLE.search(page)
    return unescape(title[1]).strip() if title else ""


def _without_page(sentence: str) -> str:
    """Return a sentence with only the title of a web page that it quotes: relays quote whole error pages."""
    page = _PAGE.search(sentence)
    if page is None:
        return sentence
    return " - ".join(part for part in (sentence[: page.start()].strip(), _title(page[0])) if part)


def _sentences(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the sentences in an error, the most specific first."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif depth > _DEEPEST:
        return
    elif isinstance(value, list):
        for item in value:
            yield from _sentences(item, depth + 1)
    elif isinstance(value, dict):
        if value.get("error"):
            found = list(_sentences(value["error"], depth + 1))
            yield from found
            if found and not isinstance(value["error"], str):
                return
        for name in _SENTENCE_FIELDS:
            if found := list(_sentences(value.get(name), depth + 1)):
                where = _place(value.get("loc"))
                yield from (f"{where}: {sentence}" if where else sentence for sentence in found)
                return


def _place(loc: Any) -> str:
    """Return the field that a validation error is about: `["body", "temperature"]` is "temperature"."""
    parts = [str(part) for part in loc if isinstance(part, (str, int))] if isinstance(loc, list) else []
    return ".".join(parts[1:] if parts[:1] == ["body"] else parts)


def _codes(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the codes in an error, the innermost first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _codes(item, depth + 1)
    elif isinstance(value, dict):
        yield from _codes(value.get("error"), depth + 1)
        for name in _CODE_FIELDS:
            code = value.get(name)
            if isinstance(code, (str, int)) and not isinstance(code, bool):
                yield str(code)
