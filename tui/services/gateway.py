"""What the services ask of a gateway, declared where no client is imported."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from tui.domain.chat import ChatCompletionChunk, ChatRequest
from tui.domain.errors import ChinwagError, GatewayError
from tui.domain.models import ModelInfo

Chunks = AsyncGenerator[ChatCompletionChunk, None]
OnRetry = Callable[[float, GatewayError], None]
"""Called with the seconds until the next try, and why the last one failed."""
OnAlive = Callable[[], None]
"""Called, once a second at most, while the server keeps the connection open and nothing has come yet."""


class Gateway(Protocol):
    """A client of one gateway."""

    def stream_chat(
        self, request: ChatRequest, *, on_retry: OnRetry | None = None, on_alive: OnAlive | None = None
    ) -> Chunks:
        """Stream a reply; with `request.stream` off it comes as one chunk. Failures are GatewayErrors."""

    async def list_models(self) -> list[ModelInfo]:
        """Return the models on offer."""

    async def aclose(self) -> None:
        """Close the connections."""


class ReplyBackend(Protocol):
    """A gateway that may still have to be set up: a key looked up, an engine started."""

    stream: bool
    prefills: bool
    """Whether the server takes a last assistant message as the beginning of its reply."""

    async def gateway(self) -> Gateway:
        """Return the gateway, ready to be asked; failures are ChinwagErrors."""

    async def default_model(self) -> str:
        """Return the model for conversations that name none; failures are ChinwagErrors."""

    def answered(self) -> None:
        """Note that a reply came through, so that an earlier trouble is over."""

    def failed(self, error: ChinwagError) -> None:
        """Note why a reply failed."""
