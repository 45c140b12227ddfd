"""File names that every file system accepts; dates and sizes for people."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from tui.domain.chat import Conversation
from tui.domain.i18n import _, plural
from tui.domain.safe_text import one_line

LONGEST = 120
"""Bytes of a name before its suffix: encrypted file systems allow 143, and a number may be appended."""

_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')


def file_name(conversation: Conversation, suffix: str) -> str:
    """Return date and title, such as "2026-11-23 Why is the sky blue.md". Letters of all scripts are kept."""
    title = unicodedata.normalize("NFC", one_line(conversation.title, LONGEST))
    title = _REFUSED.sub(" ", title)
    title = "".join(letter for letter in title if unicodedata.category(letter) not in ("Cf", "Co", "Cn"))
    name = f"{day(conversation.created)} {' '.join(title.split()) or _('Conversation')}"
    return f"{_cut(name).rstrip(' .…')}.{suffix}"


def day(seconds: float) -> str:
    """Return the date of a time in Unix seconds, as "2026-11-23"; empty if it is out of range."""
    return _local(seconds, "%Y-%m-%d")


def moment(seconds: float) -> str:
    """Return a time in Unix seconds as "2026-11-23 18:04"; empty if it is out of range."""
    return _local(seconds, "%Y-%m-%d %H:%M")


def size_of(size: int) -> str:
    """Return a number of bytes for people."""
    if size < 1000:
        return plural("{n} byte", "{n} bytes", size)
    if size < 1_000_000:
        return _("{n} kB").format(n=round(size / 1000))
    return _("{n} MB").format(n=round(size / 1_000_000, 1))


def _local(seconds: float, form: str) -> str:
    try:
        return datetime.fromtimestamp(seconds).astimezone().strftime(form)
    except (OverflowError, ValueError, OSError):
        return ""


def _cut(name: str) -> str:
    """Return as much of the name as fits `LONGEST` bytes, without cutting a character in half."""
    if len(name.encode()) <= LONGEST:
        return name
    cut = name.encode()[:LONGEST].decode(errors="ignore")
    while cut and unicodedata.combining(name[len(cut)]):
        cut = cut[:-1]
    return cut
