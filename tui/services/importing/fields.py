"""Values from decoded JSON of unknown origin. A value of the wrong type counts as missing."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

Doc = dict[str, Any]

_MILLISECONDS_FROM = 1e11
"""A greater number is a time in milliseconds: in seconds it would be past the year 5000."""
_LATEST = 253_402_300_799.0
"""The last second of the year 9999."""


def text(doc: Doc, key: str) -> str:
    """Return a text, or an empty one."""
    value = doc.get(key)
    return value if isinstance(value, str) else ""


def mapping(doc: Doc, key: str) -> Doc:
    """Return an object, or an empty one."""
    value = doc.get(key)
    return value if isinstance(value, dict) else {}


def rows(doc: Doc, key: str) -> list[Doc]:
    """Return the objects of a list."""
    value = doc.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def instant(doc: Doc, key: str) -> float | None:
    """Return a time in Unix seconds, from seconds, milliseconds or ISO 8601 (UTC unless it says otherwise)."""
    value = doc.get(key)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        seconds = value / 1000 if value > _MILLISECONDS_FROM else float(value)
    else:
        return None
    return seconds if 0 < seconds <= _LATEST else None
