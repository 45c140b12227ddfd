"""The files of an import: single ones, all those of a folder, and those inside of a zip archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import IO, Any, NamedTuple

from tui.domain.errors import ChinwagError, StoreError
from tui.domain.words import _
from tui.services.importing.chatgpt import is_chatgpt, read_chatgpt
from tui.services.importing.claude import is_claude, read_claude
from tui.services.importing.fields import Doc, text
from tui.services.importing.found import Found, LeftOut
from tui.services.importing.json_stream import JsonStream
from tui.services.importing.own import as_found, is_own, is_plain, read_own, read_plain
from tui.store.origins import is_log, read_log

SUFFIXES = (".json", ".jsonl")
"""Of the files that are looked at in a folder or an archive; a file that is named may have any."""

READERS: tuple[tuple[Callable[[Doc], bool], Callable[[Doc], Found]], ...] = (
    (is_own, read_own),
    (is_chatgpt, read_chatgpt),
    (is_claude, read_claude),
    (is_plain, read_plain),
)

_FIRST_LINE = 4096
"""Bytes: longer than the first line of a log file."""


class ReadingError(ChinwagError):
    """A file, or one conversation in it, could not be read."""


class Unread(NamedTuple):
    """One conversation that could not be read."""

    title: str
    reason: str


class Nothing(NamedTuple):
    """One entry without a conversation."""

    reason: LeftOut


Entry = Found | Unread | Nothing


def entries(path: Path) -> Iterator[Entry]:
    """All that a file, a folder or an archive holds. ReadingError, with a sentence, where it cannot be read further."""
    try:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                if inner.suffix.lower() in SUFFIXES and inner.is_file():
                    with inner.open("rb") as file:
                        yield from _named(inner, _of_file(file, inner.relative_to(path)))
        elif zipfile.is_zipfile(path):
            yield from _of_archive(path)
        else:
            with path.open("rb") as file:
                yield from _named(path, _of_file(file, PurePath(path.name)))
    except FileNotFoundError as error:
        raise ReadingError(_("{path} is not there. Check the name.").format(path=path)) from error
    except OSError as error:
        raise ReadingError(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        ) from error


def _of_archive(path: Path) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                inner = PurePath(name)
                if inner.suffix.lower() in SUFFIXES and not name.startswith("__MACOSX/"):
                    with archive.open(name) as file:
                        yield from _named(path / inner, _of_file(file, inner))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ReadingError(_("{path} is damaged: {reason}. Fetch it again.").format(path=path, reason=error)) from error
    except (NotImplementedError, RuntimeError) as error:  # encrypted, or packed in a way that Python does not know
        raise ReadingError(_("{path} cannot be unpacked: {reason}.").format(path=path, reason=error)) from error


def _named(path: Path, found: Iterator[Entry]) -> Iterator[Entry]:
    try:
        yield from found
    except ReadingError:
        raise
    except ChinwagError as error:
        raise ReadingError(_("{path} was not read to its end. {why}").format(path=path, why=error)) from error


def _of_file(file: IO[bytes], name: PurePath) -> Iterator[Entry]:
    first = file.readline(_FIRST_LINE)
    if is_log(first):
        yield from _of_log(file, name)
        return
    file.seek(0)
    text_file = io.TextIOWrapper(file, encoding="utf-8-sig")
    try:
        for value in JsonStream(text_file).values():
            yield _recognised(value)
    finally:
        text_file.detach()


def _of_log(file: IO[bytes], name: PurePath) -> Iterator[Entry]:
    """A conversation as chinwag itself keeps it, from a data folder or a backup."""
    if "trash" in name.parts[:-1]:
        yield Nothing(LeftOut.TRASHED)
        return
    try:
        opened = read_log(file)
    except StoreError as error:
        yield Unread(name.stem, str(error))
        return
    if opened is not None and "quarantine" not in name.parts[:-1]:
        left_out = Counter({LeftOut.DAMAGED: opened.damaged_lines}) if opened.damaged_lines else Counter()
        yield as_found(opened.conversation, name.stem, left_out)


def _recognised(value: Any) -> Entry:
    """The conversation that a JSON value is, by what it holds."""
    if not isinstance(value, dict):
        return Nothing(LeftOut.NO_CONVERSATION)
    read = next((read for is_such, read in READERS if is_such(value)), None)
    if read is None:
        return Nothing(LeftOut.NO_CONVERSATION)
    try:
        return read(value)
    except (StoreError, RecursionError) as error:
        reason = _("It is nested too deep.") if isinstance(error, RecursionError) else str(error)
        return Unread(text(value, "title") or text(value, "name"), reason)
