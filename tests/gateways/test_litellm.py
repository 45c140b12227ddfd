"""The gateway client against a real LiteLLM proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest

from tests.lab_adapter import whole_reply
from tui.api.client import GatewayClient
from tui.domain.chat import ChatCompletionChunk, ChatRequest, Role, Usage
from tui.domain.errors import GatewayError
from tui.domain.settings import GenerationOptions

KEY = "sk-litellm-0123456789"
WRONG = "sk-wrong-9876543210"
WORDS = "Why did the chicken cross the road? To get to the other side."

pytestmark = pytest.mark.timeout(300)  # the first test waits for the proxy to start

Connect = Callable[..., GatewayClient]


@pytest.fixture
async def connect(litellm: str) -> AsyncIterator[Connect]:
    made: list[GatewayClient] = []

    def make(key: str | None = KEY, **more: object) -> GatewayClient:
        made.append(GatewayClient(litellm, key, retry_base=0.01, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        await client.aclose()


def asks(model: str, *, stream: bool = True, **options: float) -> ChatRequest:
    said = [(Role.SYSTEM, "Be brief."), (Role.USER, "Tell me a joke")]
    return ChatRequest(model, said, GenerationOptions(**options), stream)  # type: ignore[arg-type]


async def pieces(client: GatewayClient, request: ChatRequest) -> list[ChatCompletionChunk]:
    async with aclosing(client.stream_chat(request)) as chunks:
        return [chunk async for chunk in chunks]


async def failure(client: GatewayClient, request: ChatRequest) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await pieces(client, request)
    return caught.value


async def test_the_models_of_its_configuration_are_listed(connect: Connect) -> None:
    assert [model.id for model in await connect().list_models()][:2] == ["mock", "mock-limited"]


async def test_a_reply_is_streamed_with_its_usage(connect: Connect) -> None:
    chunks = await pieces(connect(), asks("mock", temperature=0.5, max_tokens=64))
    assert "".join(chunk.delta for chunk in chunks) == WORDS
    assert len([chunk for chunk in chunks if chunk.delta]) > 1
    last = chunks[-1]
    assert (last.finish_reason, last.notice) == ("stop", "")
    assert isinstance(last.usage, Usage)
    assert last.usage.completion_tokens > 0


async def test_a_whole_reply_comes_at_once(connect: Connect) -> None:
    whole = await whole_reply(connect(), asks("mock", stream=False))
    assert (whole.delta, whole.finish_reason) == (WORDS, "stop")


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("model", "kind", "retryable"),
    [
        ("mock-limited", "rate_limit", True),
        ("mock-broken", "server", True),
        ("mock-overlong", "context_length", False),
        ("nobody-there", "server", True),
        ("no-such-model", "not_found", False),
    ],
)
async def test_failures_are_told_apart(connect: Connect, model: str, kind: str, retryable: bool, stream: bool) -> None:
    error = await failure(connect(), asks(model, stream=stream))
    assert (error.kind, error.retryable) == (kind, retryable)
    assert "Traceback" not in str(error)


async def test_a_wrong_key_is_named_and_not_repeated(connect: Connect) -> None:
    client = connect(WRONG)
    for problem in (await failure(client, asks("mock")), await list_failure(client)):
        assert problem.kind == "auth"
        assert WRONG not in str(problem)


async def list_failure(client: GatewayClient) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await client.list_models()
    return caught.value


async def test_own_headers_and_an_ignored_proxy_do_no_harm(connect: Connect) -> None:
    client = connect(headers=(("X-Title", "chinwag"),), proxy="http://127.0.0.1:9")
    assert (await whole_reply(client, asks("mock"))).delta == WORDS
