"""What a profile may hold."""

from __future__ import annotations

from typing import Any

import pytest

from tui.domain.headers import header_problem, is_secret
from tui.domain.settings import Profile, Settings


@pytest.mark.parametrize("proxy", ["", "none", "http://p:3128", "https://p", "socks5://u:pw@p:1080", "socks5h://p"])
def test_usual_proxies_are_taken(proxy: str) -> None:
    assert Profile("p", "x", proxy=proxy).proxy == proxy


@pytest.mark.parametrize(
    "proxy",
    ["p:3128", "ftp://u:hunter22@p", "http://", "http://u:hunter22@p:port", "http://u:hunter22@[p", "socks4://p"],
)
def test_what_is_no_proxy_is_refused_without_its_password(proxy: str) -> None:
    with pytest.raises(ValueError, match="proxy must be") as caught:
        Profile("p", "x", proxy=proxy)
    assert "hunter22" not in str(caught.value)


def test_a_profile_shows_neither_the_proxy_s_password_nor_what_its_headers_hold() -> None:
    shown = repr(Profile("p", "x", proxy="http://u:hunter22@p", headers=(("X-Api-Key", "sk-hidden"),)))
    assert "hunter22" not in shown
    assert "sk-hidden" not in shown


@pytest.mark.parametrize(
    "name", ["HTTP-Referer", "X-Title", "x-api-key", "OpenAI-Organization", "User-Agent", "Cookie"]
)
def test_usual_headers_are_taken(name: str) -> None:
    assert header_problem(name, "a value; q=1") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer x"),
        ("authorization", "x"),
        ("Host", "x"),
        ("Content-Type", "x"),
        ("content-length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("Proxy-Authorization", "x"),
        ("Accept-Encoding", "br"),
        ("Connection", "close"),
        ("", "x"),
        ("X Y", "x"),
        ("X:", "x"),
        ("Ü", "x"),
        ("X", "ü"),
        ("X", "a\r\nHost: b"),
        ("X", "a\n"),
        ("X", " "),
        ("X", "x" * 5000),
    ],
)
def test_headers_that_cannot_be_sent_are_refused_in_a_sentence(name: str, value: str) -> None:
    assert header_problem(name, value)
    with pytest.raises(ValueError, match="headers must be usable"):
        Profile("p", "x", headers=((name, value),))


def test_a_header_is_there_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Profile("p", "x", headers=(("X-A", "1"), ("x-a", "2")))


def test_headers_that_hold_secrets_are_known_by_their_names() -> None:
    assert [name for name in ("X-Api-Key", "Cookie", "X-Auth-Token", "X-Title") if is_secret(name)] == [
        "X-Api-Key",
        "Cookie",
        "X-Auth-Token",
    ]


def test_a_gateway_has_its_own_colour_or_one_by_its_place() -> None:
    def profile(name: str, **more: Any) -> Profile:
        return Profile(name, "x", **more)

    settings = Settings((profile("a"), profile("b", colour="error"), *(profile(f"c{n}") for n in range(4))))
    assert [settings.colour_of(one) for one in settings.profiles] == [
        "primary",
        "error",
        "accent",
        "success",
        "warning",
        "primary",
    ]
    assert settings.colour_of(profile("elsewhere")) == "secondary"
