"""The address of a gateway: the forms in which it is written, and what follows from it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from tui.domain.errors import GatewayError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line

_PORTS = {"http": 80, "https": 443}
_ENDPOINTS = (["chat", "completions"], ["models"])
_VERSION = re.compile(r"v\d+((alpha|beta)\d*)?", re.IGNORECASE)
_LOCAL_NAME = "localhost"

Origin = tuple[str, str, int]
"""Scheme, host and port: the key is sent to one origin only."""


@dataclass(frozen=True, slots=True)
class Address:
    """A gateway's address, normalized: it has a version segment and no trailing slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> Origin:
        """What two URLs must share to belong to the same server."""
        return (self.scheme, self.host, self.port)

    @property
    def server(self) -> str:
        """Host and port for a sentence; the port only where it is not the default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def base(self) -> str:
        """The address as a URL."""
        return f"{self.scheme}://{self.server}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine."""
        if self.host == _LOCAL_NAME or self.host.endswith(f".{_LOCAL_NAME}"):
            return True
        number = self._number()
        return number is not None and (number.is_loopback or number.is_unspecified)

    @property
    def in_the_clear(self) -> bool:
        """Whether the key and the conversation would cross a public network unencrypted."""
        number = self._number()
        return self.scheme == "http" and not self.is_loopback and not (number is not None and number.is_private)

    def url(self, path: str) -> str:
        """Return the URL of a resource below the address."""
        return f"{self.base}/{path}"

    def _number(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def parse_address(text: str) -> Address:
    """Return the gateway address that `text` means, in any of the usual forms.

    A version segment may be missing; trailing slashes and the path of an endpoint are removed. Many gateways answer
    other paths with a web page and status 200, so a wrong address would look like success. Raises GatewayError
    ("protocol") when it is not an address.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _bad(text) from None
    if not text:
        raise GatewayError("protocol", _("No address is set. Enter the address of a gateway in the settings."))
    if parts.scheme not in _PORTS:
        raise GatewayError("protocol", _("The address must start with http:// or https://."))
    if "@" in parts.netloc:
        raise GatewayError("protocol", _("The address must not contain a user name or password. Enter a key instead."))
    if parts.query or "?" in text:
        raise GatewayError("protocol", _("The address must not contain a question mark."))
    if not parts.hostname or not _is_clean(text, parts):
        raise _bad(text)
    segments = [segment for segment in parts.path.split("/") if segment]
    for endpoint in _ENDPOINTS:
        if segments[-len(endpoint) :] == endpoint:
            del segments[-len(endpoint) :]
    if not any(_VERSION.fullmatch(segment) for segment in segments):
        segments.append("v1")
    return Address(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], "/" + "/".join(segments))


def origin_of(url: str) -> Origin | None:
    """Return the origin of an absolute http(s) URL, or None."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            return None
        return (parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])
    except ValueError:
        return None


def _is_clean(text: str, parts: SplitResult) -> bool:
    return (
        text.isprintable() and not any(char.isspace() or char in '\\<>"' for char in text) and "%" not in parts.netloc
    )


def _bad(text: str) -> GatewayError:
    return GatewayError("protocol", _("This is not a valid address: {url}").format(url=one_line(text, 100)))
