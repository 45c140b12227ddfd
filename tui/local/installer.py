"""Runs pip or uv, whichever this environment has, as a subprocess with the user's own settings."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tui.domain.errors import EngineError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line

T = TypeVar("T")
TICK = 0.1
"""Seconds between two checks of a running installer."""
NOT_STARTED = 127

CommandFor = Callable[[str, Path | None], list[str]]
"""Returns a command line for a requirement and a target folder (`None` is the running environment)."""

_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Max retries exceeded"
    r"|name resolution|Name or service not known|nodename nor servname|getaddrinfo|dns error|error sending request"
    r"|Network is unreachable|Connection refused|Connection reset|timed out|[Cc]lient error \(Connect\)"
)
_NO_ROOM = re.compile(r"No space left on device|not enough space|Disk quota exceeded|\[Errno 28\]|os error 28")
_CREDENTIALS = re.compile(r"://[^/@\s]*@")


class Abandoned(Exception):  # noqa: N818 - not an error: nobody waits any more
    """Blocking work ended because its caller was cancelled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An installer's exit status and the end of its output, without credentials."""

    status: int
    output: str

    @property
    def is_disk_full(self) -> bool:
        """Whether it failed because the disk is full."""
        return _NO_ROOM.search(self.output) is not None

    def reason(self) -> str:
        """Return why it failed, in a few words for a sentence."""
        if self.is_disk_full:
            return _("the disk is full")
        if _NO_NETWORK.search(self.output):
            return _("no network")
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        telling = [line for line in lines if line.lower().startswith("error")] or lines
        if not telling:
            return _("the installer ended with status {status}").format(status=self.status)
        return one_line(re.sub(r"(?i)^error:\s*", "", telling[-1]), 160).rstrip(".")


def installer_command(requirement: str, target: Path | None = None) -> list[str]:
    """Return the command that installs one package without dependencies, by pip or else uv, from the user's own index.

    EngineError "no-installer" if neither is available.
    """
    install = ["install", "--no-deps", "--only-binary=:all:", "--quiet"]
    into = [] if target is None else ["--target", str(target)]
    if importlib.util.find_spec("pip"):
        quick = ["--disable-pip-version-check", "--no-input", "--retries=2", "--no-cache-dir"]
        # A user's setting "user = true" cannot be combined with a target folder.
        apart = ["--no-user", "--no-compile"] if into else []
        return [sys.executable, "-m", "pip", *quick, *install, *apart, *into, requirement]
    if uv := shutil.which("uv"):
        return [uv, "pip", *install, "--python", sys.executable, "--link-mode=copy", *into, requirement]
    raise EngineError(
        "no-installer", _("Neither pip nor uv was found. Install one of them, then run: chinwag local install")
    )


def run_installer(
    command: Sequence[str], scratch: Path, cancelled: threading.Event, tick: Callable[[], None]
) -> Outcome:
    """Run an installer to its end, with all its temporary files in `scratch`. Blocks.

    `tick` is called while it runs. Kills the installer and raises Abandoned when `cancelled` is set.
    """
    settings = {
        "UV_HTTP_RETRIES": "2",
        **os.environ,
        "TMPDIR": str(scratch),
        "TEMP": str(scratch),
        "UV_CACHE_DIR": str(scratch / "cache"),
        "PIP_REQUIRE_VIRTUALENV": "0",
    }
    with tempfile.TemporaryFile(dir=scratch) as output:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=settings,
                start_new_session=True,  # the app handles ctrl+c
            )
        except OSError as error:
            return Outcome(NOT_STARTED, f"error: {error}")
        try:
            while process.poll() is None:
                if cancelled.wait(TICK):
                    raise Abandoned
                tick()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        output.seek(0, os.SEEK_END)
        output.seek(max(0, output.tell() - 8000))
        said = output.read().decode("utf-8", "replace")
    return Outcome(process.returncode, _CREDENTIALS.sub("://", said))


async def in_thread(work: Callable[[threading.Event], T]) -> T:
    """Run blocking work in a thread. When the caller is cancelled, set the event and wait for the work to end.

    The thread cleans up by itself, so that a second cancellation cannot cut it short.
    """
    cancelled = threading.Event()
    future = asyncio.get_running_loop().run_in_executor(None, work, cancelled)
    future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may await it
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        cancelled.set()
        await asyncio.wait([future])
        raise


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, while others write there."""
    total = 0
    for place, _folders, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(place, name).lstat().st_size
    return total
