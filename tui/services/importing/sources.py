"""The files of an import: single files, those in a folder, and those in a zip archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import IO, Any, NamedTuple

from tui.domain.errors import ChinwagError, StoreError
from tui.domain.i18n import _
from tui.services.importing.chatgpt import is_chatgpt, read_chatgpt
from tui.services.importing.claude import is_claude, read_claude
from tui.services.importing.fields import Doc, text
from tui.services.importing.found import Found, LeftOut
from tui.services.importing.json_stream import JsonStream
from tui.services.importing.own import as_found, is_own, is_plain, read_own, read_plain
from tui.store.origins import is_log, read_log

SUFFIXES = (".json", ".jsonl")
"""Files that are read in a folder or an archive; a file named by the user may have any suffix."""

READERS: tuple[tuple[Callable[[Doc], bool], Callable[[Doc], Found]], ...] = (
    (is_own, read_own),
    (is_chatgpt, read_chatgpt),
    (is_claude, read_claude),
    (is_plain, read_plain),
)

_ENCRYPTED = 1
"""The flag of a zip member that needs a password."""
_FIRST_LINE = 4096
"""Bytes: more than the first line of a log file."""


class Unread(NamedTuple):
    """One conversation that could not be read."""

    title: str
    reason: str


class Failed(NamedTuple):
    """A file that could not be read completely."""

    sentence: str


class Nothing(NamedTuple):
    """One entry, or one whole file, without a conversation."""

    reason: LeftOut


Entry = Found | Unread | Failed | Nothing


def entries(path: Path) -> Iterator[Entry]:
    """Yield everything in a file, a folder or an archive; an error in one file does not stop the others."""
    yield from _reporting_errors(path, _entries(path))


def _entries(path: Path) -> Iterator[Entry]:
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.suffix.lower() in SUFFIXES and inner.is_file():
                yield from _reporting_errors(inner, _one_of_many(_of_path(inner, inner.relative_to(path))))
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = PurePath(member.filename)
                if name.suffix.lower() in SUFFIXES and "__MACOSX" not in name.parts:
                    yield from _reporting_errors(path / name, _one_of_many(_of_member(archive, member, name)))
    else:
        yield from _of_path(path, PurePath(path.name))


def _reporting_errors(path: Path, found: Iterator[Entry]) -> Iterator[Entry]:
    """Yield what was found, then the reason if it ended too early."""
    try:
        yield from found
    except FileNotFoundError:
        yield Failed(_("{path} does not exist. Check the name.").format(path=path))
    except OSError as error:
        yield Failed(_("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        yield Failed(_("{path} is damaged: {reason}. Download it again.").format(path=path, reason=error))
    except ChinwagError as error:
        yield Failed(_("{path} was not read completely. {why}").format(path=path, why=error))


def _one_of_many(found: Iterator[Entry]) -> Iterator[Entry]:
    """Yield the entries of a file among others; if none is a conversation, it counts as one file of another kind."""
    strangers = 0
    for entry in found:
        if strangers >= 0 and entry == Nothing(LeftOut.NO_CONVERSATION):
            strangers += 1
            continue
        for _stranger in range(strangers):
            yield Nothing(LeftOut.NO_CONVERSATION)
        strangers = -1
        yield entry
    if strangers > 0:
        yield Nothing(LeftOut.OTHER_FILE)


def _of_path(path: Path, name: PurePath) -> Iterator[Entry]:
    with path.open("rb") as file:
        yield from _of_file(file, name)


def _of_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: PurePath) -> Iterator[Entry]:
    if member.flag_bits & _ENCRYPTED:
        raise StoreError(_("It is protected with a password. Extract the archive first, then import the files."))
    with archive.open(member) as file:
        yield from _of_file(file, name)


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
    """Yield a conversation from chinwag's own log file, of a data folder or a backup."""
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
    """Return the conversation in a JSON value, recognized by its fields."""
    if not isinstance(value, dict):
        return Nothing(LeftOut.NO_CONVERSATION)
    read = next((read for is_such, read in READERS if is_such(value)), None)
    if read is None:
        return Nothing(LeftOut.NO_CONVERSATION)
    try:
        return read(value)
    except (StoreError, RecursionError) as error:
        reason = _("It is nested too deeply.") if isinstance(error, RecursionError) else str(error)
        return Unread(text(value, "title") or text(value, "name"), reason)
