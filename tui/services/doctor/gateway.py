"""Checks of the gateway, step by step."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from time import perf_counter
from urllib.parse import urlsplit

from tui.api.address import parse_address
from tui.api.probe import Secured, reach
from tui.api.transport import ProxyChoice, choose_proxy
from tui.domain.chat import ChatCompletionChunk, ChatRequest, Role
from tui.domain.errors import ChinwagError, GatewayError
from tui.domain.finish import End, end_of
from tui.domain.i18n import N_, _, plural
from tui.domain.settings import GenerationOptions
from tui.services.doctor.check import Case, Finding, failure, ok, skipped, warning
from tui.store.secrets import masked

DAY = 86_400.0
SOON = 14
"""Days before its expiry at which a certificate causes a warning."""
PROMPT = "Say hi."
REPLY_TOKENS = 16
"""Some gateways refuse fewer."""
MOST_SHOWN = 2
"""Addresses of one name."""

_CHECK_ADDRESS = N_("Check the address: open chinwag and press shift+f4.")
_CHECK_KEY = N_("Enter the key again: open chinwag and press shift+f4, or set CHINWAG_API_KEY.")
_TRY_AGAIN = N_("Wait a moment and run chinwag doctor again.")
_NAME_MODEL = N_("Choose a model: chinwag --model ID doctor")
_OTHER_MODEL = N_("Choose another model: chinwag --model ID doctor")
_CHECK_NETWORK = N_("Check the address, the network and the proxy.")

_ADVICE = {
    "auth": _CHECK_KEY,
    "payment": N_("Top up at the gateway, or use another key."),
    "forbidden": N_("Use another key or model; what a key may do is set at the gateway."),
    "firewall": N_(
        "Try another network, without VPN or proxy, or ask the operator of the server to let chinwag through."
    ),
    "region": N_("Use a gateway that serves your country or region."),
    "filtered": _OTHER_MODEL,
    "no_chat": _OTHER_MODEL,
    "context_length": N_("Choose a model with a larger context window: chinwag --model ID doctor"),
    "not_found": N_("Check the address, or choose another model: chinwag --model ID doctor"),
    "bad_request": N_("Choose another model: chinwag --model ID doctor; if none works, check the address."),
    "too_large": _OTHER_MODEL,
    "rate_limit": N_("Wait as long as the server asks, then run chinwag doctor again."),
    "empty": _OTHER_MODEL,
    "network": _CHECK_NETWORK,
    "dropped": _CHECK_NETWORK,
    "tls": N_("Check the address; for a certificate of your own, set ca_file in the settings."),
}
_MODEL_KINDS = ("not_found", "bad_request", "protocol")
"""Failures of a chat that are the model's when the address has just given a model list."""
_LIST_KINDS = ("not_found", "forbidden", "bad_request", "server", "overloaded")
"""Failures of a model list after which a chat may still work."""


async def find_key(case: Case) -> Finding:
    """Get the key from the profile's source."""
    assert case.profile is not None
    source = _source(case)
    try:
        case.key = await case.services.keys.get(case.profile) or ""
    except ChinwagError as error:
        return failure(str(error), _(_CHECK_KEY))
    if case.key:
        return ok(_("{key} from {source}").format(key=masked(case.key), source=source))
    if case.profile.headers:
        return ok(_("none; the headers from this gateway's settings are sent"))
    if _is_here(case.profile.base_url):
        return ok(_("none; servers on this machine rarely need one"))
    return warning(_("No key is set."), _("Enter one: open chinwag and press shift+f4, or set CHINWAG_API_KEY."))


async def read_address(case: Case) -> Finding:
    """Parse the address, and find the proxy for it."""
    assert case.profile is not None
    try:
        case.address = parse_address(case.profile.base_url)
    except GatewayError as error:
        return failure(str(error), _(_CHECK_ADDRESS))
    case.proxy = await asyncio.to_thread(choose_proxy, case.address, case.profile.proxy)
    return ok(_("{base} ({name})").format(base=case.address.base, name=case.profile.name))


async def look_up_name(case: Case) -> Finding:
    """Look up the host to connect to: the gateway's, or the proxy's."""
    host, port = _next_hop(case)
    if host is None:
        return failure(_("The address of the proxy is not valid."), _correct(case.proxy))
    loop = asyncio.get_running_loop()
    try:
        answers = await loop.getaddrinfo(host, port, type=1)  # SOCK_STREAM
    except (OSError, UnicodeError):
        return failure(_("The name {host} was not found.").format(host=host), _("Check the address and the network."))
    found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    shown = ", ".join(found[:MOST_SHOWN]) + (", …" if len(found) > MOST_SHOWN else "")
    if case.proxy is not None:
        return ok(_("the proxy {host} is {addresses}; it looks up the gateway").format(host=host, addresses=shown))
    return ok(shown if shown == host else _("{host} is {addresses}").format(host=host, addresses=shown))


async def connect(case: Case) -> Finding:
    """Connect, with TLS if the address asks for it, without sending a request."""
    assert case.address is not None
    assert case.profile is not None
    case.reached = await reach(case.address, case.proxy, case.profile.clocks, case.profile.ca_file)
    if case.reached.seconds is None:
        why = case.reached.failure
        return (
            failure(str(why), _advice(why)) if why is not None else failure(_("No connection."), _(_ADVICE["network"]))
        )
    return ok(_("connected in {time}").format(time=_time(case.reached.seconds)))


async def name_proxy(case: Case) -> Finding:
    """Report the proxy, and who named it."""
    assert case.address is not None
    if case.proxy is not None:
        return ok(_("{proxy}, set by {source}").format(proxy=case.proxy.shown, source=case.proxy.source))
    if case.address.is_loopback:
        return ok(_("none; this machine is always reached directly"))
    return ok(_("none"))


async def check_tls(case: Case) -> Finding:
    """Report how the connection is secured."""
    assert case.address is not None
    if case.reached.failure is not None:
        return failure(str(case.reached.failure), _advice(case.reached.failure))
    if case.reached.secured is not None:
        return _describe_tls(case.reached.secured)
    if case.address.in_the_clear:
        return warning(
            _("The API key and the conversation are sent unencrypted to {server}.").format(server=case.address.server),
            _("Use an https:// address."),
        )
    return skipped(_("the address is http://, on this machine or a private network"))


async def list_models(case: Case) -> Finding:
    """List the models with the key."""
    assert case.profile is not None
    started = perf_counter()
    try:
        case.gateway = await case.connect(case.profile, case.key or None)
        case.models = await case.gateway.list_models()
    except GatewayError as error:
        can_chat = error.kind == "not_found" or (case.profile.model and error.kind in _LIST_KINDS)
        return (warning if can_chat else failure)(str(error), _advice(error, case))
    if not case.models:
        return warning(_("The model list is empty."), _(_NAME_MODEL))
    count = plural("{n} model", "{n} models", len(case.models))
    return ok(_("{models} in {time}").format(models=count, time=_time(perf_counter() - started)))


async def stream_a_reply(case: Case) -> Finding:
    """Ask for a few tokens, once. It observes its own time limit, to report what has come by then."""
    assert case.profile is not None
    model = case.profile.model or (case.models[0].id if case.models else "")
    if not model or case.gateway is None:
        return skipped(_("no model is known"), _(_NAME_MODEL))
    request = ChatRequest(
        model, [(Role.USER, PROMPT)], GenerationOptions(max_tokens=REPLY_TOKENS), stream=case.profile.stream
    )
    started = perf_counter()
    first: float | None = None
    last = ChatCompletionChunk()
    most = case.seconds(case.limits.stream)
    try:
        async with asyncio.timeout(most), aclosing(case.gateway.stream_chat(request, on_retry=_ask_no_more)) as chunks:
            async for last in chunks:
                if first is None and (last.delta or last.reasoning):
                    first = perf_counter() - started
    except TimeoutError:
        if first is None:
            return failure(
                _("{model} did not start replying within {n:.2g} s.").format(model=model, n=most),
                _(
                    "A large model may still be loading: run chinwag doctor again, or choose another model with --model."
                ),
            )
        sentence = _("{model}: the first token came after {first}, but the end not within {n:.2g} s.")
        return warning(sentence.format(model=model, first=_time(first), n=most), _(_TRY_AGAIN))
    except GatewayError as error:
        return (warning if error.kind == "empty" else failure)(str(error), _advice(error, case))
    total = _time(perf_counter() - started)
    end = end_of(last.finish_reason or "stop")
    if end is End.FILTER:
        return warning(_("{model}: {notice}").format(model=model, notice=last.notice), _(_OTHER_MODEL))
    if first is None and end is not End.LENGTH:  # a model may think, unseen, for longer than it is let
        return warning(_("{model} replied without text in {time}.").format(model=model, time=total), _(_TRY_AGAIN))
    if first is None:
        return ok(_("{model}: replied in {time}, without text so far").format(model=model, time=total))
    return ok(
        _("{model}: first token after {first}, all after {total}").format(model=model, first=_time(first), total=total)
    )


def _ask_no_more(seconds: float, error: GatewayError) -> None:
    """Prevent a retry: only one request was agreed to."""
    raise error


def _is_here(base_url: str) -> bool:
    try:
        return parse_address(base_url).is_loopback
    except GatewayError:
        return False


def _source(case: Case) -> str:
    assert case.profile is not None
    match case.profile.key.kind:
        case "env":
            return _("the variable {name}").format(name=case.profile.key.where)
        case "keyring":
            return _("the system's keyring")
        case "command":
            return _("a command")
        case _other:
            return _("the file secrets.toml")


def _next_hop(case: Case) -> tuple[str | None, int]:
    assert case.address is not None
    if case.proxy is None:
        return case.address.host, case.address.port
    try:
        parts = urlsplit(case.proxy.url)
        port = parts.port
    except ValueError:
        return None, 0
    return parts.hostname, port or 80


def _describe_tls(secured: Secured) -> Finding:
    issuer = secured.issuer or _("an unnamed issuer")
    if secured.expires is None:
        return ok(_("{version}, certificate of {issuer}").format(version=secured.version, issuer=issuer))
    days = int((secured.expires - time.time()) // DAY)
    left = plural("{n} day left", "{n} days left", days)
    found = _("{version}, certificate of {issuer}, {left}").format(version=secured.version, issuer=issuer, left=left)
    return ok(found) if days > SOON else warning(found, _("Ask the operator of the server to renew its certificate."))


def _advice(error: GatewayError, case: Case | None = None) -> str:
    if case is not None and error.kind in _MODEL_KINDS and case.models:
        return _(_OTHER_MODEL)
    if case is not None and error.kind == "auth" and case.profile is not None and case.profile.key.kind == "env":
        return _("Correct the variable {name}.").format(name=case.profile.key.where)
    if error.kind == "rate_limit" and error.retry_after is None:
        return _(_TRY_AGAIN)
    return _(_ADVICE.get(error.kind, _TRY_AGAIN if error.retryable else _CHECK_ADDRESS))


def _correct(proxy: ProxyChoice | None) -> str:
    return _("Correct or unset {source}.").format(source=proxy.source if proxy is not None else "")


def _time(seconds: float) -> str:
    return _("{n} ms").format(n=round(seconds * 1000)) if seconds < 1 else _("{n:.1f} s").format(n=seconds)
