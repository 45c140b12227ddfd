"""What is sent, and what refusals teach."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui.api.request import GatewayQuirks, chat_body, encode
from tui.domain.chat import ChatRequest, Role
from tui.domain.settings import GenerationOptions

ALL = GenerationOptions(temperature=0.5, top_p=0.9, max_tokens=64)


def request(options: GenerationOptions = ALL, *, stream: bool = True) -> ChatRequest:
    return ChatRequest("m", [(Role.SYSTEM, "be brief"), (Role.USER, "hi")], options, stream)


def test_only_what_is_set_is_sent() -> None:
    assert chat_body(request(GenerationOptions(), stream=False), GatewayQuirks()) == {
        "model": "m",
        "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}],
        "stream": False,
    }
    body = chat_body(request(), GatewayQuirks())
    assert body["stream_options"] == {"include_usage": True}
    assert (body["temperature"], body["top_p"], body["max_tokens"]) == (0.5, 0.9, 64)


def test_lone_surrogates_are_replaced_and_the_rest_is_sent_as_it_is() -> None:
    text = "a\ud83d b\ud83d\ude00 你好 \u2028"
    body = chat_body(ChatRequest("m", [(Role.USER, text)]), GatewayQuirks())
    assert json.loads(encode(body))["messages"][0]["content"] == "a\ufffd b😀 你好 \u2028"


def test_refused_stream_options_are_left_out_from_then_on() -> None:
    learned = GatewayQuirks()
    body = chat_body(request(), learned)
    assert learned.learn(body, 400, '{"message": "Unknown field stream_options"}')
    again = chat_body(request(), learned)
    assert "stream_options" not in again
    assert not learned.learn(again, 400, '{"message": "Unknown field stream_options"}')


def test_max_tokens_is_renamed_for_the_model_that_wants_it() -> None:
    learned = GatewayQuirks()
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
    learned = GatewayQuirks()
    said = f"Unsupported value: '{name}' does not support 0.5 with this model. Only the default (1) value is supported."
    assert learned.learn(chat_body(request(), learned), 400, said)
    assert name not in chat_body(request(), learned)
    assert learned.notices(request()) == [f"This model does not allow setting {name}, so it was left out."]
    assert learned.notices(request(GenerationOptions())) == []
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
    learned = GatewayQuirks()
    assert not learned.learn(chat_body(request(), learned), status, said)
    assert learned == GatewayQuirks()


SYSTEM = ChatRequest("m", [(Role.SYSTEM, "Be brief."), (Role.USER, "hi"), (Role.ASSISTANT, "yes"), (Role.USER, "go")])


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
        (400, "Developer instruction is not enabled for models/gemma-3-4b-it"),
        (500, "Jinja Exception: System role not supported"),
        (422, "system message is not supported by this model"),
    ],
)
def test_a_refused_system_prompt_goes_with_the_first_message(status: int, said: str) -> None:
    learned = GatewayQuirks()
    body = chat_body(SYSTEM, learned)
    assert learned.learn(body, status, said)
    again = chat_body(SYSTEM, learned)
    assert [(message["role"], message["content"]) for message in again["messages"]] == [
        ("user", "Be brief.\n\nhi"),
        ("assistant", "yes"),
        ("user", "go"),
    ]
    assert "system prompt" in learned.notices(SYSTEM)[0]
    assert not learned.learn(again, status, said)


def test_other_models_keep_their_system_prompt() -> None:
    learned = GatewayQuirks(no_system={"other"})
    assert chat_body(SYSTEM, learned)["messages"][0]["role"] == "system"
    assert learned.notices(SYSTEM) == []


@pytest.mark.parametrize("said", ["The system is overloaded", "operating system not supported", "temperature"])
def test_a_failing_system_is_no_refused_system_prompt(said: str) -> None:
    assert not GatewayQuirks().learn(chat_body(SYSTEM, GatewayQuirks()), 500, said)


LEARNED = GatewayQuirks(False, {"m", "n"}, {"m": {"temperature", "top_p"}}, {"m"}, {"m": False})


def test_what_was_learned_is_kept_as_plain_data() -> None:
    assert GatewayQuirks.from_dict(json.loads(json.dumps(LEARNED.as_dict()))) == LEARNED


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stream_options": None, "renamed": 7, "fixed": [], "no_system": {}},
        {"renamed": [None, 1], "fixed": {"m": "temperature"}, "no_system": [[]]},
        {"fixed": {"m": ["messages", "model", 7]}},
        {"streams": {"m": "yes"}},
    ],
)
def test_odd_data_counts_as_not_learned(data: dict[str, Any]) -> None:
    assert GatewayQuirks.from_dict(data) == GatewayQuirks()


def test_what_was_learned_is_told_and_can_be_forgotten() -> None:
    learned = GatewayQuirks.from_dict(LEARNED.as_dict())
    changes: list[str] = []
    learned.on_change = lambda: changes.append("")
    assert learned.about("m") == [
        "max_tokens is sent as max_completion_tokens.",
        "temperature is not sent.",
        "top_p is not sent.",
        "The system prompt is sent as part of the first message.",
        "This model does not stream, so its replies come as a whole.",
        "stream_options is not sent, so token counts may be missing.",
    ]
    learned.forget("m")
    assert (learned.about("m"), learned.about("n"), len(changes)) == (
        [],
        ["max_tokens is sent as max_completion_tokens."],
        1,
    )


def test_a_lesson_that_does_not_help_is_no_lesson_twice() -> None:
    """A model's name that cannot be sent as it is must not make the client ask for ever."""
    learned, odd = GatewayQuirks(), ChatRequest("m\ud83d", [], ALL)
    said = "max_tokens is unsupported, use max_completion_tokens; temperature is not supported"
    lessons = [learned.learn(chat_body(odd, learned), 400, said) for _n in range(5)]
    assert lessons.count(True) <= 3
    assert not lessons[-1]


def test_whoever_keeps_it_is_told_of_a_new_lesson() -> None:
    changes: list[str] = []
    learned = GatewayQuirks(on_change=lambda: changes.append(""))
    learned.learn(chat_body(request(), learned), 400, "no such thing")
    assert changes == []
    learned.learn(chat_body(request(), learned), 400, "Unknown field stream_options")
    assert changes == [""]


def lesson(said: Any, **sent: Any) -> GatewayQuirks:
    """What one refusal teaches, with all that can be set."""
    learned = GatewayQuirks()
    body = chat_body(request(stream=sent.get("stream", True)), learned)
    learned.learn(body, sent.get("status", 400), said if isinstance(said, str) else json.dumps(said))
    return learned


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("invalid temperature: only 1 is allowed for this model", "temperature"),
        ("`temperature` may only be set to 1 when thinking is enabled", "temperature"),
        ("temperature can only be 1.0", "temperature"),
        ("gpt-5 models don't support temperature=0.84. Only temperature=1 is supported.", "temperature"),
        ("`temperature` is deprecated for this model.", "temperature"),
        ("Unsupported parameter: 'top_p' is not supported with this model; use temperature instead.", "top_p"),
        ({"error": {"message": "Unsupported value for temperature or others", "param": "top_p"}}, "top_p"),
        ("`temperature` and `top_p` cannot both be specified for this model. Please use only one.", "top_p"),
        ("top_p and temperature are mutually exclusive", "top_p"),
        ("temperature 和 top_p 不能同时设置", "top_p"),
        ("该模型不支持设置 temperature 参数", "temperature"),
        ("模型的 temperature 固定为 1", "temperature"),
        ({"detail": [{"type": "extra_forbidden", "loc": ["body", "top_p"], "msg": "Extra inputs are not permitted"}]}, "top_p"),
        ({"error": {"message": "Unrecognized request argument supplied: top_p"}}, "top_p"),
        ("Additional properties are not allowed ('temperature' was unexpected)", "temperature"),
        ("json: unknown field \"max_tokens\"", "max_tokens"),
        ('{"error": {"code": 400, "cause": "{\\"message\\": \\"\'temperature\' does not support 0.1 with this model.\\"}"}}', "temperature"),
    ],
)  # fmt: skip
def test_a_parameter_is_left_out_in_whatever_words_it_is_refused(said: Any, name: str) -> None:
    assert lesson(said) == GatewayQuirks(fixed={"m": {name}})


@pytest.mark.parametrize(
    "said",
    [
        "temperature must be between 0 and 1",
        "temperature and top_p must both be less than 1",
        "'temperature' must be in (0, 1]",
        "max_tokens is too large: 9000. This model supports at most 4096 completion tokens",
        "temperature 参数应在 0 到 1 之间",
        "this temperature of discussion is fine, but image input is something else",
    ],
)
def test_a_value_out_of_range_is_the_users_to_correct(said: str) -> None:
    assert lesson(said) == GatewayQuirks()


def test_a_length_that_is_refused_under_its_new_name_too_is_left_out() -> None:
    learned = GatewayQuirks(renamed={"m"})
    assert learned.learn(chat_body(request(), learned), 400, "Unknown parameter: max_completion_tokens")
    assert not {"max_tokens", "max_completion_tokens"} & chat_body(request(), learned).keys()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "This model only support stream mode, please enable the stream parameter to access the model. "),
        (400, "Stream must be set to true"),
        (422, "non-streaming requests are not supported"),
        (400, "Streaming is required for this model"),
        (501, "This endpoint only supports streaming"),
        (400, "Please set stream=true"),
        (400, "该模型仅支持流式输出"),
        (400, "当前模型不支持非流式调用"),
    ],
)
def test_a_model_that_only_streams_is_asked_for_a_stream(status: int, said: str) -> None:
    learned = lesson(said, status=status, stream=False)
    assert learned == GatewayQuirks(streams={"m": True})
    assert chat_body(request(stream=False), learned)["stream"] is True
    assert "only streams" in learned.notices(request(GenerationOptions(), stream=False))[0]
    assert lesson(said, status=status, stream=True) == GatewayQuirks()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "Unsupported value: 'stream' does not support true with this model. Only the default (false) value is supported."),
        (400, "Your organization must be verified to stream this model. Please go to https://x.test"),
        (400, "Streaming completion is not support yet, please remove 'stream' key value in the request payload."),
        (422, '{"error": ["Error in `stream`: `stream` is not supported for this model"]}'),
        (501, "Streaming is not implemented"),
        (400, "Streaming not supported"),
        (405, "This model does not support streaming"),
        (400, "该模型不支持流式输出"),
    ],
)  # fmt: skip
def test_a_model_that_never_streams_is_asked_for_a_whole_reply(status: int, said: str) -> None:
    learned = lesson(said, status=status)
    assert learned == GatewayQuirks(streams={"m": False})
    body = chat_body(request(), learned)
    assert (body["stream"], "stream_options" in body) == (False, False)
    assert "does not stream" in learned.notices(request(GenerationOptions()))[0]
    assert lesson(said, status=status, stream=False) == GatewayQuirks()


@pytest.mark.parametrize(
    "said", ["upstream error: not found", "stream disconnected before completion", "bitstream broken"]
)
def test_a_broken_stream_teaches_nothing(said: str) -> None:
    assert lesson(said, status=500) == lesson(said, status=400) == GatewayQuirks()
