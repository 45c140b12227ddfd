"""Values from decoded JSON, databases and YAML of unknown origin. A value of the wrong type counts as missing."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

Doc = dict[str, Any]

CREATED = ("created", "created_at", "createdAt", "create_time", "createTime", "inserted_at", "timestamp", "datetime",
           "datetime_utc", "created_utc", "started_at", "date", "time")  # fmt: skip
"""The names that programs give to the time of a message or the beginning of a conversation."""
UPDATED = ("updated", "updated_at", "updatedAt", "update_time", "modify_time", "lastModified", "updated_utc")

_SCALES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""A number above the first is a time in nanoseconds, and so on: in seconds it would be past the year 5000."""
_LATEST = 253_370_764_800.0
"""The year 9999, as far as the store keeps times."""
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?")
_BROWSER_DATE = re.compile(r"\w{3} (\w{3} \d\d \d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})")
"""As JavaScript writes a date: Wed Jan 01 2025 12:00:00 GMT+0000 (…)."""


def text(doc: Doc, *keys: str) -> str:
    """Return the first text under these keys that is not empty, or an empty one."""
    return next((value for key in keys if isinstance(value := doc.get(key), str) and value), "")


def ident(doc: Doc, *keys: str) -> str:
    """Return an id, which may be a number in the file, or an empty text."""
    for key in keys:
        value = doc.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64:
            return str(value)
        if isinstance(value, str) and value:
            return value
    return ""


def mapping(doc: Doc, key: str) -> Doc:
    """Return an object, or an empty one."""
    value = doc.get(key)
    return value if isinstance(value, dict) else {}


def rows(doc: Doc, key: str) -> list[Doc]:
    """Return the objects of a list."""
    value = doc.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def instant(doc: Doc, *keys: str) -> float | None:
    """Return the first usable time under these keys, in Unix seconds."""
    return next((seconds for key in keys if (seconds := seconds_of(doc.get(key))) is not None), None)


def seconds_of(value: object) -> float | None:
    """Return a time in Unix seconds: from a number (seconds to nanoseconds), ISO 8601, a date of e-mail or of a browser,
    or the extended JSON of MongoDB. Without a zone it is UTC."""
    for key in ("$date", "$numberLong", "$numberDouble", "$numberInt"):
        if isinstance(value, dict) and key in value:
            value = value[key]
    if isinstance(value, str):
        value = value.strip()
        value = float(value) if _NUMBER.fullmatch(value) else _moment(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    if not math.isfinite(seconds):
        return None
    seconds /= next((divisor for least, divisor in _SCALES if seconds > least), 1)
    return seconds if 0 < seconds < _LATEST else None


def _moment(written: str) -> float | None:
    forms = (
        datetime.fromisoformat,
        lambda date: datetime.fromisoformat(date.removesuffix("UTC").rstrip()),
        parsedate_to_datetime,
        lambda date: datetime.strptime(" ".join(_BROWSER_DATE.match(date).groups()), "%b %d %Y %H:%M:%S %z"),  # type: ignore[union-attr]
    )
    for form in forms:
        with suppress(ValueError, OverflowError, TypeError, IndexError, AttributeError):
            moment = form(written)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None
