"""Backups: one zip archive of everything that cannot be recreated. Blocking."""

from __future__ import annotations

import errno
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.store import files
from tui.store.file_states import SUFFIX
from tui.store.folder import DataFolder
from tui.store.new_file import explain, is_folder, write_new_file

GROWING = ("conversations", "trash")
"""Folders whose files other windows may write, or move from one to the other."""
KEPT = ("quarantine", "attachments")
LOGS = ("drafts.jsonl", "history.jsonl")

_PIECE = 1 << 20
_EARLIEST, _LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)
"""The range of times in a zip archive."""

Progress = Callable[[int, int], None]
"""Called with the number of files done, and of all files."""


class Backup(NamedTuple):
    """A written backup."""

    path: Path
    conversations: int
    """Without those in the trash."""
    trashed: int
    size: int
    """Bytes of the archive."""


def write_backup(folder: DataFolder, path: Path, progress: Progress | None = None) -> Backup:
    """Write the archive, read it back, and give it its name; StoreError, and nothing left behind, if that fails.

    Other windows may write meanwhile: the complete lines of each file are taken, and files that they move are followed.
    """
    if is_folder(path) or path.exists():
        raise StoreError(explain(FileExistsError(errno.EEXIST, ""), path))
    if not folder.path.is_dir():
        raise StoreError(
            _("The data folder {path} does not exist yet, so there is nothing to back up.").format(path=folder.path)
        )
    counts: dict[str, int] = {}

    def write(file: IO[bytes]) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in _add_all(archive, folder, progress or _ignore):
                counts[name.parts[0]] = counts.get(name.parts[0], 0) + 1
        _check(file, path)

    written = write_new_file(path, write)
    return Backup(written, counts.get("conversations", 0), counts.get("trash", 0), written.stat().st_size)


def _add_all(archive: zipfile.ZipFile, folder: DataFolder, progress: Progress) -> Iterator[Path]:
    """Add the files, and yield their names below the data folder."""
    added: set[Path] = set()
    while left := [name for name in _names(folder) if name not in added and not _has_moved(folder, name, added)]:
        for name in left:
            if _add(archive, folder.path, name):
                added.add(name)
                yield name
            progress(len(added), len(added | set(left)))


def _names(folder: DataFolder) -> list[Path]:
    names = [Path(name) for name in LOGS if (folder.path / name).is_file()]
    for place in (*GROWING, *KEPT):
        found = (path for path in sorted((folder.path / place).rglob("*")) if path.is_file() and path.suffix != ".tmp")
        names += [path.relative_to(folder.path) for path in found if place in KEPT or path.suffix == SUFFIX]
    return names


def _has_moved(folder: DataFolder, name: Path, added: set[Path]) -> bool:
    """Return whether the file is in the archive already, from where it was before another window moved it."""
    if name.parts[0] not in GROWING:
        return False
    other = Path(*(place for place in GROWING if place != name.parts[0]), name.name)
    return other in added and not (folder.path / other).exists()


def _add(archive: zipfile.ZipFile, root: Path, name: Path) -> bool:
    """Add one file and return True; False if it is gone: it is found where it was moved to."""
    try:
        source = (root / name).open("rb")
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(
            _("{path} cannot be read: {reason}. Nothing was backed up.").format(
                path=root / name, reason=error.strerror or error
            )
        ) from error
    with source:
        status = os.fstat(source.fileno())
        growing = name.suffix == SUFFIX and name.parts[0] not in KEPT
        rest = _complete_lines(source, status.st_size) if growing else status.st_size
        entry = zipfile.ZipInfo(name.as_posix(), min(_LATEST, max(_EARLIEST, time.localtime(status.st_mtime)[:6])))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = files.FILE_MODE << 16
        with archive.open(entry, "w", force_zip64=rest >= 1 << 31) as target:
            while rest > 0 and (piece := source.read(min(rest, _PIECE))):
                target.write(piece)
                rest -= len(piece)
    return True


def _complete_lines(file: IO[bytes], size: int) -> int:
    """Return the length of the file without an incomplete last line. Leaves the file at its beginning."""
    end = size
    while end > 0:
        begin = max(0, end - _PIECE)
        file.seek(begin)
        newline = file.read(end - begin).rfind(b"\n")
        if newline >= 0:
            file.seek(0)
            return begin + newline + 1
        end = begin
    file.seek(0)
    return size


def _check(file: IO[bytes], path: Path) -> None:
    file.flush()
    with zipfile.ZipFile(file) as archive:
        broken = archive.testzip()
    if broken is not None:
        raise StoreError(
            _("{path} could not be read back correctly ({name}). Check the disk, then try again.").format(
                path=path, name=broken
            )
        )


def _ignore(done: int, of: int) -> None:
    """Ignore the progress."""
