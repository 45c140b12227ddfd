"""Running small programs of the system, for a limited time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence


async def run_program(arguments: Sequence[str], data: bytes, seconds: float) -> bool:
    """Run a program with `data` as its input and return whether it succeeded within so many seconds.

    After that it is killed, with all its children. What it left running when it succeeded continues: some clipboard
    programs serve what was copied for as long as they live.
    """
    # Its output is discarded: a child that keeps running would keep a pipe open.
    return await _run(arguments, data, seconds, DEVNULL) is not None


async def program_output(arguments: Sequence[str], seconds: float) -> str:
    """Return the output of a program that succeeds within so many seconds, else nothing."""
    return (await _run(arguments, b"", seconds, PIPE) or b"").decode(errors="replace")


async def _run(arguments: Sequence[str], data: bytes, seconds: float, output: int) -> bytes | None:
    """Return its output; `None` if it could not be run, failed or took too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=PIPE, stdout=output, stderr=DEVNULL, start_new_session=True
        )
    except OSError:  # there is no such program
        return None
    try:
        async with asyncio.timeout(seconds):
            printed, _errors = await process.communicate(data)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            await _end(process)
    return (printed or b"") if process.returncode == 0 else None


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    await process.wait()
