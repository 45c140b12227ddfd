"""Finds model servers on this machine, by the ports they usually listen on, on the loopback address only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tui.domain.errors import ChinwagError
from tui.domain.models import ModelInfo
from tui.domain.settings import Clocks, Profile
from tui.local.demo import DEMO_WEIGHTS
from tui.local.fetch import ENGINE_DOWNLOAD
from tui.services.connections import Connections
from tui.services.local_model import LocalModel
from tui.services.profiles import LOCAL_PORTS

LOOPBACK = "127.0.0.1"
KNOCK_SECONDS = 0.5
"""Seconds in which a port must open. On loopback that takes microseconds, or never happens."""
ANSWER_SECONDS = 3.0
"""Seconds in which a server must list its models."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A kind of server, and the port it listens on by default."""

    title: str
    port: int

    @property
    def base_url(self) -> str:
        """Its OpenAI-compatible address on this machine."""
        return f"http://{LOOPBACK}:{self.port}/v1"

    @property
    def profile(self) -> Profile:
        """A profile for it, without a key."""
        quick = Clocks(connect=KNOCK_SECONDS, first_whole=ANSWER_SECONDS, idle=ANSWER_SECONDS)
        return Profile(self.title.lower(), self.base_url, clocks=quick)


LOCAL_SERVERS = tuple(LocalServer(name, port) for name, port in LOCAL_PORTS.items())


@dataclass(frozen=True, slots=True)
class Found:
    """A server that answered."""

    server: LocalServer
    models: tuple[ModelInfo, ...]

    @property
    def profile(self) -> Profile:
        """The profile to save for it."""
        return Profile(self.server.title.lower(), self.server.base_url)


class Discovery:
    """Looks for servers on this machine."""

    def __init__(self, connections: Connections, servers: Sequence[LocalServer] = LOCAL_SERVERS) -> None:
        self._connections = connections
        self.servers = servers

    async def look(self) -> AsyncGenerator[Found, None]:
        """Ask all of them at once and yield those that answer, in the order of their answers."""
        tasks = [asyncio.create_task(self._ask(server)) for server in self.servers]
        try:
            for answer in asyncio.as_completed(tasks):
                if (found := await answer) is not None:
                    yield found
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, server: LocalServer) -> Found | None:
        try:
            async with asyncio.timeout(KNOCK_SECONDS):
                _reader, writer = await asyncio.open_connection(LOOPBACK, server.port)
        except OSError:  # TimeoutError is one
            return None
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return Found(server, tuple(await self._connections.check(server.profile)))
        except (ChinwagError, TimeoutError):
            return None  # another kind of server


@dataclass(frozen=True, slots=True)
class EmbeddedModel:
    """The state of the embedded model, for the first screen."""

    name: str
    """Empty for the demo model, else the name of the user's own file."""
    ready: bool
    megabytes: int
    """What is still to be downloaded; 0 if nothing can be."""
    next_step: str
    """What is missing and what to do; empty when it is ready."""


async def embedded_model(local: LocalModel) -> EmbeddedModel:
    """Return the state of the embedded engine and its model."""
    here = await local.status()
    engine = ENGINE_DOWNLOAD if here.engine is None else 0
    weights = DEMO_WEIGHTS.size if here.size is None and here.source else 0
    return EmbeddedModel(
        name="" if here.source else here.model,
        ready=here.ready,
        megabytes=round((engine + weights) / 1_000_000),
        next_step=here.next_step,
    )
