"""What is sent, and what refusals teach."""

from __future__ import annotations

import json

import pytest

from tui.api.request import Learned, chat_body, encode
from tui.domain.chat import ChatRequest, Role
from tui.domain.settings import GenerationOptions

ALL = GenerationOptions(temperature=0.5, top_p=0.9, max_tokens=64)


def request(options: GenerationOptions = ALL, *, stream: bool = True) -> ChatRequest:
    return ChatRequest("m", [(Role.SYSTEM, "be brief"), (Role.USER, "hi")], options, stream)


def test_only_what_is_set_is_sent() -> None:
    assert chat_body(request(GenerationOptions(), stream=False), Learned()) == {
        "model": "m",
        "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}],
        "stream": False,
    }
    body = chat_body(request(), Learned())
    assert body["stream_options"] == {"include_usage": True}
    assert (body["temperature"], body["top_p"], body["max_tokens"]) == (0.5, 0.9, 64)


def test_lone_surrogates_are_replaced_and_the_rest_is_sent_as_it_is() -> None:
    text = "a\ud83d b\ud83d\ude00 你好 \u2028"
    body = chat_body(ChatRequest("m", [(Role.USER, text)]), Learned())
    assert json.loads(encode(body))["messages"][0]["content"] == "a\ufffd b😀 你好 \u2028"


def test_refused_stream_options_are_left_out_from_then_on() -> None:
    learned = Learned()
    body = chat_body(request(), learned)
    assert learned.learn(body, 400, '{"message": "Unknown field stream_options"}')
    again = chat_body(request(), learned)
    assert "stream_options" not in again
    assert not learned.learn(again, 400, '{"message": "Unknown field stream_options"}')


def test_max_tokens_is_renamed_for_the_model_that_wants_it() -> None:
    learned = Learned()
    body = chat_body(request(), learned)
    said = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    assert learned.learn(body, 400, said)
    again = chat_body(request(), learned)
    assert again["max_completion_tokens"] == 64
    assert "max_tokens" not in again
    assert not learned.learn(again, 400, said)
    assert "max_tokens" in chat_body(ChatRequest("other", [], ALL), learned)


@pytest.mark.parametrize("name", ["temperature", "top_p"])
def test_a_fixed_parameter_is_left_out_for_its_model(name: str) -> None:
    learned = Learned()
    said = f"Unsupported value: '{name}' does not support 0.5 with this model. Only the default (1) value is supported."
    assert learned.learn(chat_body(request(), learned), 400, said)
    assert name not in chat_body(request(), learned)
    assert learned.left_out(request()) == [name]
    assert learned.left_out(request(GenerationOptions())) == []
    assert not learned.learn(chat_body(request(), learned), 400, said)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "temperature must be between 0 and 1"),
        (400, "model not found"),
        (400, "max_tokens is too large"),
        (500, "stream_options is not supported"),
        (404, "temperature is not supported"),
    ],
)
def test_other_refusals_teach_nothing(status: int, said: str) -> None:
    learned = Learned()
    assert not learned.learn(chat_body(request(), learned), status, said)
    assert learned == Learned()
