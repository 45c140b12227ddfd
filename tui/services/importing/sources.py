"""The files of an import: single files, those in a folder, and those in a zip archive."""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePath
from typing import IO, NamedTuple

from tui.domain.errors import ChinwagError, StoreError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.services.importing.aichat import read_session
from tui.services.importing.databases import read_database
from tui.services.importing.fields import Doc
from tui.services.importing.found import Found
from tui.services.importing.json_stream import JsonError, JsonStream
from tui.services.importing.left_out import LeftOut
from tui.services.importing.own import as_found
from tui.services.importing.recognise import Nothing, Unread, gathered, read
from tui.store.foreign_database import MAGIC
from tui.store.origins import is_log, read_log

TEXTS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")
DATABASES = (".db", ".sqlite", ".sqlite3")
"""Files that are read in a folder; a file named by the user may have any suffix."""

_ENCRYPTED = 1
"""The flag of a zip member that needs a password."""
_FIRST = 4096
"""Bytes: more than the first line of a log file."""
_LONGEST_YAML = 1 << 26
_MUCH = 1 << 26
_DENSEST = 100
"""An archive that unpacks to more bytes than that, and to so many times its own size, is no export: JSON of
conversations gets five to twenty times smaller."""
_BESIDE = re.compile(
    r"users?|user_settings|account|settings|config|projects?|memories|message_feedback|feedback|model_comparisons"
    r"|shared_conversations|sora|shopping|export_manifest|manifest|conversation_asset_file_names|library_files|package"
    r"|prod-mc-.*|design_chats"
)
"""Names of the files that exports hold beside the conversations."""


class Failed(NamedTuple):
    """A file that could not be read completely."""

    sentence: str


class Stranger(NamedTuple):
    """A file of a kind that chinwag does not know."""

    sentence: str


Entry = Found | Unread | Failed | Stranger | Nothing


def shown(path: object) -> str:
    """Return a path as it can be printed."""
    return one_line(str(path), 400)


def entries(path: Path) -> Iterator[Entry]:
    """Yield everything in a file, a folder or an archive; an error in one file does not stop the others."""
    yield from _reporting(str(path), _entries(path))


def _entries(path: Path) -> Iterator[Entry | JsonError]:
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            suffix = inner.suffix.lower()
            if suffix == ".zip" and inner.is_file():
                yield from _reporting(str(inner), _entries(inner))
            elif suffix in (*TEXTS, *DATABASES) and inner.is_file():
                yield from _reporting(str(inner), _one_of_many(_of_path(inner, inner.relative_to(path)), inner))
    elif zipfile.is_zipfile(path):
        yield from _of_archive(path)
    else:
        yield from _of_path(path, PurePath(path.name))


def _of_archive(path: Path) -> Iterator[Entry]:
    with zipfile.ZipFile(path) as archive:
        names = [(member, PurePath(member.filename)) for member in archive.infolist()]
        chosen = [
            (member, name) for member, name in names if name.suffix.lower() in TEXTS and "__MACOSX" not in name.parts
        ]
        unpacked = sum(member.file_size for member, _name in chosen)
        if unpacked > _MUCH and unpacked > _DENSEST * path.stat().st_size:
            raise StoreError(_("It would unpack to {n} MB, which no export does.").format(n=unpacked >> 20))
        for member, name in chosen:
            yield from _reporting(f"{path}/{name}", _one_of_many(_of_member(archive, member, name), name))


def _reporting(path: str, found: Iterator[Entry | JsonError]) -> Iterator[Entry]:
    """Yield what was found, then the reason if it ended too early."""
    where = shown(path)
    try:
        for entry in found:
            if isinstance(entry, JsonError):
                yield Failed(_("{path} was not read completely. {why}").format(path=where, why=entry))
            else:
                yield entry._replace(path=where) if isinstance(entry, Unread) and not entry.path else entry
    except FileNotFoundError:
        yield Failed(_("{path} does not exist. Check the name.").format(path=where))
    except OSError as error:
        yield Failed(_("{path} cannot be read: {reason}.").format(path=where, reason=error.strerror or error))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        reason = one_line(str(error), 120)
        yield Failed(_("{path} is damaged: {reason}. Download it again.").format(path=where, reason=reason))
    except _StrangerError:
        yield Stranger(_("{path} is not of a kind that chinwag can read.").format(path=where))
    except MemoryError:
        yield Failed(_("{path} was not read completely. It needs more memory than there is.").format(path=where))
    except ChinwagError as error:
        yield Failed(_("{path} was not read completely. {why}").format(path=where, why=error))


class _StrangerError(Exception):
    """The file is of another kind."""


def _one_of_many(found: Iterator[Entry | JsonError], name: PurePath) -> Iterator[Entry | JsonError]:
    """Yield the entries of a file among others; if none is a conversation, it counts as one file of another kind."""
    strangers = 0
    beside = _BESIDE.fullmatch(name.stem.lower()) is not None
    try:
        for entry in found:
            if strangers >= 0 and (entry == Nothing(LeftOut.NO_CONVERSATION) or (beside and isinstance(entry, Unread))):
                strangers += 1
                continue
            for _stranger in range(strangers):
                yield Nothing(LeftOut.NO_CONVERSATION)
            strangers = -1
            yield entry
    except _StrangerError:
        strangers = 1
    if strangers > 0:
        yield Nothing(LeftOut.OTHER_FILE)


def _of_path(path: Path, name: PurePath) -> Iterator[Entry | JsonError]:
    with path.open("rb") as file:
        if file.read(len(MAGIC)) == MAGIC:
            for found in read_database(path):
                if found is None:
                    raise _StrangerError
                yield Unread("", str(found)) if isinstance(found, StoreError) else found
            return
        file.seek(0)
        head: Doc = {}
        if name.name == "messages.jsonl":  # a thread of Jan, which has its title in a file of its own
            with suppress(OSError, ValueError, RecursionError):
                head = json.loads(path.with_name("thread.json").read_bytes())
        yield from _of_file(file, name, head if isinstance(head, dict) else {})


def _of_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: PurePath) -> Iterator[Entry | JsonError]:
    if member.flag_bits & _ENCRYPTED:
        raise StoreError(_("It is protected with a password. Extract the archive first, then import the files."))
    with archive.open(member) as file:
        yield from _of_file(file, name)


def _of_file(file: IO[bytes], name: PurePath, head: Doc | None = None) -> Iterator[Entry | JsonError]:
    line = file.readline(_FIRST)
    if is_log(line):
        yield from _of_log(file, name)
        return
    first = line + file.read(_FIRST)
    file.seek(0)
    wide = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    coding = "utf-16" if wide else "utf-8-sig"
    start = first.decode(coding, "ignore").lstrip()
    if not start and len(first) < _FIRST:
        raise StoreError(_("It is empty."))
    text_file = io.TextIOWrapper(file, encoding=coding, errors="replace" if wide else "surrogateescape")
    try:
        if start and start[0] not in "[{":
            session = read_session(text_file.read(_LONGEST_YAML), name) if "\0" not in start else None
            if session is None:
                raise _StrangerError
            yield session
            return
        yield from _of_json(text_file, name, head or {})
    finally:
        text_file.detach()


def _of_json(file: io.TextIOWrapper, name: PurePath, head: Doc) -> Iterator[Entry | JsonError]:
    stream = JsonStream(file, lines=name.suffix.lower() in (".jsonl", ".ndjson"))
    begun = False
    try:
        for value in gathered(stream.runs()):
            begun = True
            if isinstance(value, JsonError):
                yield value
                continue
            if head and isinstance(value, dict) and "messages" in value:
                value = {**head, **value, "id": head.get("id")}
            yield from read(value)
    except JsonError:
        if not begun and name.suffix.lower() not in TEXTS:
            raise _StrangerError from None
        raise
    if stream.replaced_in:
        raise StoreError(
            _("Line {line} holds bytes that are not UTF-8; � stands in their place.").format(line=stream.replaced_in)
        )


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
