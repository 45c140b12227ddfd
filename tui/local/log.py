"""The engine's log. It holds no prompt, no reply and no key."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

TAIL = 16_000


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
    log.seek(max(0, log.tell() - TAIL))
    return log.read().decode("utf-8", "replace")
