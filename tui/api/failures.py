"""Errors reported by a server: a status and a body in one of many forms in, a GatewayError out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.api.api_key import ApiKey
from tui.api.error_body import Said, read_error
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
_PASSES_ANYHOW: tuple[GatewayErrorKind, ...] = ("rate_limit", "overloaded")
_CLOUDFLARE = range(520, 531)
_FORBIDDEN = 403
_EXCERPT = 300
_SOON = 60.0
"""Seconds up to which a wait is "a moment"."""


class PassingError(GatewayError):
    """A failure that may pass in a moment, so the client retries by itself."""


def refusal(status: int, headers: Mapping[str, str], body: str, key: ApiKey) -> GatewayError:
    """Return the failure for an answer with an error status."""
    said = read_error(body)
    return _failure(status, said, key, headers)


def hidden_error(body: Any, key: ApiKey, *, begun: bool) -> GatewayError:
    """Return the failure for an error inside an answer with status 200.

    Before the reply began it is treated like the status it names; after that the provider broke off.
    """
    said = read_error(body)
    if begun:
        return GatewayError("upstream", _with(_sentence_of("upstream"), said.sentence, None, key), retryable=True)
    return _failure(said.status, said, key, {})


def web_page(text: str, base: str, key: ApiKey) -> GatewayError:
    """Return the failure for a web page in place of an answer."""
    from tui.api.causes import blocks

    sentence = _("{url} returned a web page instead of an API response. Check the address.").format(url=base)
    said = read_error(text)
    if title := said.sentence:
        sentence = _("{sentence} The page is called “{title}”.").format(sentence=sentence, title=key.excerpt(title, 80))
    if blocks(text):
        return GatewayError("firewall", _with(_sentence_of("firewall"), said.sentence, None, key))
    return GatewayError("protocol", sentence)


def _failure(status: int | None, said: Said, key: ApiKey, headers: Mapping[str, str]) -> GatewayError:
    from tui.api.causes import cause_of  # these tables are seldom needed, and take a while to compile
    from tui.api.waiting import lasting, wait_asked

    wait = wait_asked(headers, said, limited=False)
    kind = cause_of(status, said, challenged=headers.get("cf-mitigated") == "challenge", wait=wait)
    if kind == "rate_limit":
        wait = wait_asked(headers, said, limited=True)
    advice = _advice(kind, status, said, key)
    if kind == "rate_limit" and (wait or 0) > _SOON:
        advice = _("The rate limit is reached. Try again when it resets.")
    sentence = _with(advice, said.sentence, status, key)
    if wait is not None and wait >= 1 and kind in TRY_AGAIN:
        sentence = _("{sentence} The server asks to wait {time}.").format(sentence=sentence, time=lasting(wait))
    passing = kind in TRY_AGAIN and (status in _PASSES_BY_ITSELF or kind in _PASSES_ANYHOW)
    request_id = headers.get("x-request-id") or headers.get("request-id")
    return (PassingError if passing else GatewayError)(
        kind,
        sentence,
        status=status,
        request_id=key.excerpt(request_id, 100) if request_id else None,
        retryable=kind in TRY_AGAIN,
        retry_after=wait,
    )


def _advice(kind: GatewayErrorKind, status: int | None, said: Said, key: ApiKey) -> str:
    from tui.api.causes import says_only_forbidden

    if kind == "auth":
        return _key_refused(key)
    if kind == "forbidden" and status == _FORBIDDEN and says_only_forbidden(said):
        return _("The server refused this without a reason. Check the key and its balance, or use another model.")
    if kind in ("server", "timeout") and status in _CLOUDFLARE and said.page:
        return _("Cloudflare got no proper response from the server behind it. Try again in a moment.")
    return _sentence_of(kind)


def _sentence_of(kind: GatewayErrorKind) -> str:
    return {
        "payment": _("No credit or quota is left, and waiting does not help. Top up or use another key."),
        "forbidden": _("This key may not do that. Use another key or model."),
        "firewall": _(
            "A firewall or bot check in front of the server blocked the request. Try another network, without VPN or proxy."
        ),
        "region": _("The provider does not offer this in your country or region. Use another gateway."),
        "filtered": _("The provider's content filter refused the prompt. Edit it, or use another model."),
        "no_chat": _("This model cannot chat. Choose another model."),
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
    detail = _excerpt(detail, key)
    if detail and status is not None:
        return _("{sentence} The server says ({status}): {detail}").format(
            sentence=sentence, status=status, detail=detail
        )
    if detail:
        return _("{sentence} The server says: {detail}").format(sentence=sentence, detail=detail)
    if status is not None:
        return _("{sentence} (status {status})").format(sentence=sentence, status=status)
    return sentence


def _excerpt(said: str, key: ApiKey) -> str:
    """Return the beginning of what a server says, and in any case when to try again."""
    text = key.excerpt(said, len(said) + 1)
    if len(text) <= _EXCERPT:
        return text
    from tui.api.waiting import advice_in

    where = advice_in(text)
    if where is None or where[1] < _EXCERPT:
        return key.excerpt(said, _EXCERPT)
    start = max(text.rfind(". ", 0, where[0]) + 2, where[0] - 60)
    return f"{text[: _EXCERPT - 120].rstrip()}… {text[start : where[1]]}"
