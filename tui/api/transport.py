"""Connections to a gateway: TLS by the system's certificates or the user's file, proxies of the environment or the
settings."""

from __future__ import annotations

import os
import ssl
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import truststore

from tui.api.address import Address
from tui.domain.errors import GatewayError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.domain.settings import NO_PROXY, Clocks

_CA_FILE = "SSL_CERT_FILE"
_CA_FOLDER = "SSL_CERT_DIR"


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """A proxy, and what named it. The URL may hold a password and is never shown."""

    url: str
    source: str

    def __repr__(self) -> str:
        return f"ProxyChoice({self.shown!r}, {self.source!r})"

    @property
    def shown(self) -> str:
        """Host and port of the proxy, without user and password."""
        netloc = self.url.partition("://")[2].partition("/")[0]
        return one_line(netloc.rpartition("@")[2], 100)


def choose_proxy(address: Address, wanted: str) -> ProxyChoice | None:
    """Return the proxy for an address: `wanted`, or that of the environment if it is empty.

    None for `NO_PROXY`, and always for loopback.
    """
    if not wanted:
        return find_proxy(address)
    return None if wanted == NO_PROXY or address.is_loopback else ProxyChoice(wanted, _("the settings"))


def proxy_secrets(url: str) -> list[str]:
    """Return the password in a proxy's URL, as written and percent-decoded."""
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    return [password, unquote(password)]


def find_proxy(address: Address) -> ProxyChoice | None:
    """Return the proxy that the environment or the system's settings name for an address. Never one for loopback."""
    if address.is_loopback:
        return None
    proxies = urllib.request.getproxies()
    scheme = next((scheme for scheme in (address.scheme, "all") if proxies.get(scheme)), None)
    if scheme is None or urllib.request.proxy_bypass(f"{address.host}:{address.port}"):
        return None
    url = proxies[scheme]
    names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")
    source = next((name for name in names if name in os.environ), _("the system's settings"))
    return ProxyChoice(url if "://" in url else f"http://{url}", source)


def open_client(address: Address, clocks: Clocks, proxy: ProxyChoice | None, ca_file: str = "") -> httpx.AsyncClient:
    """Return a new HTTP client; slow, so call it in a thread. GatewayError for unusable certificates or proxies.

    `ca_file` is trusted in addition to the system's certificates.
    """
    # Small local servers often drop kept-alive connections, and a new one costs nothing.
    kept = 0 if address.is_loopback else 8
    transport = httpx.AsyncHTTPTransport(
        verify=_tls_context(ca_file) if address.scheme == "https" else _no_tls(),
        trust_env=False,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=kept, keepalive_expiry=60.0),
        proxy=_proxy(proxy, ca_file) if proxy is not None else None,
    )
    return httpx.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=clocks.connect, write=clocks.write),
    )


def _tls_context(ca_file: str) -> ssl.SSLContext:
    """Return a verifying context: by the files that the environment names, else the system's store, and by `ca_file`."""
    context = _usual_tls_context()
    if ca_file:
        _trust(context, Path(ca_file).expanduser())
    return context


def _trust(context: ssl.SSLContext, file: Path) -> None:
    if not file.exists():
        sentence = _("The certificate file {path} does not exist. Correct ca_file in the settings.")
        raise GatewayError("tls", sentence.format(path=one_line(str(file))))
    with suppress(ssl.SSLError, OSError):
        context.load_verify_locations(cafile=file)
        return
    sentence = _("{path} is not a readable certificate file (PEM). Correct ca_file in the settings.")
    raise GatewayError("tls", sentence.format(path=one_line(str(file))))


def _usual_tls_context() -> ssl.SSLContext:
    file, folder = os.environ.get(_CA_FILE), os.environ.get(_CA_FOLDER)
    if not file and not folder:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name, path in ((_CA_FILE, file), (_CA_FOLDER, folder)):
        if path and not Path(path).exists():
            sentence = _("{name} is set to {path}, which does not exist. Correct or unset it.")
            raise GatewayError("tls", sentence.format(name=name, path=one_line(path)))
    try:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except (ssl.SSLError, OSError):
        pass
    sentence = _("The certificates set by {name} cannot be read. Correct or unset it.")
    raise GatewayError("tls", sentence.format(name=_CA_FILE if file else _CA_FOLDER))


def _no_tls() -> ssl.SSLContext:
    """Return a context for plain HTTP: it trusts nothing, and is cheap to make."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _proxy(choice: ProxyChoice, ca_file: str) -> httpx.Proxy:
    try:
        secure = urlsplit(choice.url).scheme == "https"
        return httpx.Proxy(choice.url, ssl_context=_tls_context(ca_file) if secure else None)
    except (ValueError, httpx.InvalidURL):
        pass
    sentence = _("The proxy {proxy}, set by {source}, is not usable. Correct or unset it.")
    raise GatewayError("network", sentence.format(proxy=choice.shown, source=choice.source))
