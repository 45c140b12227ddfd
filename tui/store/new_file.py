"""Files created for the user: complete or not at all, never over another file, and private by default."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import IO

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.store import files


def write_new_file(
    path: Path, content: bytes | Callable[[IO[bytes]], None], *, numbered: bool = False, private: bool = True
) -> Path:
    """Create a file with this content, or what a function writes, and return its path.

    StoreError, and nothing left behind, if that fails.

    A taken name is an error; with `numbered`, "name (2)" and so on are tried. A file that is not `private` gets the
    user's default permissions.
    """
    temporary = path.with_name(f".chinwag-{token_hex(6)}.tmp")
    try:
        with open(temporary, "x+b", opener=files.private if private else None) as file:
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            files.sync(file.fileno())
        target = _place(temporary, path, numbered=numbered)
        files.sync_folder(path.parent)
    except OSError as error:
        raise StoreError(explain(error, path)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    return target


def expanded(path: Path) -> Path:
    """Return the path with "~" expanded; StoreError for an unknown user's home."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise StoreError(
            _("There is no home folder {path}. Choose another folder.").format(path=path.parts[0])
        ) from error


def is_folder(path: Path) -> bool:
    """Return whether the folder exists; StoreError if that cannot be determined."""
    try:
        return path.is_dir()
    except OSError as error:
        raise StoreError(explain(error, path)) from error


def new_folder(path: Path) -> Path:
    """Create a private folder, with the first free name of "name", "name (2)" and so on; StoreError if that fails."""
    try:
        for name in _names(expanded(path)):
            try:
                name.mkdir(mode=files.FOLDER_MODE)
            except FileExistsError:
                continue
            return name
    except OSError as error:
        raise StoreError(explain(error, path)) from error
    raise AssertionError("numbers do not end")


def explain(error: OSError, path: Path) -> str:
    """Return why `path` could not be written, and the next step."""
    number = error.errno
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _("The disk is full: {path} was not written. Free some space, then try again.").format(path=path)
    if number == errno.EEXIST:
        return _("{path} already exists, and existing files are not overwritten. Choose another name.").format(
            path=path
        )
    if number in (errno.ENOENT, errno.ENOTDIR):
        return _("The folder {folder} does not exist. Create it, or choose another folder.").format(folder=path.parent)
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("No permission to write in {folder}. Choose another folder.").format(folder=path.parent)
    if number == errno.ENAMETOOLONG:
        return _("The name of {path} is too long. Choose a shorter one.").format(path=path)
    return _("{path} was not written: {reason}. Choose another folder, or check the disk.").format(
        path=path, reason=error.strerror or error
    )


def _place(temporary: Path, path: Path, *, numbered: bool) -> Path:
    """Give the file the first free name and return it. The name is reserved before the move, because a move overwrites."""
    for name in _names(path):
        try:
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.FILE_MODE))
        except FileExistsError:
            if not numbered:
                raise
            continue
        try:
            temporary.replace(name)
        except BaseException:
            with suppress(OSError):
                name.unlink()
            raise
        return name
    raise AssertionError("numbers do not end")


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")
