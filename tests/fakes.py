"""Stand-ins for the outer edge: a gateway that plays a script, a store in memory."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field

from tui.domain.chat import ChatCompletionChunk, ChatMessage, ChatRequest, Conversation, Usage
from tui.domain.errors import ChinwagError, GatewayError, StoreError
from tui.domain.models import ModelInfo
from tui.services.gateway import OnAlive, OnRetry

Step = str | ChatCompletionChunk | GatewayError | asyncio.Event
"""Text, a chunk, a failure, or an event that is waited for."""


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows any more: what is written raises the error of a full disk."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)


async def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Give the loop turns until the condition holds; AssertionError when it never does."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not holds():
        assert loop.time() < end, f"never came true: {holds}"
        await asyncio.sleep(0.002)


class FakeGateway:
    """Plays its steps for every request, and remembers what was asked."""

    def __init__(self, *steps: Step, models: tuple[str, ...] = ("test-model",)) -> None:
        self.steps = steps
        self.models = models
        self.requests: list[ChatRequest] = []
        self.closed_streams = 0
        self.closed = False
        self.waiting = False
        """It has come to an event."""
        self.models_error: GatewayError | None = None

    async def list_models(self) -> list[ModelInfo]:
        if self.models_error is not None:
            raise self.models_error
        return [ModelInfo(model) for model in self.models]

    async def stream_chat(
        self, request: ChatRequest, *, on_retry: OnRetry | None = None, on_alive: OnAlive | None = None
    ) -> AsyncGenerator[ChatCompletionChunk, None]:
        self.requests.append(request)
        try:
            for step in self.steps:
                if isinstance(step, asyncio.Event):
                    self.waiting = True
                    await step.wait()
                    self.waiting = False
                elif isinstance(step, GatewayError):
                    raise step
                else:
                    yield ChatCompletionChunk(step) if isinstance(step, str) else step
            yield ChatCompletionChunk(finish_reason="stop", usage=Usage(3, 4, 7))
        finally:
            self.closed_streams += 1

    async def aclose(self) -> None:
        self.closed = True


class FakeLine:
    """A connection whose gateway is there at once."""

    def __init__(self, gateway: FakeGateway, *, stream: bool = True) -> None:
        self.stream = stream
        self.prefills = False
        self._gateway = gateway

    def answered(self) -> None:
        pass

    def failed(self, error: ChinwagError) -> None:
        pass

    async def gateway(self) -> FakeGateway:
        return self._gateway

    async def default_model(self) -> str:
        return self._gateway.models[0]


@dataclass
class MemoryStore:
    """Keeps a copy of every save, and fails on demand."""

    saves: list[Conversation] = field(default_factory=list)
    fails: str = ""

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        await asyncio.sleep(0)
        if self.fails:
            raise StoreError(self.fails)
        self.saves.append(deepcopy(conversation))
