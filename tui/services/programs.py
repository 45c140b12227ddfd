"""Running small programs of the system, for a limited time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence


async def run_program(arguments: Sequence[str], data: bytes, seconds: float) -> bool:
    """Run a program with `data` as its input. Whether it ended well within so many seconds.

    After that it is ended, and all that it started. What it left running when it ended well goes on: some clipboard
    programs serve what was copied for as long as they live.
    """
    # Its words go nowhere: a child that stays would keep the other end of a pipe open.
    return await _run(arguments, data, seconds, DEVNULL) is not None


async def program_output(arguments: Sequence[str], seconds: float) -> str:
    """Return what a program prints that ends well within so many seconds; else nothing."""
    return (await _run(arguments, b"", seconds, PIPE) or b"").decode(errors="replace")


async def _run(arguments: Sequence[str], data: bytes, seconds: float, output: int) -> bytes | None:
    """Return what it printed; `None` when it could not be run, failed or took too long."""
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
