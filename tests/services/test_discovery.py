"""Servers on this machine are found on loopback, and nothing else is taken for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes import FakeGateway
from tui.domain.errors import GatewayError
from tui.domain.models import ModelInfo
from tui.domain.settings import Profile
from tui.services import discovery
from tui.services.connections import Connections
from tui.services.discovery import LOCAL_SERVERS, Discovery, Found, LocalServer
from tui.store.secrets import Secrets


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    """A port of 127.0.0.1 that accepts and says nothing."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Lab:
    """Connects to gateways by port, and remembers who was asked with which key."""

    def __init__(self, gateway: Callable[[Profile], FakeGateway]) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.gateway = gateway
        self.connections = Connections(Secrets(Path("/nowhere"), {"OPENAI_API_KEY": "sk-never"}), self.connect)

    async def connect(self, profile: Profile, key: str | None) -> FakeGateway:
        self.asked.append((profile.base_url, key))
        return self.gateway(profile)

    async def look(self, *servers: LocalServer) -> list[Found]:
        async with aclosing(Discovery(self.connections, servers).look()) as found:
            return [server async for server in found]


async def test_a_running_server_is_found_with_its_models_and_asked_without_any_key() -> None:
    lab = Lab(lambda _profile: FakeGateway(models=("llama", "qwen")))
    async with listening() as port:
        found = await lab.look(LocalServer("Ollama", port))
    assert [(one.server.title, [model.id for model in one.models]) for one in found] == [("Ollama", ["llama", "qwen"])]
    assert lab.asked == [(f"http://127.0.0.1:{port}/v1", None)]
    assert found[0].profile == Profile("ollama", f"http://127.0.0.1:{port}/v1")


async def test_a_closed_port_is_never_asked_for_models() -> None:
    lab = Lab(lambda _profile: FakeGateway())
    async with listening() as port:
        pass
    assert await lab.look(LocalServer("vLLM", port)) == []
    assert lab.asked == []


async def test_something_else_on_the_port_is_no_server() -> None:
    def other(profile: Profile) -> FakeGateway:
        gateway = FakeGateway(models=("real",))
        if profile.name == "web":
            gateway.models_error = GatewayError("protocol", "A web page.")
        return gateway

    lab = Lab(other)
    async with listening() as web, listening() as real:
        found = await lab.look(LocalServer("Web", web), LocalServer("Real", real))
    assert [one.server.title for one in found] == ["Real"]


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(FakeGateway):
        async def list_models(self) -> list[ModelInfo]:
            await asyncio.Event().wait()
            return []

    silent = Silent()
    monkeypatch.setattr(discovery, "ANSWER_SECONDS", 0.05)
    async with listening() as port:
        assert await Lab(lambda _profile: silent).look(LocalServer("Slow", port)) == []
    assert silent.closed


async def test_leaving_early_leaves_no_task_behind() -> None:
    held = asyncio.Event()

    class Held(FakeGateway):
        async def list_models(self) -> list[ModelInfo]:
            await held.wait()
            return []

    lab = Lab(lambda profile: FakeGateway() if profile.name == "quick" else Held())
    before = asyncio.all_tasks()
    async with listening() as quick, listening() as slow:
        servers = (LocalServer("Quick", quick), LocalServer("Slow", slow))
        async with aclosing(Discovery(lab.connections, servers).look()) as found:
            assert (await anext(found)).server.title == "Quick"
        left = {task for task in asyncio.all_tasks() - before if "_ask" in repr(task)}
    assert left == set()


def test_only_this_machine_is_looked_at() -> None:
    assert {server.base_url.partition("//")[2].partition(":")[0] for server in LOCAL_SERVERS} == {"127.0.0.1"}
    assert [(server.title, server.port) for server in LOCAL_SERVERS] == [
        ("Ollama", 11434),
        ("LM Studio", 1234),
        ("llama.cpp", 8080),
        ("vLLM", 8000),
    ]
