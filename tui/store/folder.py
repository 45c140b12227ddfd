"""The data folder: one thread for all file work, the write lock, and the running processes."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tui.domain.chat import new_id
from tui.domain.errors import StoreError
from tui.domain.i18n import N_, _
from tui.store import files

if TYPE_CHECKING:
    from filelock import FileLock

CLOSING = N_("chinwag is closing, so nothing more is read or saved. Restart it.")

P = ParamSpec("P")
T = TypeVar("T")

LOCK_SECONDS = 10.0
"""How long a write waits for another process."""

PROBE_SECONDS = 0.05
"""Longer than another process needs to test whether a lock is free."""


class DataFolder:
    """Where conversations, history and drafts are stored. Everything but `run`, `start` and `close` is for its thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer = new_id()
        """The id of this process. Its file in `writers/` is locked while the process lives."""
        self.read_only = ""
        """Why nothing can be saved, or empty."""
        self.read_only_brief = ""
        """The same in a few words."""
        self._thread = ThreadPoolExecutor(1, "store")
        self._closed = False

    @cached_property
    def lock(self) -> FileLock:
        """Held for the milliseconds of a write."""
        from filelock import FileLock  # in the thread, so that start-up does not wait for it

        return FileLock(self.path / "lock", timeout=LOCK_SECONDS, mode=files.FILE_MODE, thread_local=False)

    @property
    def conversations(self) -> Path:
        """One file for each conversation."""
        return self.path / "conversations"

    @property
    def trash(self) -> Path:
        """Conversations in the trash."""
        return self.path / "trash"

    @property
    def quarantine(self) -> Path:
        """Copies of damaged files. Nothing here is ever deleted."""
        return self.path / "quarantine"

    @property
    def closed(self) -> bool:
        """Whether no more work is accepted."""
        return self._closed

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do file work in the thread and return its result. OSErrors become StoreErrors with a sentence."""
        if self._closed:
            raise StoreError(_(CLOSING))
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))
        except OSError as error:
            raise self.explain(error) from error

    async def start(self) -> None:
        """Create the folders and the writer's lock, and clean up after processes that were killed."""
        await self.run(self._start)

    async def close(self) -> None:
        """Release the writer's lock. Safe to call twice."""
        if not self._closed:
            await self.run(self._stop)
            self._closed = True
            self._thread.shutdown(wait=False)

    def reopen(self) -> None:
        """Create the folders and the writer's lock if that failed before, or if they were deleted since.

        StoreError while nothing can be saved.
        """
        if self.read_only or not self.conversations.is_dir():
            self._start()
        if self.read_only:
            raise StoreError(self.read_only, self.read_only_brief)

    def tell_others(self) -> None:
        """Make other windows check the files: this process has finished writing something."""
        with suppress(OSError):
            os.utime(self._writer_file(self.writer))

    def is_growing(self, writer: str) -> bool:
        """Return whether another running process holds this writer's lock."""
        return writer not in ("", self.writer) and self._writer_file(writer).is_file() and not self._is_free(writer)

    def _start(self) -> None:
        try:
            for folder in (self.path, self.conversations, self.writers):
                files.private_folder(folder)
            with self.lock:  # so that no other process deletes a writer's new file
                if self._alive.is_locked and not self._writer_file(self.writer).exists():
                    self._alive.release(force=True)  # it was deleted, so others would consider this process dead
                self._alive.acquire(timeout=LOCK_SECONDS)
                self._clean_up()
        except OSError as error:
            trouble = self.explain(error)
            self.read_only, self.read_only_brief = str(trouble), trouble.brief
        else:
            self.read_only = ""

    def _stop(self) -> None:
        if self._alive.is_locked:
            with suppress(OSError):
                self._writer_file(self.writer).unlink()
            self._alive.release()

    def _clean_up(self) -> None:
        for folder in (self.conversations, self.trash):
            for temporary in folder.glob("*.tmp"):
                temporary.unlink(missing_ok=True)
        for file in self.writers.iterdir():
            if file.name != self.writer and self._is_free(file.name):
                file.unlink(missing_ok=True)

    def _is_free(self, writer: str) -> bool:
        lock = self._writer_lock(writer)
        try:
            lock.acquire(timeout=PROBE_SECONDS)
        except TimeoutError:
            return False
        except OSError:
            return True  # nothing can be locked here, so nobody holds it
        lock.release()
        return True

    @property
    def writers(self) -> Path:
        """One file for each running process."""
        return self.path / "writers"

    def _writer_file(self, writer: str) -> Path:
        return self.writers / Path(writer).name

    @cached_property
    def _alive(self) -> FileLock:
        return self._writer_lock(self.writer)

    def _writer_lock(self, writer: str) -> FileLock:
        from filelock import FileLock

        return FileLock(self._writer_file(writer), mode=files.FILE_MODE, thread_local=False)

    def explain(self, error: OSError) -> StoreError:
        """Return the error as a StoreError with a sentence."""
        path = error.filename or self.path
        if isinstance(error, TimeoutError):
            said = _("Another program has held {path} for 10 seconds. Close other chinwag windows, then try again.")
            return StoreError(said.format(path=self.path), _("folder in use"))
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            said = _("The disk is full, so nothing can be saved. Free some space, then try again.")
            return StoreError(said, _("disk full"))
        if error.errno == errno.EROFS:
            said = _("{path} is on a read-only disk, so nothing can be saved. Choose another folder with --data-dir.")
            return StoreError(said.format(path=self.path), _("read-only"))
        if error.errno in (errno.EACCES, errno.EPERM):
            said = _("No permission for {path}. Change its owner or choose another folder with --data-dir.")
            return StoreError(said.format(path=path), _("read-only"))
        if error.errno in (errno.ENOTDIR, errno.EEXIST):
            said = _("{path} is not a folder. Move that file or choose another folder with --data-dir.")
            return StoreError(said.format(path=self.path), _("not a folder"))
        said = _("{path} cannot be used: {reason}. Check the disk, then try again.")
        return StoreError(said.format(path=path, reason=error.strerror or error), _("disk error"))
