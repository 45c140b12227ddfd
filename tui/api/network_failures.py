"""httpx's exceptions as GatewayErrors that name the step that failed."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import httpx
from httpcore import AsyncNetworkStream

from tui.api.address import Address
from tui.api.api_key import ApiKey
from tui.api.failures import PassingError
from tui.api.reply import cut_off
from tui.api.transport import ProxyChoice
from tui.domain.errors import GatewayError, GatewayErrorKind
from tui.domain.i18n import _

_E = TypeVar("_E", bound=BaseException)


class Route:
    """Where a request goes and how far it has got, to explain its failure."""

    def __init__(self, address: Address, proxy: ProxyChoice | None, key: ApiKey, connect: float) -> None:
        self._address = address
        self._proxy = proxy
        self._key = key
        self._connect = connect
        self._step = ""
        self._socket: AsyncNetworkStream | None = None

    async def trace(self, step: str, info: Mapping[str, Any]) -> None:
        """Record a step, as httpcore's `trace` extension."""
        self._step = step
        if step.endswith("connect_tcp.complete"):
            self._socket = info.get("return_value")

    async def abandon(self) -> None:
        """Close what a cancelled request has opened: httpcore leaves a half-open TLS connection behind."""
        if self._socket is not None:
            await self._socket.aclose()

    def failure_to_send(self, error: Exception) -> GatewayError:
        """Return the failure of a request that broke before the answer began."""
        if isinstance(error, httpx.ConnectTimeout):
            sentence = _("No connection to {server} within {n:g} seconds. Check the address and the network.")
            return self._passing(sentence.format(server=self._next_hop, n=self._connect))
        if isinstance(error, httpx.ProxyError):
            return self._proxy_failure(error)
        if isinstance(error, httpx.ConnectError) or _cause(error, ssl.SSLError) is not None:
            return self._connect_failure(error)
        if isinstance(error, httpx.WriteTimeout):
            sentence = _("The request could not be sent: {server} accepts no more data. Try again.")
            return GatewayError("network", sentence.format(server=self._address.server), retryable=True)
        if isinstance(error, (httpx.InvalidURL, UnicodeError)) or "location header" in str(error):
            return GatewayError("redirect", _("The server redirects to an invalid address. Check the address."))
        if isinstance(error, httpx.RemoteProtocolError) and "without sending" not in str(error):
            sentence = _(
                "{server} does not speak HTTP. Check the address: should it start with https:// instead of http://?"
            )
            return GatewayError("protocol", sentence.format(server=self._address.server))
        if isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError, OSError)):
            sentence = _("{server} closed the connection without a response. Try again.")
            return self._passing(sentence.format(server=self._address.server), "dropped")
        return self._other(error)

    def failure_to_read(self, error: Exception, *, heard: bool, begun: bool) -> GatewayError:
        """Return the failure of an answer that broke off; `heard` if part of its body had come, `begun` if text had."""
        if isinstance(error, httpx.DecodingError):
            return GatewayError("protocol", _("The compressed response could not be unpacked. Try again."))
        if not heard:
            sentence = _("{server} closed the connection before its response. Try again.")
            return self._passing(sentence.format(server=self._address.server), "dropped")
        if begun:
            sentence = _("The connection was lost while the reply was arriving. The partial reply was kept.")
            return GatewayError("interrupted", sentence, retryable=True)
        return cut_off(begun=False)

    def _connect_failure(self, error: Exception) -> GatewayError:
        if _cause(error, socket.gaierror) is not None:
            sentence = _("The name {server} was not found. Check the address and the network.")
            return GatewayError("network", sentence.format(server=self._next_hop), retryable=True)
        certificate = _cause(error, ssl.SSLCertVerificationError)
        if certificate is not None:
            sentence = _(
                "The certificate of {server} is not trusted: {why}. If it is your own, set ca_file to its file in the settings."
            )
            why = self._key.excerpt(certificate.verify_message, 100)
            return GatewayError("tls", sentence.format(server=self._address.server, why=why))
        if "start_tls" in self._step or _cause(error, ssl.SSLError) is not None:
            sentence = _(
                "The secure connection to {server} failed. Should the address start with http:// instead of https://?"
            )
            return GatewayError("tls", sentence.format(server=self._address.server))
        if _cause(error, ConnectionRefusedError) is not None:
            sentence = _("Could not connect to {server}: connection refused. Is the server running?")
            return self._passing(sentence.format(server=self._next_hop))
        sentence = _("Could not connect to {server}. Check the address and the network.")
        return GatewayError("network", sentence.format(server=self._next_hop), retryable=True)

    def _proxy_failure(self, error: Exception) -> GatewayError:
        sentence = _("The proxy {proxy} refused the connection: {why}").format(
            proxy=self._next_hop, why=self._key.excerpt(str(error), 100)
        )
        return GatewayError("network", sentence, retryable=True)

    def _other(self, error: Exception) -> GatewayError:
        sentence = _("The request to {server} failed: {why}").format(
            server=self._address.server, why=self._key.excerpt(str(error), 200) or type(error).__name__
        )
        return GatewayError("network", sentence, retryable=True)

    @property
    def _next_hop(self) -> str:
        if self._proxy is None:
            return self._address.server
        return _("the proxy {proxy} ({source})").format(proxy=self._proxy.shown, source=self._proxy.source)

    @staticmethod
    def _passing(sentence: str, kind: GatewayErrorKind = "network") -> GatewayError:
        return PassingError(kind, sentence, retryable=True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and every error that led to it."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [inner for inner in (one.__cause__, one.__context__) if inner is not None]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _cause(error: BaseException, kind: type[_E]) -> _E | None:
    return next((one for one in _chain(error) if isinstance(one, kind)), None)
