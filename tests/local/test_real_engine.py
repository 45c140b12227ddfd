"""The real engine with the real weights, over HTTP."""

import asyncio
import json
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.local.helpers import alive, children_of, until
from tui.domain.errors import EngineError
from tui.domain.settings import DEMO_MODEL, LocalSettings
from tui.local.demo import DEMO_OPTIONS, DEMO_SYSTEM, DEMO_WEIGHTS
from tui.local.engine import Endpoint, EngineSettings, LocalEngine
from tui.local.gguf import trained_context

pytestmark = pytest.mark.engine


@pytest.fixture
async def engine(models: Path, tmp_path: Path) -> AsyncIterator[LocalEngine]:
    engine = LocalEngine(EngineSettings.of(LocalSettings(), models), tmp_path / "engine.log")
    yield engine
    await engine.stop()


def client_of(endpoint: Endpoint, **headers: str) -> httpx.AsyncClient:
    headers = headers or {"Authorization": f"Bearer {endpoint.key}"}
    return httpx.AsyncClient(
        base_url=endpoint.base_url,
        headers=headers,
        trust_env=False,
        timeout=60,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


def question(text: str) -> dict[str, object]:
    return {
        "model": DEMO_MODEL,
        "messages": [{"role": "system", "content": DEMO_SYSTEM}, {"role": "user", "content": text}],
        "seed": 7,
        **DEMO_OPTIONS.as_dict(),
    }


def head_of(models: Path, length: int) -> bytes:
    with DEMO_WEIGHTS.path(models).open("rb") as file:
        return file.read(length)


def padded(path: Path, head: bytes) -> Path:
    """A file as long as the real one, with this head and nothing after it; it takes no more room than the head."""
    path.write_bytes(head)
    os.truncate(path, DEMO_WEIGHTS.size)
    return path


async def failure_with(path: Path) -> EngineError:
    engine = LocalEngine(EngineSettings(path, "broken", path.name), path.parent / "engine.log")
    with pytest.raises(EngineError) as failure:
        await engine.start()
    assert not engine.running
    return failure.value


async def test_a_reply_is_streamed_and_right(engine: LocalEngine) -> None:
    endpoint = await engine.start()
    body = question("What is the capital of France?") | {"stream": True}
    async with (
        client_of(endpoint) as client,
        client.stream("POST", "chat/completions", json=body) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        events = [line.removeprefix("data: ") async for line in response.aiter_lines() if line]
    assert events[-1] == "[DONE]"
    deltas = [choice["delta"] for event in events[:-1] for choice in json.loads(event)["choices"]]
    assert len(deltas) > 3
    assert "Paris" in "".join(delta.get("content") or "" for delta in deltas)
    assert "Paris" not in engine.log.read_text()
    assert endpoint.key not in engine.log.read_text()


async def test_the_model_is_listed_under_its_id(engine: LocalEngine) -> None:
    async with client_of(await engine.start()) as client:
        models = (await client.get("models")).json()["data"]
    assert [model["id"] for model in models] == [DEMO_MODEL]


@pytest.mark.parametrize("headers", [{"Accept": "*/*"}, {"Authorization": "Bearer wrong"}], ids=["none", "wrong"])
async def test_nobody_gets_in_without_the_key(engine: LocalEngine, headers: dict[str, str]) -> None:
    async with client_of(await engine.start(), **headers) as client:
        assert (await client.get("models")).status_code == 401
        assert (await client.post("chat/completions", json=question("Hello"))).status_code == 401


async def test_two_replies_run_at_once(engine: LocalEngine) -> None:
    async with client_of(await engine.start()) as client:
        replies = await asyncio.gather(
            *(client.post("chat/completions", json=question(text) | {"max_tokens": 8}) for text in ("Hi", "Hello"))
        )
    assert [reply.status_code for reply in replies] == [200, 200]


async def test_it_starts_again_after_a_stop(engine: LocalEngine) -> None:
    first = await engine.start()
    await engine.stop()
    second = await engine.start()
    assert second.key != first.key
    async with client_of(second) as client:
        assert (await client.get("models")).status_code == 200


async def test_cancelling_while_the_real_model_loads_leaves_no_child(engine: LocalEngine) -> None:
    others = children_of(os.getpid())
    starting = asyncio.create_task(engine.start())
    await until(lambda: children_of(os.getpid()) - others)
    (child,) = children_of(os.getpid()) - others
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not alive(child)


async def test_the_weights_say_of_themselves_what_we_say_of_them(models: Path) -> None:
    path = DEMO_WEIGHTS.path(models)
    assert (path.stat().st_size, trained_context(path)) == (DEMO_WEIGHTS.size, 8192)
    assert "Apache License" in DEMO_WEIGHTS.licence_path(models).read_text()


@pytest.mark.parametrize("length", [2_000, 1_000_000, 5_000_000])
async def test_a_file_cut_short_is_damaged(models: Path, tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(head_of(models, length))
    failure = await failure_with(path)
    assert failure.kind == "model-damaged"
    assert "cut.gguf is damaged or incomplete" in str(failure)


async def test_an_unknown_architecture_is_named_as_such(models: Path, tmp_path: Path) -> None:
    name = b"\x05" + bytes(7)
    head = head_of(models, 5_000_000).replace(name + b"llama", name + b"ollam", 1)
    failure = await failure_with(padded(tmp_path / "odd.gguf", head))
    assert failure.kind == "model-unsupported"
    assert "does not support the type of model in odd.gguf" in str(failure)


async def test_spoilt_descriptions_of_tensors_are_damage(models: Path, tmp_path: Path) -> None:
    head = head_of(models, 5_000_000)
    before, name, after = head.partition(b"token_embd.weight")
    failure = await failure_with(padded(tmp_path / "spoilt.gguf", before + name + b"\xff" * 64 + after[64:]))
    assert failure.kind == "model-damaged"


async def test_the_real_child_goes_when_the_parent_is_killed(models: Path, tmp_path: Path) -> None:
    script = f"""
        import asyncio
        from pathlib import Path
        from tui.domain.settings import LocalSettings
        from tui.local.engine import EngineSettings, LocalEngine
        async def main():
            engine = LocalEngine(EngineSettings.of(LocalSettings(), Path({str(models)!r})), Path({str(tmp_path)!r}) / "log")
            await engine.start()
            print("ready", flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
    """
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(script), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"ready\n"
    (child,) = children_of(parent.pid)
    assert alive(child)
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(child))
