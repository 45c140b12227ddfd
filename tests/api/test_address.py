"""The forms in which a base URL is written."""

from __future__ import annotations

import pytest

from tui.api.address import origin_of, parse_address
from tui.domain.errors import GatewayError


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://api.example.com", "https://api.example.com/v1"),
        ("https://api.example.com/", "https://api.example.com/v1"),
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        ("https://api.example.com/v1//", "https://api.example.com/v1"),
        ("  https://api.example.com/v1\n", "https://api.example.com/v1"),
        ("https://api.example.com/v1/chat/completions", "https://api.example.com/v1"),
        ("https://api.example.com/v1/chat/completions/", "https://api.example.com/v1"),
        ("https://api.example.com/v1/models", "https://api.example.com/v1"),
        ("https://api.example.com/chat/completions", "https://api.example.com/v1"),
        ("https://api.example.com/api/paas/v4", "https://api.example.com/api/paas/v4"),
        ("https://api.example.com/v1beta/openai/", "https://api.example.com/v1beta/openai"),
        ("https://api.example.com/openai", "https://api.example.com/openai/v1"),
        ("https://api.example.com/vision", "https://api.example.com/vision/v1"),
        ("HTTPS://API.Example.com:443/V1", "https://api.example.com/V1"),
        ("http://localhost:8080", "http://localhost:8080/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("https://api.example.com/v1#top", "https://api.example.com/v1"),
    ],
)
def test_every_usual_form_leads_to_the_same_base(text: str, base: str) -> None:
    assert parse_address(text).base == base
    assert parse_address(base).base == base


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "api.example.com/v1",
        "ftp://x/v1",
        "file:///etc/passwd",
        "https://",
        "https:///v1",
        "https://u:p@x/v1",
        "https://u@x",
        "https://x:port/v1",
        "https://x:99999",
        "https://[::1/v1",
        "https://x y/v1",
        "https://x\\@y/v1",
        "https://x/v1?key=1",
        "https://x/v1?",
        "http:\\\\x",
        "https://x/\x1b[31m",
        "javascript:alert(1)",
        "https://%41",
    ],
)
def test_what_cannot_be_a_base_url_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(GatewayError) as caught:
        parse_address(text)
    assert caught.value.kind == "protocol"
    assert str(caught.value).isprintable()
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("host", "loopback", "clear"),
    [
        ("localhost", True, False),
        ("lab.localhost", True, False),
        ("127.0.0.1", True, False),
        ("127.8.8.8", True, False),
        ("[::1]", True, False),
        ("0.0.0.0", True, False),
        ("192.168.1.4", False, False),
        ("10.0.0.1", False, False),
        ("8.8.8.8", False, True),
        ("example.com", False, True),
        ("localhost.example.com", False, True),
        ("127.0.0.1.example.com", False, True),
    ],
)
def test_loopback_and_clear_text_are_told_by_the_host(host: str, loopback: bool, clear: bool) -> None:
    address = parse_address(f"http://{host}/v1")
    assert (address.is_loopback, address.in_the_clear) == (loopback, clear)
    assert not parse_address(f"https://{host}/v1").in_the_clear


def test_origins_are_scheme_host_and_port() -> None:
    assert parse_address("https://Example.com/v1").origin == ("https", "example.com", 443)
    assert origin_of("https://example.com:443/x") == ("https", "example.com", 443)
    assert origin_of("http://example.com/x") != parse_address("https://example.com").origin
    assert origin_of("https://example.com:8443/") != parse_address("https://example.com").origin
    assert origin_of("/relative") is None
    assert origin_of("mailto:someone") is None
    assert origin_of("https://x:port/") is None
