"""The way to a gateway: proxies and certificates of the environment."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest
import truststore

from tests.api.chains import behind
from tui.api.address import Address, parse_address
from tui.api.api_key import ApiKey
from tui.api.network_failures import Route
from tui.api.transport import ProxyChoice, choose_proxy, find_proxy, open_client, proxy_secrets
from tui.domain.errors import GatewayError
from tui.domain.settings import Clocks

SECURE = parse_address("https://gateway.test/v1")
PLAIN = parse_address("http://gateway.test/v1")
PROXY = "http://user:hunter22@proxy.test:3128"


@pytest.mark.parametrize(
    ("name", "address", "used"),
    [
        ("https_proxy", "https://gateway.test", True),
        ("HTTPS_PROXY", "https://gateway.test", True),
        ("ALL_PROXY", "https://gateway.test", True),
        ("HTTPS_PROXY", "http://gateway.test", False),
        ("http_proxy", "http://gateway.test", True),
        ("http_proxy", "http://127.0.0.1:8080", False),
        ("ALL_PROXY", "http://localhost:8080", False),
        ("ALL_PROXY", "http://[::1]:8080", False),
    ],
)
def test_proxies_of_the_environment_are_used_but_never_for_loopback(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str, used: bool
) -> None:
    monkeypatch.setenv(name, PROXY)
    proxy = find_proxy(parse_address(address))
    assert (proxy is not None) == used
    if proxy is not None:
        assert (proxy.url, proxy.source) == (PROXY, name)


@pytest.mark.parametrize("exempt", ["gateway.test", ".test", "other, gateway.test", "*", "gateway.test:443"])
def test_no_proxy_is_obeyed(monkeypatch: pytest.MonkeyPatch, exempt: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", exempt)
    assert find_proxy(SECURE) is None


@pytest.mark.parametrize(
    ("wanted", "address", "used"),
    [
        ("", SECURE, "http://environment.test"),
        ("none", SECURE, None),
        (PROXY, SECURE, PROXY),
        (PROXY, parse_address("http://127.0.0.1:8080"), None),
        (PROXY, parse_address("http://localhost:8080"), None),
    ],
)
def test_the_proxy_of_a_profile_comes_before_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, wanted: str, address: Address, used: str | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://environment.test")
    monkeypatch.setenv("HTTP_PROXY", "http://environment.test")
    proxy = choose_proxy(address, wanted)
    assert (proxy.url if proxy is not None else None) == used


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        (PROXY, {"hunter22"}),
        ("http://u:p%40ss@p", {"p%40ss", "p@ss"}),
        ("http://p:1", {""}),
        ("http://u:hunter22@[p", {"hunter22"}),
    ],
)
def test_the_password_of_a_proxy_is_known_in_both_forms(url: str, secrets: set[str]) -> None:
    assert set(proxy_secrets(url)) == secrets


def test_a_proxy_shows_no_password() -> None:
    proxy = ProxyChoice(PROXY, "HTTPS_PROXY")
    assert proxy.shown == "proxy.test:3128"
    assert "hunter22" not in f"{proxy!r} {proxy}"


@pytest.mark.parametrize(
    "url", ["ftp://user:hunter22@proxy.test", "http://user:hunter22@[proxy", "http://u:hunter22@x:port"]
)
def test_an_unusable_proxy_is_a_sentence_that_names_the_variable(url: str) -> None:
    with pytest.raises(GatewayError, match="HTTPS_PROXY") as caught:
        open_client(PLAIN, Clocks(), ProxyChoice(url, "HTTPS_PROXY"))
    assert "hunter22" not in str(caught.value)
    assert not behind(caught.value)


@pytest.mark.parametrize("url", ["socks5://proxy.test:1080", "socks5h://proxy.test", "https://proxy.test"])
async def test_usual_kinds_of_proxies_are_taken(url: str) -> None:
    await open_client(PLAIN, Clocks(), ProxyChoice(url, "ALL_PROXY")).aclose()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_missing_certificates_are_a_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(GatewayError, match=name) as caught:
        open_client(SECURE, Clocks(), None)
    assert caught.value.kind == "tls"


def test_a_file_that_holds_no_certificates_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with pytest.raises(GatewayError, match="SSL_CERT_FILE") as caught:
        open_client(SECURE, Clocks(), None)
    assert not behind(caught.value)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "does not exist"), ("no certificate", "PEM"), ("", "PEM"), ("folder", "PEM")]
)
def test_an_own_file_of_certificates_that_cannot_be_used_is_named(
    tmp_path: Path, content: str | None, words: str
) -> None:
    file = tmp_path / "corporate.pem"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_text(content)
    with pytest.raises(GatewayError, match=words) as caught:
        open_client(SECURE, Clocks(), None, str(file))
    assert "corporate.pem" in str(caught.value)
    assert (caught.value.kind, behind(caught.value)) == ("tls", [])


@pytest.mark.parametrize("address", [SECURE, PLAIN])
async def test_whatever_context_is_made_verifies(monkeypatch: pytest.MonkeyPatch, address: object) -> None:
    made: list[ssl.SSLContext] = []
    init = httpx.AsyncHTTPTransport.__init__

    def spy(self: httpx.AsyncHTTPTransport, *, verify: ssl.SSLContext, **more: object) -> None:
        made.append(verify)
        init(self, verify=verify, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "__init__", spy)
    await open_client(address, Clocks(), None).aclose()  # type: ignore[arg-type]
    [context] = made
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert isinstance(context, truststore.SSLContext) == (address is SECURE)


def chained(outer: Exception, cause: Exception) -> Exception:
    outer.__cause__ = cause
    return outer


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (httpx.ConnectTimeout("x"), "network", "within 10 seconds"),
        (chained(httpx.ConnectError("x"), OSError(101, "unreachable")), "network", "Could not connect"),
        (chained(httpx.ConnectError("x"), ConnectionRefusedError()), "network", "connection refused"),
        (
            chained(httpx.ConnectError("x"), ExceptionGroup("all", [ConnectionRefusedError(), OSError()])),
            "network",
            "connection refused",
        ),
        (chained(httpx.ConnectError("x"), __import__("socket").gaierror(-2, "x")), "network", "was not found"),
        (chained(httpx.ConnectError("x"), untrusted()), "tls", "self-signed"),
        (chained(httpx.ConnectError("x"), ssl.SSLError(1, "WRONG_VERSION")), "tls", "http:// instead of"),
        (httpx.ProxyError("407 Proxy Authentication Required"), "network", "407"),
        (httpx.WriteTimeout("x"), "network", "accepts no more data"),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "dropped", "closed"),
        (httpx.RemoteProtocolError("illegal status line: x"), "protocol", "does not speak HTTP"),
        (httpx.ReadError("x"), "dropped", "closed"),
        (httpx.UnsupportedProtocol("odd"), "network", "odd"),
        (ConnectionResetError(), "dropped", "closed"),
    ],
)
def test_every_way_to_fail_names_its_step(error: Exception, kind: str, words: str) -> None:
    failure = Route(SECURE, None, ApiKey(None), 10).failure_to_send(error)
    assert failure.kind == kind
    assert words in str(failure)


async def test_a_handshake_that_breaks_off_is_not_called_a_connection() -> None:
    route = Route(SECURE, None, ApiKey(None), 10)
    await route.trace("connection.start_tls.failed", {})
    assert route.failure_to_send(httpx.ConnectError("")).kind == "tls"


def test_with_a_proxy_it_is_the_proxy_that_could_not_be_reached() -> None:
    route = Route(SECURE, ProxyChoice(PROXY, "HTTPS_PROXY"), ApiKey(None), 10)
    sentence = str(route.failure_to_send(chained(httpx.ConnectError("x"), ConnectionRefusedError())))
    assert "proxy.test:3128" in sentence
    assert "HTTPS_PROXY" in sentence
    assert "hunter22" not in sentence
