"""What is looked for in saved conversations, and where it stands in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from tui.domain.chat import ConversationSummary, Role
from tui.domain.words import _

UNSPACED = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u30ff\u3100-\u312f"
    "\u3130-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Signs of Chinese, Japanese and Korean, as ranges of a character class: each is found by itself."""

SHORTEST_BEGINNING = 2
"""Letters from which a word also finds longer ones that begin with it."""

_ROLES = {
    "user": Role.USER,
    "you": Role.USER,
    "me": Role.USER,
    "assistant": Role.ASSISTANT,
    "reply": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "system": Role.SYSTEM,
}
_PART = re.compile(
    r'(?P<filter>(?:model|role|before|after|in):(?:"[^"]*"?|\S*))|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)', re.I
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_TOKEN = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")


class Term(NamedTuple):
    """One thing that must be found."""

    text: str
    whole: bool = False
    """A phrase in quotes: its last word is not the beginning of a longer one."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all of it must hold. Times are Unix seconds."""

    terms: tuple[Term, ...] = ()
    model: str = ""
    """A part of the model's name."""
    role: Role | None = None
    after: float | None = None
    before: float | None = None
    in_trash: bool = False
    problem: str = ""
    """A sentence about a filter that could not be understood, and was left out."""

    @property
    def searches_text(self) -> bool:
        """Whether messages are looked for, not conversations alone."""
        return bool(self.terms) or self.role is not None


class Span(NamedTuple):
    """A range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that was found."""

    conversation: ConversationSummary
    message_id: str
    role: Role
    created: float
    """Unix seconds."""
    line: str
    """The line that matches, as it was written and perhaps cut: not safe to draw before it is cleaned."""
    marks: tuple[Span, ...] = ()
    """What of the line was looked for."""


def parse_query(text: str, now: datetime | None = None) -> Query:
    """Read what was typed: words, "phrases", and `model:` `role:` `before:` `after:` `in:trash`.

    Dates are those of the user's own clock: 2026-11-23, 2026-11, 2026, today, yesterday, or so many days, weeks, months
    or years ago (3d 2w 6m 1y). `after:` begins with that day, `before:` ends ahead of it. A filter that is still being
    typed changes nothing.
    """
    terms: list[Term] = []
    found: dict[str, str] = {}
    problem = ""
    for part in _PART.finditer(text):
        if part["filter"]:
            name, _colon, value = part["filter"].partition(":")
            if value := value.strip('"').strip():
                found[name.lower()] = value
        elif part["phrase"] is not None:
            if tokens_of(part["phrase"]):
                terms.append(Term(part["phrase"], whole=part[0].endswith('"')))
        elif tokens_of(part["word"]):
            terms.append(Term(part["word"]))
    role = _ROLES.get(found.get("role", "").lower())
    if "role" in found and role is None and not any(name.startswith(found["role"].lower()) for name in _ROLES):
        problem = _("role: is you or reply.")
    times: dict[str, float | None] = {}
    for name in ("after", "before"):
        times[name] = _day(found[name].lower(), now or datetime.now().astimezone()) if name in found else None
        if name in found and times[name] is None and not _may_become_a_date(found[name].lower()):
            problem = _("{filter}: takes a date such as 2026-11-23, 2026-11, yesterday or 2w.").format(filter=name)
    place = found.get("in", "").lower()
    if place and not "trash".startswith(place):
        problem = _("in: is trash.")
    return Query(
        terms=tuple(terms),
        model=found.get("model", ""),
        role=role,
        after=times["after"],
        before=times["before"],
        in_trash=place == "trash",
        problem=problem,
    )


def fold(text: str) -> str:
    """The text without capitals and accents, character by character: positions stay."""
    return text.lower() if text.isascii() else "".join(map(_fold, text))


def tokens_of(text: str) -> list[str]:
    """The words of a text, folded; each sign of Chinese, Japanese and Korean by itself."""
    return _TOKEN.findall(fold(text))


def pattern_of(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """Finds the terms in a folded text; `None` when there are none."""
    return _pattern(tuple(terms))


def contains(text: str, terms: Sequence[Term]) -> bool:
    """Whether all terms are in a text."""
    folded = fold(text)
    return all((pattern := _pattern((term,))) is not None and pattern.search(folded) for term in terms)


def matching_line(text: str, terms: Sequence[Term], width: int) -> tuple[str, tuple[Span, ...]]:
    """The line of a text with the most of the terms, cut to `width` characters around the first, and where they are."""
    lines = [line for line in text.splitlines() if line.strip()]
    patterns = [pattern for term in terms if (pattern := _pattern((term,))) is not None]
    if not lines or not patterns:
        return (lines[0].strip()[:width] if lines else ""), ()
    folded = [fold(line) for line in lines]
    most = 0
    best = 0
    for at, line in enumerate(folded):
        found = sum(pattern.search(line) is not None for pattern in patterns)
        if found > most:
            most, best = found, at
        if most == len(patterns):
            break
    return _cut(
        lines[best], [Span(*match.span()) for pattern in patterns for match in pattern.finditer(folded[best])], width
    )


def _cut(line: str, spans: list[Span], width: int) -> tuple[str, tuple[Span, ...]]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    start = len(line) - len(line.lstrip())
    if merged and len(line.rstrip()) - start > width:
        start = max(start, min(merged[0].start - width // 4, len(line.rstrip()) - width))
    end = start + width
    head, tail = ("…" if line[:start].strip() else ""), ("…" if line[end:].strip() else "")
    shift = len(head) - start
    marks = (Span(max(span.start, start) + shift, min(span.end, end) + shift) for span in merged)
    return head + line[start:end].rstrip() + tail, tuple(mark for mark in marks if mark.end > mark.start)


@lru_cache(maxsize=64)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str] | None:
    found = []
    for term in terms:
        tokens = tokens_of(term.text)
        if not tokens:
            continue
        between = r"[\W_]*"
        first, last = tokens[0], tokens[-1]
        beginning = "" if _is_sign(first) else rf"(?<![^\W_{UNSPACED}])"
        open_ended = not term.whole and len(last) >= SHORTEST_BEGINNING
        end = "" if _is_sign(last) else (rf"[^\W_{UNSPACED}]*" if open_ended else rf"(?![^\W_{UNSPACED}])")
        found.append(beginning + between.join(map(re.escape, tokens)) + end)
    return re.compile("|".join(found)) if found else None


def _is_sign(token: str) -> bool:
    return len(token) == 1 and re.match(f"[{UNSPACED}]", token) is not None


@lru_cache(maxsize=4096)
def _fold(sign: str) -> str:
    base = unicodedata.normalize("NFKD", sign)[0] if not "\uac00" <= sign <= "\ud7ff" else sign
    return base.lower()[:1] or sign


def _day(text: str, now: datetime) -> float | None:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    try:
        if text == "today":
            day = midnight
        elif text == "yesterday":
            day = midnight - timedelta(days=1)
        elif ago := _AGO.fullmatch(text):
            day = midnight - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        elif date := _DATE.fullmatch(text):
            day = datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1))
        else:
            return None
        return day.astimezone().timestamp()
    except (ValueError, OverflowError):
        return None


def _may_become_a_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,4}|\d{4}-(\d{0,2}(-\d{0,2})?)?", text)) or any(
        word.startswith(text) for word in ("today", "yesterday")
    )
