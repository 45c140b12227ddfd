"""When to try again, as servers say it: in headers, in fields of an error, in its sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tui.api.error_body import Said
from tui.domain.i18n import _

_SECONDS = {
    "ms": 0.001, "msec": 0.001, "millisecond": 0.001, "毫秒": 0.001,
    "s": 1.0, "sec": 1.0, "second": 1.0, "秒": 1.0, "秒钟": 1.0,
    "m": 60.0, "min": 60.0, "minute": 60.0, "分": 60.0, "分钟": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "小时": 3600.0, "个小时": 3600.0,
    "d": 86400.0, "day": 86400.0, "天": 86400.0, "日": 86400.0,
}  # fmt: skip
_UNIT = (
    r"(?:milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])"
    r"|毫秒|秒钟|秒|分钟|分|个小时|小时|天|日"
)
_PART = re.compile(rf"(\d{{1,12}}(?:\.\d{{1,12}})?|\ban?)\s*({_UNIT})", re.IGNORECASE)
_SPAN = rf"(?:\d{{1,12}}(?:\.\d{{1,12}})?|\ban?)\s*(?:{_UNIT})"
_LASTING = rf"{_SPAN}(?:(?:\s|,|and)*{_SPAN})*"
_STAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|GMT)| ?[+-]\d\d:?\d\d)?"
_AGAIN = r"try(?:ing)?(?: it| your request)? again|retry\w*|retries|wait(?:ing)?|resets?|available|renews?|refresh\w*|重试|再试|等待|重置|恢复|等"
_ADVICE = re.compile(
    rf"(?:{_AGAIN})[^.。;\d]{{0,40}}?(?P<then>{_LASTING}|{_STAMP})"
    rf"|(?P<before>{_LASTING}|{_STAMP})\s*(?:之?后|later|from now|before (?:re)?try)[^.。\d]{{0,20}}"
    r"|retry[-_ ]after\W{0,3}(?P<bare>\d{1,9}(?:\.\d+)?)(?![\d:-])",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,12})?")
_EPOCH, _EPOCH_MS = 1e9, 1e12
_LONGEST = 400 * 86400.0
_RETRY_HEADERS = (
    ("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001), ("retry-after", 1.0), ("x-retry-after", 1.0),
)  # fmt: skip
_RESET = re.compile(r"(?:rate-?limit.*reset|reset.*rate-?limit)")
_STANDARD = re.compile(r"\b(?:r|remaining)\s*=\s*(\d+).*?\b(?:t|reset)\s*=\s*(\d+)")


def wait_asked(headers: Mapping[str, str], said: Said, *, limited: bool) -> float | None:
    """Return the seconds to wait before trying again; None if nothing is said of it.

    The longest that is asked for explicitly counts. Headers that only say when a limit resets are read if there is
    nothing else, and if it is a limit that was hit.
    """
    found = [*_from_retry_headers(headers), *_from_fields(said), *_from_text(said.sentence)]
    if not found and limited:
        found = [*_from_reset_headers(said.headers), *_from_reset_headers(headers)]
    return max(found, default=None)


def advice_in(text: str) -> tuple[int, int] | None:
    """Return where a sentence says when to try again."""
    match = _ADVICE.search(text)
    return match.span() if match is not None else None


def lasting(seconds: float) -> str:
    """Return a duration in words, for a sentence."""
    if seconds < 120:
        return _("{n} s").format(n=round(seconds))
    if seconds < 7200:
        return _("{n} min").format(n=-(-round(seconds) // 60))
    if seconds < 172_800:
        return _("{n} h").format(n=-(-round(seconds) // 3600))
    return _("{n} days").format(n=-(-round(seconds) // 86400))


def _from_retry_headers(headers: Mapping[str, str]) -> Iterator[float]:
    for name, scale in _RETRY_HEADERS:
        if name in headers:
            seconds = _read(headers[name], scale)
            if seconds is not None:
                yield seconds
                return


def _from_fields(said: Said) -> Iterator[float]:
    for name, value in said.delays.items():
        seconds = _read(value, 0.001 if name.endswith("ms") else 1.0)
        if seconds is not None:
            yield seconds


def _from_text(text: str) -> Iterator[float]:
    for match in _ADVICE.finditer(text):
        seconds = _read(match["then"] or match["before"] or match["bare"], 1.0)
        if seconds is not None:
            yield seconds


def _from_reset_headers(headers: Mapping[str, str]) -> Iterator[float]:
    """Yield the times until limits reset, without those that are not used up."""
    for name, value in headers.items():
        low = name.lower()
        if low in ("ratelimit", "x-ratelimit") and (standard := _STANDARD.search(value)):
            if standard[1] == "0":
                yield float(standard[2])
        elif _RESET.search(low):
            left = headers.get(low.replace("reset", "remaining"), "0").strip()
            seconds = _read(value, 1.0)
            if seconds is not None and (not _NUMBER.fullmatch(left) or float(left) == 0):
                yield seconds


def _read(value: Any, scale: float) -> float | None:
    """Return the seconds from now that a value means: a number, a duration, a time or a date."""
    if isinstance(value, dict):  # a Duration of protocol buffers
        value = value.get("seconds")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = str(value).strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number >= _EPOCH:
            return _sensible(number / (1000 if number >= _EPOCH_MS else 1) - time.time())
        return _sensible(number * scale)
    if (clock := _CLOCK.fullmatch(text)) is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return _sensible(hours * 3600.0 + minutes * 60 + seconds)
    if re.fullmatch(_LASTING, text, re.IGNORECASE):
        return _sensible(sum(map(_part, _PART.findall(text))))
    return _until(text)


def _part(part: tuple[str, str]) -> float:
    number, unit = part[0], part[1].lower()
    return (float(number) if number[0].isdigit() else 1.0) * (_SECONDS.get(unit) or _SECONDS[unit.removesuffix("s")])


def _until(date: str) -> float | None:
    """Return the seconds until a date. One without its zone means nothing here."""
    from email.utils import parsedate_to_datetime

    for read in (_iso, parsedate_to_datetime):
        try:
            when = read(date)
            if when.tzinfo is not None:
                return _sensible(when.timestamp() - time.time())
        except (ValueError, OverflowError, TypeError):
            continue
    return None


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(re.sub(r" ?(?:UTC|GMT)$", "Z", text, flags=re.IGNORECASE))


def _sensible(seconds: float) -> float | None:
    return max(0.0, seconds) if seconds <= _LONGEST else None
