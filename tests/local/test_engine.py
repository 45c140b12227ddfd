"""The parent's side of the engine, against a child that only pretends."""

import asyncio
import json
import os
import signal
import stat
import sys
import textwrap
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

from tests.local.helpers import alive, until, write_gguf
from tui.domain.errors import EngineError
from tui.domain.settings import DEMO_MODEL, LocalSettings
from tui.local.demo import DEMO_NAME
from tui.local.engine import CHILD, EngineSettings, LocalEngine
from tui.local.process import ServerProcess

FAKE_CHILD = Path(__file__).with_name("fake_child.py")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_gguf(tmp_path / "model.gguf")


def engine_for(model: Path, *scenario: str, **settings: Any) -> LocalEngine:
    return LocalEngine(
        EngineSettings(model, alias="fake", name=model.name, **settings),
        model.parent / "logs" / "engine.log",
        command=(sys.executable, str(FAKE_CHILD), *scenario),
    )


def orders(notes: Path) -> list[dict]:
    return [json.loads(line) for line in notes.read_text().splitlines()]


async def failure_of(engine: LocalEngine, timeout: float = 30) -> EngineError:
    with pytest.raises(EngineError) as failure:
        await engine.start(timeout)
    assert not engine.running
    assert engine.endpoint is None
    return failure.value


async def test_start_gives_an_endpoint_and_stop_ends_the_child(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "ready", str(tmp_path / "notes"))
    endpoint = await engine.start()
    assert (endpoint.base_url, endpoint.model) == ("http://127.0.0.1:9/v1", "fake")
    assert engine.running
    [order] = orders(tmp_path / "notes")
    await engine.stop()
    assert not engine.running
    assert not alive(order["pid"])
    await engine.stop()


async def test_stop_without_a_start_does_nothing(model: Path) -> None:
    engine = engine_for(model, "ready")
    await engine.stop()
    assert not engine.running


async def test_two_callers_share_one_child(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "ready", str(tmp_path / "notes"))
    first, second = await asyncio.gather(engine.start(), engine.start())
    assert first is second
    assert await engine.start() is first
    assert len(orders(tmp_path / "notes")) == 1
    await engine.stop()


async def test_a_child_that_died_is_replaced_with_a_new_key(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "ready", str(tmp_path / "notes"))
    first = await engine.start()
    os.kill(orders(tmp_path / "notes")[0]["pid"], signal.SIGKILL)
    await until(lambda: not engine.running)
    second = await engine.start()
    assert engine.running
    assert second.key != first.key
    await engine.stop()


async def test_it_does_not_count_as_running_while_it_starts_again(model: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    engine = engine_for(model, "ready once", str(notes))
    await engine.start()
    os.kill(orders(notes)[0]["pid"], signal.SIGKILL)
    await until(lambda: not engine.running)
    starting = asyncio.create_task(failure_of(engine))
    await until(lambda: notes.read_text().count("\n") == 2)  # the second child has its order, and is loading
    assert not engine.running
    assert engine.endpoint is None
    await engine.stop()
    await starting


async def test_the_key_goes_down_the_pipe_and_nowhere_else(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "ready", str(tmp_path / "notes"))
    endpoint = await engine.start()
    [order] = orders(tmp_path / "notes")
    assert order["key"] == endpoint.key
    assert len(endpoint.key) >= 32
    assert endpoint.key not in repr(endpoint)
    if (process := Path(f"/proc/{order['pid']}")).exists():
        assert endpoint.key.encode() not in (process / "cmdline").read_bytes()
        assert endpoint.key.encode() not in (process / "environ").read_bytes()
    assert endpoint.key not in engine.log.read_text()
    await engine.stop()


async def test_all_output_of_the_child_lands_in_a_private_log(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    engine = engine_for(model, "ready")
    await engine.start()
    assert engine.log.read_text() == "native words on 1\nnative words on 2\n"
    assert stat.S_IMODE(engine.log.stat().st_mode) == 0o600
    await engine.stop()
    assert capfd.readouterr() == ("", "")


async def test_a_start_begins_a_new_log_and_keeps_the_last(model: Path) -> None:
    engine = engine_for(model, "ready")
    engine.log.parent.mkdir()
    engine.log.write_text("from the last time\n")
    engine.log.chmod(0o644)
    await engine.start()
    await engine.stop()
    assert "last time" not in engine.log.read_text()
    assert stat.S_IMODE(engine.log.stat().st_mode) == 0o600
    assert engine.log.with_name("engine.log.old").read_text() == "from the last time\n"


async def test_the_engine_starts_where_no_log_can_be_written(model: Path) -> None:
    engine = engine_for(model, "ready")
    engine.log.parent.write_text("a file where the folder should be")
    await engine.start()
    assert engine.running
    await engine.stop()


async def test_the_order_caps_the_context_and_leaves_a_core(tmp_path: Path) -> None:
    model = write_gguf(tmp_path / "m.gguf", {"general.architecture": "llama", "llama.context_length": 2048})
    engine = engine_for(model, "ready", str(tmp_path / "notes"), context=1_000_000, gpu_layers=3)
    await engine.start()
    await engine.stop()
    [order] = orders(tmp_path / "notes")
    assert (order["context"], order["gpu_layers"], order["model"]) == (2048, 3, str(model))
    assert 1 <= order["threads"] <= max(1, (os.cpu_count() or 1) - 1)


async def test_threads_that_were_asked_for_are_taken(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "ready", str(tmp_path / "notes"), threads=5)
    await engine.start()
    await engine.stop()
    assert orders(tmp_path / "notes")[0]["threads"] == 5


async def test_a_missing_model_is_told_before_any_child_starts(model: Path, tmp_path: Path) -> None:
    model.unlink()
    failure = await failure_of(engine_for(model, "ready", str(tmp_path / "notes")))
    assert failure.kind == "model-missing"
    assert str(model) in str(failure)
    assert not (tmp_path / "notes").exists()


async def test_a_file_that_is_no_model_is_named(model: Path) -> None:
    model.write_text("a letter to somebody")
    failure = await failure_of(engine_for(model, "ready"))
    assert (failure.kind, str(failure)) == (
        "model-not-gguf",
        "model.gguf is not a GGUF model file. Choose another file.",
    )


async def test_without_the_weights_the_demo_model_names_its_command(tmp_path: Path) -> None:
    engine = LocalEngine(EngineSettings.of(LocalSettings(), tmp_path), tmp_path / "engine.log")
    failure = await failure_of(engine)
    assert (failure.kind, str(failure)) == (
        "weights-missing",
        "The tiny demo model is not installed. Run: chinwag local install",
    )


def test_settings_without_a_model_mean_the_demo(tmp_path: Path) -> None:
    settings = EngineSettings.of(LocalSettings(context=512), tmp_path)
    assert (settings.alias, settings.name, settings.context) == (DEMO_MODEL, DEMO_NAME, 512)
    assert settings.model.parent == tmp_path
    assert settings.weights is not None
    assert settings.dry > 0


def test_a_model_of_the_user_is_served_as_it_is(tmp_path: Path) -> None:
    settings = EngineSettings.of(LocalSettings(model="~/big.Q8.gguf"), tmp_path)
    assert settings.model == Path.home() / "big.Q8.gguf"
    assert (settings.alias, settings.name, settings.dry, settings.weights) == ("big.Q8", "big.Q8.gguf", 0.0, None)


async def test_an_engine_that_is_not_installed_names_the_command(model: Path) -> None:
    python, _flag, script = CHILD
    engine = LocalEngine(
        EngineSettings(model, alias="m", name="m"),
        model.parent / "engine.log",
        command=(python, "-I", "-S", script),  # the real child, kept from seeing any package
    )
    failure = await failure_of(engine)
    assert (failure.kind, str(failure)) == (
        "engine-missing",
        "The engine is not installed. Run: chinwag local install",
    )


async def test_a_program_that_is_not_there_is_told(model: Path) -> None:
    engine = LocalEngine(EngineSettings(model, "m", "m"), model.parent / "engine.log", command=("/nowhere/python",))
    failure = await failure_of(engine)
    assert failure.kind == "engine-failed"
    assert "No such file" in str(failure)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("engine-missing|No module|", "engine-missing", "chinwag local install"),
        ("engine-unusable|libgomp.so.1: cannot open|", "engine-unusable", "libgomp.so.1: cannot open. Use a gateway"),
        ("not-loaded|x|llama_model_load: unknown model architecture: 'odd'\n", "model-unsupported", "model.gguf"),
        ("not-loaded|x|tensor data is not within the file bounds\n", "model-damaged", "damaged or incomplete"),
        ("not-loaded|x|ggml: unable to allocate CPU buffer\n", "out-of-memory", "Not enough memory for model.gguf"),
        ("not-loaded|x|bad_alloc\nfailed to load model\n", "out-of-memory", "Not enough memory"),
        ("not-loaded|x|something new\n", "engine-failed", "could not load model.gguf"),
    ],
)
async def test_what_the_child_reports_becomes_a_sentence(model: Path, answer: str, kind: str, words: str) -> None:
    failure = await failure_of(engine_for(model, "failed", answer))
    assert failure.kind == kind
    assert words in str(failure)


@pytest.mark.parametrize(
    ("scenario", "argument", "words"),
    [
        ("exit", "7", "exit status 7"),
        ("signal", str(int(signal.SIGILL)), "this processor does not support a required instruction"),
        ("signal", str(int(signal.SIGKILL)), "possibly out of memory"),
        ("signal", str(int(signal.SIGSEGV)), "it crashed (Segmentation fault)"),
        ("babble", "", "exit status 0"),
    ],
)
async def test_a_child_that_dies_while_loading_is_explained(
    model: Path, scenario: str, argument: str, words: str
) -> None:
    failure = await failure_of(engine_for(model, scenario, argument))
    assert failure.kind == "engine-crashed"
    assert words in str(failure)


async def test_a_start_that_takes_too_long_leaves_no_child(model: Path, tmp_path: Path) -> None:
    # The timeout runs out however slow the machine is; that the child had begun is waited for.
    engine = engine_for(model, "loading", str(tmp_path / "pid"))
    starting = asyncio.create_task(failure_of(engine, timeout=2))
    failure = await starting
    assert failure.kind == "start-timeout"
    assert "model.gguf did not load within 2 seconds." in str(failure)
    if (tmp_path / "pid").exists():
        assert not alive(int((tmp_path / "pid").read_text()))


async def test_cancelling_a_start_leaves_no_child(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "loading", str(tmp_path / "pid"))
    starting = asyncio.create_task(engine.start())
    await until((tmp_path / "pid").exists)
    await until((tmp_path / "pid").read_text)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not engine.running
    assert not alive(int((tmp_path / "pid").read_text()))


async def test_stopping_a_start_ends_the_child_and_says_so(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "loading", str(tmp_path / "pid"))
    starting = asyncio.create_task(failure_of(engine))
    await until((tmp_path / "pid").exists)
    await until((tmp_path / "pid").read_text)
    await engine.stop()
    assert not alive(int((tmp_path / "pid").read_text()))
    assert (await starting).kind == "engine-stopped"


async def test_stopping_before_the_child_is_spawned_prevents_it(model: Path, tmp_path: Path) -> None:
    engine = engine_for(model, "ready", str(tmp_path / "notes"))
    starting = asyncio.create_task(failure_of(engine))
    await asyncio.sleep(0)  # it looks at the model's file, in a thread
    await engine.stop()
    assert (await starting).kind == "engine-stopped"


async def test_a_child_that_will_not_go_is_killed(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_for(model, "stubborn", str(tmp_path / "pid"))
    await engine.start()
    monkeypatch.setattr(ServerProcess, "end", partialmethod(ServerProcess.end, grace=0))
    await engine.stop()
    assert not alive(int((tmp_path / "pid").read_text()))
    assert not engine.running


async def test_the_child_goes_when_the_parent_is_killed(model: Path, tmp_path: Path) -> None:
    script = f"""
        import asyncio, sys
        from pathlib import Path
        from tui.local.engine import EngineSettings, LocalEngine
        async def main():
            engine = LocalEngine(EngineSettings(Path({str(model)!r}), "m", "m"), Path({str(tmp_path / "log")!r}),
                command=(sys.executable, {str(FAKE_CHILD)!r}, "ready", {str(tmp_path / "notes")!r}))
            await engine.start()
            print("started", flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
    """
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(script), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"started\n"
    [order] = orders(tmp_path / "notes")
    assert alive(order["pid"])
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(order["pid"]))
