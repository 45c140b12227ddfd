"""Downloads the engine and the demo model's weights."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import importlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from tui.domain.errors import EngineError
from tui.domain.i18n import _
from tui.local.demo import DEMO_WEIGHTS
from tui.local.installer import TICK, Abandoned, CommandFor, in_thread, installer_command, run_installer, size_of
from tui.local.status import ENGINE_REQUIREMENT, engine_version
from tui.local.weights import Weights, check, mark_checked, sha256_of

Progress = Callable[[float], None]
"""Called on the event loop with the fraction done, from 0 to 1, never falling."""

SPARE = 64 << 20
"""Bytes to leave free on the disk."""
ENGINE_DOWNLOAD = 34_000_000
ENGINE_SHARE = 0.25
"""The fraction of the progress for installing the engine, if it is missing."""
WORK_PREFIX = ".fetch-"
LOCK_NAME = ".fetching"

_NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


async def install(
    folder: Path,
    progress: Progress | None = None,
    *,
    weights: Weights = DEMO_WEIGHTS,
    command_for: CommandFor = installer_command,
) -> Path:
    """Install the engine if it is missing, download the weights into `folder` and return their path.

    Raises EngineError as `install_engine` and `fetch` do.
    """
    report, share = progress or _ignore, 0.0
    if engine_version() is None:
        share = ENGINE_SHARE
        await install_engine(lambda done: report(done * share), command_for=command_for)
    return await fetch(
        folder, lambda done: report(share + done * (1 - share)), weights=weights, command_for=command_for
    )


async def install_engine(progress: Progress | None = None, *, command_for: CommandFor = installer_command) -> None:
    """Install the engine's package, in the tested version, into the running environment.

    EngineError "no-installer" or "install-failed". Cancelling kills the installer.
    """
    command = command_for(ENGINE_REQUIREMENT, None)
    report = _on_loop(progress)

    def work(cancelled: threading.Event) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="chinwag-") as folder:
                scratch = Path(folder)
                outcome = run_installer(
                    command, scratch, cancelled, lambda: report(min(0.95, size_of(scratch) / ENGINE_DOWNLOAD))
                )
        except OSError as error:
            raise _not_installed(error.strerror or str(error)) from error
        if outcome.status != 0:
            raise _not_installed(outcome.reason(), outcome.output)

    await in_thread(work)
    importlib.invalidate_caches()
    (progress or _ignore)(1.0)


async def fetch(
    folder: Path,
    progress: Progress | None = None,
    *,
    weights: Weights = DEMO_WEIGHTS,
    command_for: CommandFor = installer_command,
) -> Path:
    """Download the weights and their licence into `folder`, verify them and return their path. Returns at once if they
    are there.

    A second process that needs the same waits for the first. Failing or being cancelled leaves nothing behind.
    EngineError "no-installer", "fetch-failed", "fetch-mismatch", "disk-full" or "folder-unwritable".
    """
    path = await in_thread(partial(_fetch, folder, weights, command_for, _on_loop(progress)))
    (progress or _ignore)(1.0)
    return path


def _fetch(
    folder: Path, weights: Weights, command_for: CommandFor, report: Progress, cancelled: threading.Event
) -> Path:
    try:
        if not _is_there(folder, weights):
            with _alone_in(folder, cancelled):
                if not _is_there(folder, weights):  # unless another process was first
                    _fetch_into(folder, weights, command_for, report, cancelled)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _disk_full(folder, weights) from error
        raise EngineError(
            "folder-unwritable",
            _("The model cannot be stored in {folder}: {reason}. Check its permissions.").format(
                folder=folder, reason=error.strerror or error
            ),
        ) from error
    return weights.path(folder)


def _fetch_into(
    folder: Path, weights: Weights, command_for: CommandFor, report: Progress, cancelled: threading.Event
) -> None:
    for left in folder.glob(WORK_PREFIX + "*"):  # left by a run that was killed: the lock is ours
        shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(folder).free < _room_needed(weights):
        raise _disk_full(folder, weights)
    # In the destination folder, so that the last step is a rename.
    work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=folder))
    try:
        arrived, licence = _download(work, weights, command_for, report, cancelled)
        if cancelled.is_set():
            raise Abandoned
        licence.replace(weights.licence_path(folder))
        arrived.replace(weights.path(folder))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    mark_checked(folder, weights)


def _download(
    work: Path, weights: Weights, command_for: CommandFor, report: Progress, cancelled: threading.Event
) -> tuple[Path, Path]:
    """Return the paths of the weights and their licence below `work`, verified and synced to disk."""
    target, licence = work / "package", work / "licence"
    whole = weights.download + weights.size
    outcome = run_installer(
        command_for(weights.requirement, target), work, cancelled, lambda: report(min(0.97, size_of(work) / whole))
    )
    if outcome.status != 0:
        raise EngineError(
            "disk-full" if outcome.is_disk_full else "fetch-failed",
            _("The model could not be downloaded: {reason}. Try again with: chinwag local install").format(
                reason=outcome.reason()
            ),
            outcome.output,
        )
    arrived = target / weights.member
    if not arrived.is_file() or sha256_of(arrived) != weights.sha256:
        raise EngineError(
            "fetch-mismatch",
            _("The download is not the expected model, so it was deleted. Try again with: chinwag local install"),
            outcome.output,
        )
    licence.write_text(_licence_text(target, weights), "utf-8")
    for path in (licence, arrived):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    return arrived, licence


@contextlib.contextmanager
def _alone_in(folder: Path, cancelled: threading.Event) -> Iterator[None]:
    """Hold the lock for downloading into a folder, which is created, and removed again if it stays empty."""
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / LOCK_NAME
    lock = FileLock(path)
    while True:
        try:
            lock.acquire(timeout=TICK)
            break
        except Timeout:
            if cancelled.is_set():
                raise Abandoned from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        lock.release()
        if is_new:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _is_there(folder: Path, weights: Weights) -> bool:
    try:
        check(folder, weights)
    except EngineError:  # missing, damaged or unreadable: downloading repairs or reports it
        return False
    return True


def _licence_text(package: Path, weights: Weights) -> str:
    head = _("Model: {title}\nSource: {source}\nLicence: {licence}\n").format(
        title=weights.title, source=weights.source, licence=weights.licence
    )
    for path in sorted(package.glob("*.dist-info/**/LICENSE*")):
        return f"{head}\n{path.read_text('utf-8', 'replace')}"
    return f"{head}\n{_NOTICE}"


def _room_needed(weights: Weights) -> int:
    return weights.download + weights.size + SPARE


def _disk_full(folder: Path, weights: Weights) -> EngineError:
    return EngineError(
        "disk-full",
        _(
            "The download needs {need} MB of free space in {folder}. Free some space, then run: chinwag local install"
        ).format(need=round(_room_needed(weights) / 1e6), folder=folder),
    )


def _not_installed(reason: str, detail: str = "") -> EngineError:
    return EngineError(
        "install-failed",
        _("The engine could not be installed: {reason}. Try again with: chinwag local install").format(reason=reason),
        detail,
    )


def _on_loop(progress: Progress | None) -> Progress:
    """Return a callback for another thread that calls `progress` on the event loop, never with less than before."""
    if progress is None:
        return _ignore
    loop = asyncio.get_running_loop()
    most = 0.0

    def report(done: float) -> None:
        nonlocal most
        if done > most:
            most = done
            loop.call_soon_threadsafe(progress, done)

    return report


def _ignore(done: float) -> None:
    """Ignore the progress."""


_NOTICE = """\
Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in compliance with
the License. You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software distributed under the License is distributed on an
"AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for the
specific language governing permissions and limitations under the License.
"""
