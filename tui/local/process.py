"""One child process on the pipe protocol of `child.py`: started, asked once, ended; and its log.

The log holds no prompt, no reply and no key.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

# The terminal's ctrl+c is for the app; on Windows a child would open a console window.
_APART: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x08000000}

LOG_TAIL = 16_000
"""Bytes of the log that an error keeps."""


class ServerProcess:
    """A child that ends when its standard input is closed, by `end` or because this process is gone."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def spawn(cls, command: Sequence[str], log: BinaryIO) -> ServerProcess:
        """Start the child, with its output going to `log`. OSError if there is no such program."""
        return cls(
            await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, **_APART
            )
        )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it is still running."""
        return self._process.returncode is None

    async def ask(self, order: Mapping[str, object]) -> dict[str, str]:
        """Send the one line and return the answer; empty if the child ended or its answer makes no sense."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(ConnectionError):  # it may have ended already; its answer is still read
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            await self._process.stdin.drain()
        try:
            answer = json.loads(await self._process.stdout.readline())
        except ValueError:
            return {}
        return {key: str(value) for key, value in answer.items()} if isinstance(answer, dict) else {}

    async def end(self, grace: float = 3.0) -> int:
        """Close the pipe, terminate or kill after `grace` seconds, and return the exit status (negative: the signal)."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            for insist, patience in ((None, grace), (self._process.terminate, 1.0), (self._process.kill, 5.0)):
                if insist is not None and self.alive:
                    with contextlib.suppress(ProcessLookupError):
                        insist()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(patience):
                        return await self._process.wait()
        except asyncio.CancelledError:
            self.kill()
            raise
        return await self._process.wait()

    def kill(self) -> None:
        """Kill it at once, without waiting."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


def open_log(path: Path) -> BinaryIO:
    """Return a new, empty log that only its owner can read; the last one is kept with the suffix `.old`.

    It is always a new file, so that two windows never write into each other's. If it cannot be created, a temporary
    file is used: a missing log must not stop the engine.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.replace(path.with_name(path.name + ".old"))
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "r+b", buffering=0)
    return cast("BinaryIO", tempfile.TemporaryFile(buffering=0))


def end_of(log: BinaryIO) -> str:
    """Return the end of an open log."""
    log.seek(0, os.SEEK_END)
    log.seek(max(0, log.tell() - LOG_TAIL))
    return log.read().decode("utf-8", "replace")
