"""A home of one's own, a lab to talk to, and chinwag as it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.terminal import Terminal

ROOT = Path(__file__).parent.parent.parent
COMMAND = str(Path(sys.executable).with_name("chinwag"))

StartChinwag = Callable[..., Terminal]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment with an empty home and nothing of the developer's."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "SSH_TTY": "/dev/pts/0",  # copying goes through the terminal: no clipboard of the developer's is touched
        "CHINWAG_DATA_DIR": str(tmp_path / "data"),
        "CHINWAG_CONFIG_DIR": str(tmp_path / "config"),
        "CHINWAG_CACHE_DIR": str(tmp_path / "cache"),
    }


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[StartChinwag]:
    """Starts chinwag in a terminal; everything started is ended."""
    started: list[Terminal] = []

    def run(*arguments: str, columns: int = 120, rows: int = 40, **more: str) -> Terminal:
        terminal = Terminal([COMMAND, *arguments], {**environ, **more}, columns, rows)
        started.append(terminal)
        return terminal

    yield run
    for terminal in started:
        terminal.__exit__()


@pytest.fixture(scope="session")
def lab() -> Iterator[str]:
    """The origin of a gateway lab in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.gateway_lab"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
