"""The sentence and the class of a refusal, in every form servers give it."""

from __future__ import annotations

import json
from email.utils import formatdate
from time import time
from typing import Any

import pytest

from tui.api.api_key import ApiKey
from tui.api.error_body import Said, read_error
from tui.api.failures import PassingError, hidden_error, refusal, web_page
from tui.api.waiting import wait_asked
from tui.domain.errors import GatewayErrorKind

SECRET = "sk-unit-0123456789abcdef"
KEY = ApiKey(SECRET)

FORMS: list[tuple[Any, str]] = [
    ({"error": {"message": "engine crashed", "type": "x", "code": None}}, "engine crashed"),
    ({"error": "engine crashed"}, "engine crashed"),
    ({"error": "Bad", "message": "engine crashed"}, "Bad"),
    ({"message": "engine crashed"}, "engine crashed"),
    ({"detail": "engine crashed"}, "engine crashed"),
    ({"detail": [{"loc": ["body", "top_p"], "msg": "engine crashed"}]}, "top_p: engine crashed"),
    ({"detail": [{"loc": ["query", 0], "msg": "engine crashed"}, {"msg": "too"}]}, "query.0: engine crashed; too"),
    ({"msg": "engine crashed", "code": 1234}, "engine crashed"),
    ({"err": "engine crashed"}, "engine crashed"),
    ({"error_msg": "engine crashed"}, "engine crashed"),
    ([{"error": {"code": 500, "message": "engine crashed", "status": "INTERNAL"}}], "engine crashed"),
    ({"error": {"error": {"message": "engine crashed"}}}, "engine crashed"),
    ("engine crashed\n", "engine crashed"),
    ('{"not json', '{"not json'),
    ("<html><head><title>engine\n crashed</title></head><body>secret</body></html>", "engine crashed"),
    ("<!doctype html><TITLE lang=en>engine &amp; all</TITLE>", "engine & all"),
]


def text_of(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body)


@pytest.mark.parametrize(("body", "sentence"), FORMS)
def test_the_sentence_is_found_in_every_form(body: Any, sentence: str) -> None:
    error = refusal(500, {}, text_of(body), KEY)
    assert sentence in str(error)
    assert "500" in str(error)
    assert "secret" not in str(error)
    assert "<" not in str(error)


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "null", "17", "<p>no title</p>", '{"error": {}}', '{"error": null}', "\x00"]
)
def test_without_a_sentence_the_status_is_told(body: str) -> None:
    error = refusal(500, {}, body, KEY)
    assert error.kind == "server"
    assert "500" in str(error)


def test_nesting_without_end_is_harmless() -> None:
    for body in ("[" * 50_000, '{"error":' * 500 + "1" + "}" * 500, '{"message":' * 500 + '"x"' + "}" * 500):
        assert refusal(500, {}, body, KEY).kind == "server"


@pytest.mark.parametrize(
    ("status", "body", "kind", "retryable"),
    [
        (400, {"message": "bad field"}, "bad_request", False),
        (400, {"error": {"message": "too long", "code": "context_length_exceeded"}}, "context_length", False),
        (400, {"error": {"message": "Your credit balance is too low"}}, "payment", False),
        (400, {"error": {"message": "Model Not Exist"}}, "not_found", False),
        (400, {"error": {"message": "Invalid model name passed in model=x. Call `/v1/models`"}}, "not_found", False),
        (400, {"error": {"message": "The model `x` does not exist"}}, "not_found", False),
        (400, {"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}}, "auth", False),
        (401, {}, "auth", False),
        (401, {"error": {"message": "该令牌额度已用尽"}}, "payment", False),
        (402, {}, "payment", False),
        (403, {}, "forbidden", False),
        (403, {"error": {"message": "用户额度不足"}}, "payment", False),
        (404, {}, "not_found", False),
        (405, {}, "not_found", False),
        (408, {}, "timeout", True),
        (413, {}, "too_large", False),
        (418, {}, "bad_request", False),
        (422, {}, "bad_request", False),
        (429, {}, "rate_limit", True),
        (429, {"error": {"code": "insufficient_quota"}}, "payment", False),
        (500, {}, "server", True),
        (501, {}, "server", True),
        (502, {}, "server", True),
        (503, {}, "overloaded", True),
        (504, {}, "timeout", True),
        (520, {}, "server", True),
        (524, {}, "timeout", True),
        (529, {}, "overloaded", True),
    ],
)
def test_status_and_words_give_the_class(status: int, body: Any, kind: GatewayErrorKind, retryable: bool) -> None:
    error = refusal(status, {}, json.dumps(body, ensure_ascii=False), KEY)
    assert (error.kind, error.retryable, error.status) == (kind, retryable, status)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 520, 524, 529])
def test_what_may_pass_is_marked_so(status: int) -> None:
    assert isinstance(refusal(status, {}, "", KEY), PassingError)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422, 501])
def test_what_stays_is_not(status: int) -> None:
    assert not isinstance(refusal(status, {}, "", KEY), PassingError)


def test_a_used_up_quota_does_not_pass() -> None:
    assert not isinstance(refusal(429, {}, '{"error": {"type": "insufficient_quota"}}', KEY), PassingError)


@pytest.mark.parametrize("torn", ["{key}", "{a}\x1b[0m{b}", "{a}\u200e{b}", "{a}\x07{b}"])
def test_a_key_repeated_by_the_server_is_masked(torn: str) -> None:
    said = torn.format(key=SECRET, a=SECRET[:9], b=SECRET[9:])
    for error in (
        refusal(401, {"x-request-id": SECRET}, json.dumps({"message": f"no such key: {said}."}), KEY),
        refusal(500, {}, f"<title>{said}</title>", KEY),
        web_page(f"<title>{said}</title>", "http://x/v1", KEY),
        hidden_error({"error": said}, KEY, begun=True),
    ):
        assert SECRET not in str(error)
        assert SECRET not in f"{error.args!r}{error.request_id}"


def test_a_key_is_masked_before_the_sentence_is_cut() -> None:
    for before in range(260, 310):
        assert SECRET[:6] not in str(refusal(400, {}, "x" * before + SECRET, KEY))


def test_sentences_are_clean_short_and_on_one_line() -> None:
    error = refusal(400, {}, json.dumps({"message": "a\x1b]0;t\x07\n\u202eb\u2028" + "c" * 9000}), KEY)
    assert len(str(error)) < 500
    assert str(error).isprintable()


def test_the_request_id_is_kept() -> None:
    assert refusal(500, {"x-request-id": "req-1"}, "", KEY).request_id == "req-1"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Wed, 99 Oct 99999 07:28:00 GMT"}, None),
    ],
)
def test_the_wait_that_a_server_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked(headers, Said(), limited=False) == seconds


def test_the_wait_may_be_a_date() -> None:
    seconds = wait_asked({"retry-after": formatdate(time() + 100, usegmt=True)}, Said(), limited=False)
    assert seconds is not None
    assert 90 < seconds <= 100


@pytest.mark.parametrize(
    ("body", "kind", "passing"),
    [
        ({"error": {"message": "slow down", "code": 429}}, "rate_limit", True),
        ({"error": {"message": "slow down", "type": "rate_limit_error"}}, "rate_limit", True),
        ({"error": {"message": "x", "code": "503"}}, "overloaded", True),
        ({"error": {"message": "x", "code": "model_not_found"}}, "not_found", False),
        ({"error": {"message": "x", "type": "authentication_error"}}, "auth", False),
        ({"error": {"message": "x", "code": "insufficient_quota"}}, "payment", False),
        ({"error": "strange"}, "upstream", False),
        ({"object": "error", "message": "x", "code": 40001}, "upstream", False),
    ],
)
def test_an_error_inside_a_success_counts_as_what_it_names(body: Any, kind: str, passing: bool) -> None:
    error = hidden_error(body, KEY, begun=False)
    assert (error.kind, isinstance(error, PassingError)) == (kind, passing)
    late = hidden_error(body, KEY, begun=True)
    assert (late.kind, late.retryable, isinstance(late, PassingError)) == ("upstream", True, False)


def test_a_short_placeholder_for_a_key_garbles_no_sentence() -> None:
    assert "extra" in str(refusal(400, {}, "extra", ApiKey("x")))


def test_a_key_does_not_show_itself() -> None:
    assert SECRET not in f"{KEY!r} {KEY}"
    assert ApiKey(None).header() is None
    assert ApiKey("  ").header() is None
    assert ApiKey(f" {SECRET}\n").header() == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Provider - <html><head><title>502 Bad Gateway</title></head><body>x</body></html>",
            "Provider - 502 Bad Gateway",
        ),
        ("Provider: <!DOCTYPE HTML><p>your address is 10.0.0.1", "Provider"),
        ("<html><title>Sorry &amp; so on</title>", "Sorry & so on"),
        ("a < b and <b>bold</b>", "a < b and <b>bold</b>"),
    ],
)
def test_a_web_page_that_a_relay_quotes_is_only_named(said: str, shown: str) -> None:
    assert read_error({"error": {"message": said}}).sentence == shown
    assert read_error(said).sentence == shown


def test_a_key_from_the_environment_is_corrected_there() -> None:
    said = str(refusal(401, {}, "", ApiKey(SECRET, "CHINWAG_API_KEY")))
    assert "environment variable CHINWAG_API_KEY" in said
    assert "settings" not in said
    assert "in the settings" in str(refusal(401, {}, "", KEY))
