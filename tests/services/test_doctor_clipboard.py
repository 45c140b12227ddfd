"""`chinwag doctor` tells which way a copied text will go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.doctor_case import case_in
from tui.services.doctor.check import Finding, State
from tui.services.doctor.terminal import find_clipboard


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, in a shell on another machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    monkeypatch.delenv("TMUX", raising=False)
    return folder


def put_tmux(folder: Path, version: str) -> None:
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)


async def find(folder: Path, **environ: str) -> Finding:
    return await find_clipboard(case_in(folder, environ=environ))


@pytest.mark.parametrize("version", ["tmux 3.2a", "tmux 3.6", "tmux next-3.4"])
async def test_a_tmux_that_copies(
    version: str, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_tmux(programs, version)
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    finding = await find(tmp_path)
    assert (finding.state, finding.found) == (State.OK, f"through {version}")


async def test_a_tmux_too_old_to_copy(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tmux(programs, "tmux 3.1c")
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    finding = await find(tmp_path)
    assert finding.state is State.WARNING
    assert "tmux 3.1c" in finding.found
    assert "set-clipboard" in finding.next_step


async def test_no_tmux_to_be_run(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    finding = await find(tmp_path)
    assert (finding.state, "PATH" in finding.next_step) == (State.WARNING, True)


async def test_a_shell_that_was_reached_out_of_tmux(programs: Path, tmp_path: Path) -> None:
    finding = await find(tmp_path, TERM="tmux-256color")
    assert (finding.state, "set-clipboard" in finding.next_step) == (State.WARNING, True)


async def test_gnu_screen(programs: Path, tmp_path: Path) -> None:
    finding = await find(tmp_path, TERM="screen", STY="1.pts")
    assert finding.state is State.OK
    assert "GNU screen" in finding.found
