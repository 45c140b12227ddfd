"""Tests the connection to a gateway without sending a request."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import httpx

from tui.api.address import Address
from tui.api.api_key import ApiKey
from tui.api.network_failures import Route
from tui.api.transport import ProxyChoice, open_client, proxy_secrets
from tui.domain.errors import GatewayError
from tui.domain.settings import Clocks


@dataclass(frozen=True, slots=True)
class Secured:
    """A TLS connection that was made and verified."""

    version: str
    issuer: str
    """The common name of the certificate's issuer; empty if the system does not provide it."""
    expires: float | None
    """Unix time."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a connection got. `failure` says why it got no further."""

    seconds: float | None = None
    """Until the connection to the server, or its proxy, was open; None if it never was."""
    secured: Secured | None = None
    """None without TLS, and if TLS failed."""
    failure: GatewayError | None = None


async def reach(address: Address, proxy: ProxyChoice | None, clocks: Clocks, ca_file: str = "") -> Reached:
    """Return how far a connection gets: made as for any request, through the proxy and with TLS, and closed before
    sending."""
    try:
        http = await asyncio.to_thread(open_client, address, clocks, proxy, ca_file)
    except GatewayError as error:
        return Reached(failure=error)
    secrets = ApiKey(None)
    if proxy is not None:
        secrets.hide(proxy_secrets(proxy.url))
    route = Route(address, proxy, secrets, clocks.connect)
    meter = _Meter(route)
    failure: GatewayError | None = None
    try:
        await http.send(http.build_request("GET", address.base, extensions={"trace": meter.trace}), stream=True)
    except _ArrivedError:
        pass
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
        failure = route.failure_to_send(error)
    finally:
        await route.abandon()
        await http.aclose()
    return Reached(meter.seconds, meter.secured, failure)


class _ArrivedError(Exception):
    """The request would be sent now."""


class _Meter:
    """Measures the steps of a connection."""

    def __init__(self, route: Route) -> None:
        self.seconds: float | None = None
        self.secured: Secured | None = None
        self._route = route
        self._started = perf_counter()

    async def trace(self, step: str, info: Mapping[str, Any]) -> None:
        """Record a step, as httpcore's `trace` extension."""
        await self._route.trace(step, info)
        if step.endswith("connect_tcp.started"):
            self._started = perf_counter()
        elif step.endswith("connect_tcp.complete"):
            self.seconds = perf_counter() - self._started
        elif step.endswith("start_tls.complete"):  # the last one is the gateway's; a proxy may come before it
            self.secured = _secured(info["return_value"].get_extra_info("ssl_object"))
        elif step.endswith("send_request_headers.started") and info["request"].method != b"CONNECT":
            raise _ArrivedError


def _secured(tls: ssl.SSLObject) -> Secured:
    certificate = tls.getpeercert() or {}
    ends = certificate.get("notAfter")
    return Secured(
        version=tls.version() or "",
        issuer=_common_name(certificate.get("issuer")),
        expires=ssl.cert_time_to_seconds(ends) if isinstance(ends, str) else None,
    )


def _common_name(issuer: Any) -> str:
    """Return the issuer's common name, else its organisation, from the tuple of tuples of pairs of `ssl.getpeercert`."""
    names = {name: value for part in issuer or () for name, value in part}
    return str(names.get("commonName") or names.get("organizationName") or "")
