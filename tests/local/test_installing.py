"""Which installer is run and how, the engine's own package, and the status of it all."""

import sys
import tomllib
from pathlib import Path

import pytest

from tests.local.test_weights import TINY, installer
from tui.domain.errors import EngineError
from tui.domain.settings import LocalSettings
from tui.local import fetch as fetch_module
from tui.local import installer as installer_module
from tui.local import status as status_module
from tui.local.demo import DEMO_WEIGHTS
from tui.local.fetch import fetch, install, install_engine
from tui.local.installer import installer_command
from tui.local.status import ENGINE_REQUIREMENT, LocalStatus, status

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


def without_pip(monkeypatch: pytest.MonkeyPatch, *programs: Path) -> None:
    monkeypatch.setattr(installer_module.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", ":".join(str(program.parent) for program in programs))


def test_pip_is_asked_for_one_package_without_its_dependencies(tmp_path: Path) -> None:
    command = installer_command("tiny==1", tmp_path)
    assert command[:3] == [sys.executable, "-m", "pip"]
    assert {"--no-deps", "--only-binary=:all:", "--no-input", "--no-user"} <= set(command)
    assert command[-3:] == ["--target", str(tmp_path), "tiny==1"]
    assert not [word for word in command if "index" in word or "://" in word]


def test_the_running_environment_needs_no_target() -> None:
    assert "--target" not in installer_command("tiny==1")


def test_where_there_is_no_pip_uv_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\n")
    uv.chmod(0o755)
    without_pip(monkeypatch, uv)
    command = installer_command("tiny==1", tmp_path / "target")
    assert command[:3] == [str(uv), "pip", "install"]
    assert command[command.index("--python") + 1] == sys.executable
    assert "--no-deps" in command


def test_with_neither_the_user_is_told_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pip(monkeypatch)
    with pytest.raises(EngineError) as failure:
        installer_command("tiny==1")
    assert failure.value.kind == "no-installer"
    assert "chinwag local install" in str(failure.value)


def test_the_engine_is_pinned_alike_in_the_extra() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["optional-dependencies"]["local"] == [ENGINE_REQUIREMENT]


async def test_installing_the_engine_asks_for_the_pinned_version_here(tmp_path: Path) -> None:
    asked: list[tuple[str, Path | None]] = []
    told: list[float] = []

    def command_for(requirement: str, target: Path | None) -> list[str]:
        asked.append((requirement, target))
        return [sys.executable, "-c", ""]

    await install_engine(told.append, command_for=command_for)
    assert asked == [(ENGINE_REQUIREMENT, None)]
    assert told[-1] == 1.0


async def test_an_engine_that_cannot_be_installed_is_told(notes: Path) -> None:
    with pytest.raises(EngineError) as failure:
        await install_engine(command_for=installer("offline", notes))
    assert failure.value.kind == "install-failed"
    assert str(failure.value) == (
        "The engine could not be installed: no network. Try again with: chinwag local install"
    )


async def test_install_brings_a_missing_engine_first(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "engine_version", lambda: None)
    asked: list[str] = []
    told: list[float] = []

    def command_for(requirement: str, target: Path | None) -> list[str]:
        asked.append(requirement)
        return installer("good", notes)(requirement, target or tmp_path / "environment")

    path = await install(tmp_path / "models", told.append, weights=TINY, command_for=command_for)
    assert path.exists()
    assert asked == [ENGINE_REQUIREMENT, TINY.requirement]
    assert told == sorted(told)
    assert told[-1] == 1.0


async def test_install_leaves_an_engine_that_is_there(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "engine_version", lambda: "1")
    await install(tmp_path / "models", weights=TINY, command_for=installer("good", notes))
    assert len((notes / "runs").read_text().split()) == 1


async def test_status_before_and_after_fetching(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_module, "engine_version", lambda: "1.2")
    before = status(tmp_path, weights=TINY)
    assert (before.ready, before.size, before.model) == (False, None, "tiny demo model")
    assert before.next_step == "The tiny demo model is not installed. Run: chinwag local install"
    await fetch(tmp_path, weights=TINY, command_for=installer("good", notes))
    after = status(tmp_path, weights=TINY)
    assert after == LocalStatus(
        engine="1.2",
        model="tiny demo model",
        path=tmp_path / "tiny.gguf",
        size=TINY.size,
        licence="Apache-2.0",
        source="somewhere",
        checked=True,
    )
    assert after.ready
    assert after.next_step == ""


def test_status_without_the_engine_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_module.importlib.util, "find_spec", lambda _name: None)
    found = status(tmp_path)
    assert found.engine is None
    assert not found.ready
    assert found.next_step == "The engine is not installed. Run: chinwag local install"


def test_status_of_a_file_of_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_module, "engine_version", lambda: "1.2")
    path = tmp_path / "big.gguf"
    assert str(path) in status(tmp_path, LocalSettings(model=str(path))).next_step
    path.write_bytes(b"GGUF")
    found = status(tmp_path, LocalSettings(model=str(path)))
    assert (found.ready, found.model, found.size, found.licence) == (True, "big", 4, "")


def test_the_weights_of_the_demo_are_pinned() -> None:
    assert "==" in DEMO_WEIGHTS.requirement
    assert len(DEMO_WEIGHTS.sha256) == 64
