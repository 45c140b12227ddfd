"""The log that takes everything the engine prints. It holds no prompt, no reply and no key."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

TAIL = 16_000


def open_log(path: Path) -> BinaryIO:
    """Return a new, empty log, readable by its owner alone; the one before is kept under the suffix `.old`.

    Always a new file, so that two windows never write into each other's. Where it cannot be made, a nameless temporary
    file takes its place: for want of a log nobody should go without the engine.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.replace(path.with_name(path.name + ".old"))
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "r+b", buffering=0)
    return cast("BinaryIO", tempfile.TemporaryFile(buffering=0))


def end_of(log: BinaryIO) -> str:
    """Return the last words of an open log."""
    log.seek(0, os.SEEK_END)
    log.seek(max(0, log.tell() - TAIL))
    return log.read().decode("utf-8", "replace")
