"""Servers that others wrote, started on loopback when the environment names their commands."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = "CHINWAG_LITELLM"
CONFIGURATION = Path(__file__).parent / "litellm.yaml"
PATIENCE = 180.0
"""Seconds; a first start compiles some thousand modules."""


@pytest.fixture(scope="session")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a LiteLLM proxy with models that answer by themselves."""
    command = os.environ.get(COMMAND)
    if not command:
        pytest.skip(f"{COMMAND} names no command; `make test-gateways` sets it")
    home = tmp_path_factory.mktemp("litellm")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LITELLM_TELEMETRY": "False",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # prices from the package, not from the network
        "NO_PROXY": "*",
    }
    arguments = ["--config", str(CONFIGURATION), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    with (home / "log.txt").open("wb") as log:
        process = subprocess.Popen([command, *arguments], cwd=home, env=environ, stdout=log, stderr=log)
    try:
        _wait_until_alive(f"http://127.0.0.1:{port}/health/liveliness", process, home / "log.txt")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_alive(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with opener.open(url, timeout=5):
                return
        except OSError:
            said = log.read_text(errors="replace")[-2000:]
            assert process.poll() is None, f"LiteLLM ended\n{said}"
            assert time.monotonic() < end, f"LiteLLM does not answer\n{said}"
            time.sleep(0.2)
