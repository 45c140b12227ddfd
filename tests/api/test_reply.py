"""What events and whole answers make of a reply."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui.api.api_key import ApiKey
from tui.api.reply import Reply
from tui.api.response_decoder import ChatBody
from tui.domain.chat import ChatCompletionChunk, Usage
from tui.domain.errors import GatewayError

KEY = ApiKey("sk-unit-0123456789abcdef")
BASE = "http://gateway.test/v1"


def delta(content: Any = None, finish: Any = None, **fields: Any) -> dict[str, Any]:
    return {"model": "m", "choices": [{"index": 0, "delta": {"content": content, **fields}, "finish_reason": finish}]}


def sse(*payloads: Any) -> bytes:
    lines = [payload if isinstance(payload, str) else json.dumps(payload) for payload in payloads]
    return "".join(f"data: {line}\n\n" for line in lines).encode()


def read(
    stream: bytes, content_type: str = "text/event-stream", step: int = 10**9
) -> tuple[Reply, ChatCompletionChunk]:
    """A reply read in pieces of `step` bytes, and all its chunks as one."""
    reply = Reply(KEY)
    body = ChatBody(reply, content_type, BASE, KEY)
    text = reasoning = ""
    for start in range(0, len(stream), step):
        body.feed(stream[start : start + step])
        if chunk := reply.take():
            text, reasoning = text + chunk.delta, reasoning + chunk.reasoning
    body.end()
    last = reply.close()
    whole = ChatCompletionChunk(
        text + last.delta, reasoning + last.reasoning, last.finish_reason, last.usage, last.model, last.notice
    )
    return reply, whole


def failure_of(stream: bytes, content_type: str = "text/event-stream") -> GatewayError:
    try:
        verdict = read(stream, content_type)[0].verdict()
    except GatewayError as error:
        return error
    assert verdict is not None
    return verdict


STREAM = sse(
    delta("", role="assistant"),
    delta(reasoning_content="Hm \ud83d"),
    delta(reasoning_content="\ude00"),
    delta("<th"),
    delta("ink>more</think>\nA\ud83d"),
    delta("\ude00 é", finish="stop"),
    {"choices": [], "usage": {"prompt_tokens": 3.0, "completion_tokens": 2}},
    "[DONE]",
)


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, 10**9])
def test_a_reply_is_the_same_however_its_bytes_come(step: int) -> None:
    reply, whole = read(STREAM, step=step)
    assert reply.verdict() is None
    assert whole == ChatCompletionChunk("A😀 é", "Hm 😀more", "stop", Usage(3, 2, 5), "m", "")


def test_only_the_first_choice_is_the_reply() -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "yes"}}]}
    only_other = {"choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": "length"}]}
    assert read(sse(other, only_other, delta(finish="stop")))[1].delta == "yes"


def test_a_message_may_stand_for_a_delta_but_does_not_repeat_it() -> None:
    instead = {"choices": [{"message": {"content": "here"}}]}
    beside = {"choices": [{"delta": {}, "message": {"content": "here"}, "finish_reason": "stop"}]}
    assert read(sse(instead, beside))[1].delta == "here"


def test_reasoning_under_two_names_counts_once() -> None:
    both = delta(reasoning="think", reasoning_content="think")
    assert read(sse(both, delta("x", finish="stop")))[1].reasoning == "think"


def test_a_refusal_is_text() -> None:
    assert read(sse(delta(None, refusal="I would rather not.", finish="stop")))[1].delta == "I would rather not."


@pytest.mark.parametrize(
    ("payloads", "words"),
    [
        ([delta("x", finish="length")], "token limit"),
        ([delta(None, reasoning="x", finish="length")], "before the answer began"),
        ([delta("x", finish="content_filter")], "filter"),
        ([delta(None, tool_calls=[{"function": {"name": "look_up"}}], finish="tool_calls")], "(look_up)"),
        ([delta(None, function_call={"name": "old_style"}, finish="function_call")], "(old_style)"),
        ([delta(None, tool_calls=[{}], finish="stop")], "a tool"),
        ([delta("x", finish="weather \x1b[31m")], "“weather”"),
        ([delta("x"), "[DONE]"], "did not say why"),
        ([delta("x"), '{"torn', delta("y", finish="stop")], "could not be read"),
        (["[" * 100_000, delta("y", finish="stop")], "could not be read"),
    ],
)
def test_a_catch_in_a_whole_reply_is_a_notice(payloads: list[Any], words: str) -> None:
    reply, whole = read(sse(*payloads))
    assert reply.verdict() is None
    assert words in whole.notice
    assert "\x1b" not in whole.notice


@pytest.mark.parametrize("reason", ["stop", "STOP", "end_turn", "eos"])
def test_usual_ends_are_silent(reason: str) -> None:
    assert read(sse(delta("x", finish=reason)))[1].notice == ""


@pytest.mark.parametrize("noise", ["", " ", "ping", "null", "17", "{}", "[]", '"text"', '{"choices": [7]}', "NaN"])
def test_noise_changes_nothing(noise: str) -> None:
    reply, whole = read(sse(delta("a"), noise, delta("b", finish="stop"), "[DONE]"))
    assert (reply.verdict(), whole.delta, whole.notice) == (None, "ab", "")


@pytest.mark.parametrize(
    "usage", [None, 7, [], {}, {"prompt_tokens": None}, {"prompt_tokens": True}, {"prompt_tokens": "3"}]
)
def test_usage_that_is_none_is_none(usage: Any) -> None:
    assert read(sse({**delta("x", finish="stop"), "usage": usage}))[1].usage is None


def test_the_last_usage_counts() -> None:
    first = {**delta("x"), "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
    last = {**delta(finish="stop"), "usage": {"prompt_tokens": 1, "completion_tokens": 4, "total_tokens": 9}}
    assert read(sse(first, last, delta()))[1].usage == Usage(1, 4, 9)


@pytest.mark.parametrize("stream", [sse(delta("so far")), sse(delta("so far"))[:-5], b"", b": ping\n\n"])
def test_an_end_without_an_end_mark_is_a_truncation(stream: bytes) -> None:
    assert failure_of(stream).kind == "interrupted"


@pytest.mark.parametrize("stream", [sse(delta("", finish="stop")), sse("[DONE]"), sse(delta(" \n"), "[DONE]")])
def test_a_reply_of_nothing_is_a_failure(stream: bytes) -> None:
    assert failure_of(stream).kind == "empty"
    assert failure_of(stream).retryable


@pytest.mark.parametrize(
    "stream",
    [
        sse(delta("a"), {"error": {"message": "it broke"}}, delta("b", finish="stop")),
        sse(delta("a"), {"choices": [{"index": 0, "delta": {}, "error": {"message": "it broke"}}]}),
        sse(delta("a"), {"object": "error", "message": "it broke"}),
        sse(delta("a")) + b'event: error\ndata: {"message": "it broke"}\n\n',
        sse(delta("a")) + b"event: error\ndata: it broke\n\n",
        sse(delta("a")) + b'error: {"message": "it broke"}\n\n',
        sse(delta("a"), [{"error": {"message": "it broke"}}]),
    ],
)
def test_an_error_in_the_middle_keeps_the_text_and_says_why(stream: bytes) -> None:
    reply, whole = read(stream)
    error = reply.verdict()
    assert error is not None
    assert whole.delta == "a"
    assert (error.kind, error.retryable) == ("upstream", True)
    assert "it broke" in str(error)


@pytest.mark.parametrize(
    ("stream", "text"),
    [
        (sse({"choices": None, "error_type": "BadRequestError", "error_message": "it broke"}), ""),
        (sse({"choices": [], "error": {"code": 502, "message": "it broke"}}), ""),
        (sse({"id": "c", "choices": [], "base_resp": {"status_code": 1013, "status_msg": "it broke"}}), ""),
        (sse({"code": 50505, "message": "it broke", "data": None}), ""),
        (sse({"code": "500", "msg": "it broke"}), ""),
        (sse({"detail": "it broke"}), ""),
        (sse({"success": False, "message": "it broke"}), ""),
        (sse({"errors": [{"message": "it broke", "code": 3040}]}), ""),
        (sse({"type": "error", "message": "it broke"}), ""),
        (sse({"status": "error", "message": "it broke"}), ""),
        (sse({"error": "it broke"}, "[DONE]"), ""),
        (sse(delta("Half"), "error: it broke", "[DONE]"), "Half"),
        (sse(delta("Half"), "[ERROR] it broke", "[DONE]"), "Half"),
        (sse(delta("Half"), {"error_msg": "it broke"}, delta(finish="stop")), "Half"),
        (sse("RuntimeError: it broke", "[DONE]"), ""),
        (sse("upstream connect error: it broke", "[DONE]"), ""),
        (sse("no more workers, it broke", "[DONE]"), ""),
        (sse('"error: it broke"', "[DONE]"), ""),
        (b"event: error\ndata: it broke\n\n", ""),
        (json.dumps({"base_resp": {"status_code": 1013, "status_msg": "it broke"}}).encode(), ""),
        (json.dumps({"choices": None, "error_message": "it broke"}).encode(), ""),
        (json.dumps([{"error": {"message": "it broke"}}]).encode(), ""),
        (json.dumps({"code": 1234, "msg": "it broke", "success": False}).encode(), ""),
    ],
)
def test_an_error_in_any_shape_is_told_and_the_text_before_it_stays(stream: bytes, text: str) -> None:
    try:
        reply, whole = read(stream)
    except GatewayError as error:
        assert "it broke" in str(error)  # noqa: PT017
        return
    failure = reply.verdict()
    assert failure is not None
    assert "it broke" in str(failure)
    assert "{" not in str(failure)
    assert whole.delta == text


@pytest.mark.parametrize(
    "sign",
    [
        {"status": "processing", "message": "hold on"},
        {"code": 0, "message": "success"},
        {"type": "ping", "message": "hello"},
        {"choices": [], "message": "queued"},
        {"base_resp": {"status_code": 0, "status_msg": "success"}},
        "keep-alive",
        "still working on it",
    ],
)
def test_a_sign_of_life_is_no_error(sign: Any) -> None:
    reply, whole = read(sse(sign, delta("fine"), sign, delta(finish="stop"), "[DONE]"))
    assert (reply.verdict(), whole.delta, whole.notice) == (None, "fine", "")


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("insufficient_system_resource", "overloaded"), ("network_error", "upstream"), ("abort", "interrupted")],
)
@pytest.mark.parametrize("text", ["", "Once upon a"])
def test_a_reply_that_the_server_broke_off_has_failed(reason: str, kind: str, text: str) -> None:
    reply, whole = read(sse(delta(text), delta(finish=reason), "[DONE]"))
    error = reply.verdict()
    assert error is not None
    assert (error.kind, error.retryable, whole.delta) == (kind, True, text)
    assert reason in str(error)


@pytest.mark.parametrize(
    ("reason", "text", "words"),
    [
        ("PROHIBITED_CONTENT", "", "withheld the reply"),
        ("content-filter", "Once", "content filter stopped"),
        ("model_context_window_exceeded", "Once", "context window is full"),
        ("pause_turn", "Once", "paused"),
        ("MAX_TOKENS", "Once", "token limit"),
        ("repetition", "Once", "repeated itself"),
        ("weather", "Once", "“weather”"),
    ],
)
def test_an_end_that_is_not_plain_is_named(reason: str, text: str, words: str) -> None:
    reply, whole = read(sse(delta(text), delta(finish=reason), "[DONE]"))
    assert reply.verdict() is None
    assert words in whole.notice
    assert whole.finish_reason == reason


def test_a_reason_that_is_sent_as_the_word_null_is_none() -> None:
    _reply, whole = read(sse(delta("a", finish="null"), delta("b", finish="null"), delta(finish="stop")))
    assert (whole.delta, whole.finish_reason, whole.notice) == ("ab", "stop", "")


def test_finish_reason_error_is_an_error() -> None:
    assert failure_of(sse(delta("a", finish="error"))).kind == "upstream"


WHOLE = json.dumps({"choices": [{"message": {"content": "whole"}, "finish_reason": "stop"}], "model": "m"}).encode()


@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream", "text/plain", ""])
@pytest.mark.parametrize("before", [b"", b"\n \r\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("step", [1, 10**9])
def test_what_comes_decides_not_what_its_type_says(content_type: str, before: bytes, step: int) -> None:
    for stream, text in ((WHOLE, "whole"), (sse(delta("piece", finish="stop")), "piece")):
        reply, whole = read(before + stream, content_type, step)
        assert (reply.verdict(), whole.delta) == (None, text)


@pytest.mark.parametrize(
    ("stream", "content_type"),
    [
        (b"<!doctype html><title>Console</title>", "text/html"),
        (b"  <html>", "text/event-stream"),
        (b"null", "application/json"),
        (b"17", "application/json"),
        (b'{"half', "application/json"),
        (b"[]", "application/json"),
        (b"[1, 2]", "application/json"),
        (b'{"hello": 1}', "application/json"),
        (b"It works", "text/plain"),
        (b"\xff\xfe\x00", ""),
        (b"", "application/json"),
    ],
)
def test_what_is_no_reply_is_a_failure_and_no_crash(stream: bytes, content_type: str) -> None:
    error = failure_of(stream, content_type)
    assert error.kind in ("protocol", "interrupted")
    assert "<" not in str(error)
    assert str(error).isprintable()


def test_a_web_page_leads_to_the_base_url() -> None:
    error = failure_of(b"<html><title>Console</title>", "text/html")
    assert "Check the address" in str(error)
    assert "“Console”" in str(error)
    assert not error.retryable


@pytest.mark.parametrize(
    "body", [{"error": {"message": "no such thing"}}, {"detail": "no such thing"}, {"code": 1, "msg": "no such thing"}]
)
def test_an_error_in_a_whole_answer_is_told(body: Any) -> None:
    assert "no such thing" in str(failure_of(json.dumps(body).encode(), "application/json"))
