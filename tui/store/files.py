"""Private files that survive a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined,unused-ignore]
except ImportError:
    F_FULLFSYNC = None

FILE_MODE = 0o600
FOLDER_MODE = 0o700

_PIECE = 1 << 20
"""Bytes."""


def private_folder(path: Path) -> None:
    """Create a folder that only this user may enter, durably, unless it exists."""
    made = []
    parent = path
    while not parent.exists():
        made.append(parent)
        parent = parent.parent
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    for folder in made:
        with suppress(PermissionError):  # a folder may be writable but not readable
            sync_folder(folder.parent)


def private(path: str, flags: int) -> int:
    """Open a file that only this user may read, as an opener for `open`."""
    return os.open(path, flags, FILE_MODE)


def sync(fd: int) -> None:
    """Return when the file is on the disk. On macOS `fsync` leaves it in the drive's cache, so `F_FULLFSYNC` is used
    there."""
    if F_FULLFSYNC is not None:
        with suppress(OSError):  # not every file system supports it
            fcntl(fd, F_FULLFSYNC)
            return
    os.fsync(fd)


def sync_folder(path: Path) -> None:
    """Return when the names in the folder are on the disk. Windows needs no such step."""
    if os.name == "posix":
        fd = os.open(path, os.O_RDONLY)
        try:
            sync(fd)
        finally:
            os.close(fd)


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines from here on, each with its newline, if it has one.

    It reads in large pieces: a thread that reads small ones releases and takes the interpreter lock so often that the
    event loop starves (70 ms were measured).
    """
    rest = b""
    while piece := file.read(_PIECE):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


def write_all(file: IO[bytes], data: bytes) -> None:
    """Write everything and wait for the disk; an unbuffered file may accept it in parts."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
    sync(file.fileno())


def write_new(path: Path, data: bytes) -> None:
    """Write a private file durably. A failure leaves nothing behind."""
    try:
        with open(path, "wb", buffering=0, opener=private) as file:
            write_all(file, data)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def replace(path: Path, data: bytes) -> None:
    """Replace the content of a file: readers find either all of the old or all of the new."""
    temporary = path.with_suffix(".tmp")
    write_new(temporary, data)
    temporary.replace(path)
    sync_folder(path.parent)


def move(source: Path, target: Path) -> None:
    """Move a file to another folder of the same disk, durably."""
    private_folder(target.parent)
    source.replace(target)
    sync_folder(target.parent)
    sync_folder(source.parent)
