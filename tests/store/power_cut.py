"""A disk that keeps, when the power goes, only what fsync has covered."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

Names = dict[str, int]


@dataclass(frozen=True, slots=True)
class Image:
    """What is on the disk at one moment: the content of files, and the names in folders, by inode."""

    root: int
    contents: dict[int, bytes] = field(default_factory=dict)
    folders: dict[int, Names] = field(default_factory=dict)

    def write_to(self, target: Path) -> None:
        """Make the folder as it would be found after the cut."""
        self._write(self.root, target)

    def _write(self, inode: int, target: Path) -> None:
        target.mkdir(mode=0o700)
        for name, entry in self.folders.get(inode, {}).items():
            if entry in self.folders:
                self._write(entry, target / name)
            elif entry in self.contents:
                (target / name).write_bytes(self.contents[entry])


class Disk:
    """Watches every fsync below a folder that is itself on the disk already."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.images: list[Image] = []
        """After each sync, the oldest first."""
        self._root = root
        self._contents: dict[int, bytes] = {}
        self._folders: dict[int, Names] = {}
        self._held: dict[int, int] = {}
        self._inode = root.stat().st_ino
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self._record)

    def now(self) -> Image:
        """What a cut at this moment would leave."""
        return Image(self._inode, dict(self._contents), {inode: dict(names) for inode, names in self._folders.items()})

    def close(self) -> None:
        """Let go of the files."""
        for fd in self._held.values():
            os.close(fd)

    def _record(self, fd: int) -> None:
        self._fsync(fd)
        path = Path(f"/proc/self/fd/{fd}").resolve()
        if not path.is_relative_to(self._root):
            return
        inode = os.fstat(fd).st_ino
        if inode not in self._held:  # an open file keeps its inode from being given to another
            self._held[inode] = os.open(f"/proc/self/fd/{fd}", os.O_RDONLY)
        if path.is_dir():
            self._folders[inode] = {entry.name: entry.inode() for entry in os.scandir(path)}
            for entry in os.scandir(path):
                if entry.is_dir():
                    self._folders.setdefault(entry.inode(), {})
        else:
            self._contents[inode] = os.pread(self._held[inode], 1 << 24, 0)
        self.images.append(self.now())
