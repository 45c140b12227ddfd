"""How a gateway is reached, as people type it; secrets are masked and kept."""

from __future__ import annotations

import pytest

from tui.domain.errors import SettingsError
from tui.services import typed_values

PROXY = "http://me:hunter:2@proxy.example:3128"
HEADERS = (("X-Title", "chinwag"), ("X-Api-Key", "sk-hidden"))


@pytest.mark.parametrize("text", ["", "none", "http://p:3128", " socks5://me:pw@p:1080 "])
def test_a_proxy_is_taken_as_typed(text: str) -> None:
    assert typed_values.proxy(text) == text.strip()


@pytest.mark.parametrize("text", ["p:3128", "ftp://me:hunter22@p", "http://", "http://me:••••@p"])
def test_what_is_no_proxy_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(SettingsError, match="such as http://host:port") as caught:
        typed_values.proxy(text)
    assert "hunter22" not in str(caught.value)


def test_the_password_of_a_proxy_is_masked_and_kept_when_its_host_is_changed() -> None:
    shown = typed_values.shown_proxy(PROXY)
    assert shown == "http://me:••••@proxy.example:3128"
    assert typed_values.proxy(shown, PROXY) == PROXY
    assert typed_values.proxy(shown.replace("proxy.", "other."), PROXY) == PROXY.replace("proxy.", "other.")


def test_a_proxy_without_a_password_is_shown_as_it_is() -> None:
    assert typed_values.shown_proxy("socks5://proxy.example:1080") == "socks5://proxy.example:1080"


@pytest.mark.parametrize("text", ["", "/etc/ssl/office.pem", "~/office.pem"])
def test_a_file_of_certificates_has_a_whole_path(text: str) -> None:
    assert typed_values.ca_file(f" {text} ") == text


def test_a_path_that_depends_on_where_chinwag_was_started_is_refused() -> None:
    with pytest.raises(SettingsError, match="full path"):
        typed_values.ca_file("office.pem")


def test_headers_are_read_from_one_line() -> None:
    assert typed_values.headers("X-Title: chinwag ; X-Site:https://x.example;") == (
        ("X-Title", "chinwag"),
        ("X-Site", "https://x.example"),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("X-Title", "a name, a colon and a value"),
        ("X-Title: a; b", "a name, a colon and a value"),
        ("Authorization: sk-hidden", "Authorization is set by chinwag itself"),
        ("X-Title:", "X-Title has no value"),
        ("X-Api-Key: ••••", "X-Api-Key contains characters"),
        ("X-A: 1; x-a: 2", "The header x-a appears twice"),
    ],
)
def test_a_wrong_header_is_named_without_its_value(text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as caught:
        typed_values.headers(text)
    assert "sk-hidden" not in str(caught.value)


def test_a_secret_header_is_masked_and_kept_when_another_is_added() -> None:
    shown = typed_values.shown_headers(HEADERS)
    assert shown == "X-Title: chinwag; X-Api-Key: ••••"
    assert typed_values.headers(shown + "; X-Team: blue", HEADERS) == (*HEADERS, ("X-Team", "blue"))


def test_headers_of_the_file_that_hold_semicolons_stay_as_they_are() -> None:
    before = (("X-Accept", "text; q=1"),)
    assert typed_values.headers(typed_values.shown_headers(before), before) == before
