"""Search queries, and where they match in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from tui.domain.chat import ConversationSummary, Role
from tui.domain.i18n import _
from tui.domain.safe_text import clean, one_line

UNSPACED = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u30ff\u3100-\u312f"
    "\u3130-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Chinese, Japanese and Korean characters, as ranges of a character class: each is a word by itself."""

SHORTEST_BEGINNING = 2
"""Letters from which a word also finds longer words that begin with it."""

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
    r'(?P<filter>(?:model|role|before|after|in):(?:"[^"]*"?|\S*))|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)', re.IGNORECASE
)
_FILTERS = ("model", "role", "before", "after", "in")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MARKS = "\u0300-\u036f"
"""Accents that follow their letter as separate characters."""
_ACCENT = re.compile(f"[{_MARKS}]")
_WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")


class Term(NamedTuple):
    """One word or phrase that must be found."""

    text: str
    whole: bool = False
    """A phrase in quotes: its last word does not match longer ones."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query: all of it must match. Times are Unix seconds."""

    terms: tuple[Term, ...] = ()
    model: str = ""
    """Part of the model's name."""
    role: Role | None = None
    after: float | None = None
    before: float | None = None
    in_trash: bool = False
    problem: str = ""
    """A sentence about a filter that was not understood and left out."""

    @property
    def searches_text(self) -> bool:
        """Whether messages are searched, not only conversations."""
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
    """The line that matches, perhaps cut, and safe to draw; see `matching_line`."""
    marks: tuple[Span, ...] = ()
    """The matches in the line, in order, not touching each other."""


def parse_query(text: str, now: datetime | None = None) -> Query:
    """Return the query that was typed: words, "phrases", and `model:` `role:` `before:` `after:` `in:trash`.

    Dates are in local time: 2026-11-23, 2026-11, 2026, today, yesterday, or days, weeks, months or years ago (3d 2w 6m
    1y). `after:` includes that day, `before:` does not. A filter that is still being typed is ignored.
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
            if words_of(part["phrase"]):
                terms.append(Term(part["phrase"], whole=part[0].endswith('"')))
        elif words_of(part["word"]):
            terms.append(Term(part["word"]))
            if meant := _filter_meant(part["word"]):
                problem = _("Searching for the word {word}. Did you mean {filter}:?").format(
                    word=one_line(part["word"], 40), filter=meant
                )
    role = _ROLES.get(found.get("role", "").lower())
    if "role" in found and role is None and not any(name.startswith(found["role"].lower()) for name in _ROLES):
        problem = _("role: must be you or reply.")
    times: dict[str, float | None] = {}
    for name in ("after", "before"):
        times[name] = _day(found[name].lower(), now or datetime.now().astimezone()) if name in found else None
        if name in found and times[name] is None and not _may_become_a_date(found[name].lower()):
            problem = _("{filter}: must be a date such as 2026-11-23, 2026-11, yesterday or 2w.").format(filter=name)
    place = found.get("in", "").lower()
    if place and not "trash".startswith(place):
        problem = _("in: must be trash.")
    return Query(
        terms=tuple(terms),
        model=found.get("model", ""),
        role=role,
        after=times["after"],
        before=times["before"],
        in_trash=place == "trash",
        problem=problem,
    )


def _filter_meant(word: str) -> str:
    """Return the filter that a word with a colon nearly names."""
    name, colon, _value = word.lower().partition(":")
    near = get_close_matches(name, _FILTERS, 1, cutoff=0.75) if colon and len(name) > len("in") else []
    return near[0] if near else ""


def trash_toggled(text: str) -> str:
    """Return the query with `in:trash` added, or removed if it is there."""
    kept = _PART.sub(lambda part: "" if (part["filter"] or "").lower().startswith("in:") else part[0], text)
    kept = re.sub(" {2,}", " ", kept).lstrip()
    return kept if parse_query(text).in_trash else f"in:trash {kept}"


def fold(text: str) -> str:
    """Return the text without capitals and accents; positions stay the same."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded; each Chinese, Japanese or Korean character by itself."""
    return _WORD.findall(_ACCENT.sub("", fold(text)))


def pattern_of(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """Return a pattern that finds the terms in a folded text; `None` if there are none."""
    return _pattern(tuple(terms))


def contains(text: str, terms: Sequence[Term]) -> bool:
    """Return whether a text contains all terms."""
    folded = fold(text)
    return all((pattern := _pattern((term,))) is not None and pattern.search(folded) for term in terms)


def marks_in(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Return where the terms match in a text, in order, not touching each other."""
    pattern = pattern_of(terms)
    if pattern is None:
        return ()
    found: list[Span] = []
    for match in pattern.finditer(fold(text)):
        if found and match.start() <= found[-1].end:
            found[-1] = Span(found[-1].start, match.end())
        else:
            found.append(Span(*match.span()))
    return tuple(found)


def marks_in_title(title: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Return where the terms match in a title: anywhere, also within words."""
    folded = fold(title)
    looked_for = sorted({fold(term.text) for term in terms if term.text}, key=len, reverse=True)
    words = "|".join(map(re.escape, looked_for))
    return tuple(Span(*match.span()) for match in re.finditer(words, folded)) if words else ()


def matching_line(text: str, terms: Sequence[Term], width: int) -> tuple[str, tuple[Span, ...]]:
    """Return the line of a text with the most terms, and where they match.

    It is cleaned as by `one_line`, and cut to `width` characters around the first match, with "…" where it goes on.
    """
    place = _best_place(text, terms)
    line = one_line(text[place.start : place.end], place.end - place.start)
    marks = marks_in(line, terms)
    start = 0
    if marks and len(line) > width:
        start = max(0, min(marks[0].start - width // 4, len(line) - width))
    end = start + width
    head, tail = "…" if start else "", "…" if end < len(line) else ""
    shift = len(head) - start
    cut = (Span(max(mark.start, start) + shift, min(mark.end, end) + shift) for mark in marks)
    return head + line[start:end] + tail, tuple(mark for mark in cut if mark.end > mark.start)


def excerpt(text: str, terms: Sequence[Term], before: int, after: int) -> str:
    """Return the text around the first match in the line that has the most terms, cleaned as by `clean`.

    It starts at most `before` characters ahead of the match, at the start of a line if possible, and ends `after`
    characters behind it.
    """
    place = _best_place(text, terms)
    pattern = pattern_of(terms)
    match = None if pattern is None else pattern.search(fold(text[place.start : place.end]))
    at = place.start + (0 if match is None else match.start())
    start = max(0, at - before)
    if start:
        line_end = text.find("\n", start, at)
        start = start if line_end < 0 else line_end + 1
    return clean(text[start : at + after])


def _best_place(text: str, terms: Sequence[Term]) -> Span:
    """Return the line with the most terms, else the lines that a match spans, else the first line with words."""
    patterns = [pattern for term in terms if (pattern := _pattern((term,))) is not None]
    best, most = Span(0, 0), -1
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            folded = fold(line)
            found = sum(pattern.search(folded) is not None for pattern in patterns)
            if found > most:
                best, most = Span(start, end), found
            if most == len(patterns):
                break
        start = end
    if most == 0 and (match := next(filter(None, (pattern.search(fold(text)) for pattern in patterns)), None)):
        line_end = text.find("\n", match.end())
        return Span(text.rfind("\n", 0, match.start()) + 1, len(text) if line_end < 0 else line_end)
    return best


@lru_cache(maxsize=64)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str] | None:
    found = []
    letter, accents = rf"[^\W_{UNSPACED}]", f"[{_MARKS}]*"
    for term in terms:
        words = words_of(term.text)
        if not words:
            continue
        first, last = words[0], words[-1]
        beginning = "" if _is_sign(first) else f"(?<!{letter})(?<![{_MARKS}])"
        if _is_sign(last):
            end = accents
        elif not term.whole and len(last) >= SHORTEST_BEGINNING:
            end = f"(?:{letter}|[{_MARKS}])*"
        else:
            end = f"{accents}(?!{letter}|[{_MARKS}])"
        found.append(beginning + r"[\W_]*".join(accents.join(map(re.escape, word)) for word in words) + end)
    return re.compile("|".join(found)) if found else None


def _is_sign(word: str) -> bool:
    return len(word) == 1 and re.match(f"[{UNSPACED}]", word) is not None


class _Folded(dict[int, str]):
    """The folded form of each character, computed on first use: one character for one."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        base = unicodedata.normalize("NFKD", sign)[0] if not "\uac00" <= sign <= "\ud7ff" else sign
        self[code] = folded = base.lower()[:1] or sign
        return folded


_FOLDED = _Folded()


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
            day = midnight.replace(int(date[1]), int(date[2] or 1), int(date[3] or 1))
        else:
            return None
        return day.astimezone().timestamp()
    except (ValueError, OverflowError, OSError):  # no such day, or out of range
        return None


def _may_become_a_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,4}|\d{4}-0?|\d{4}-(0?[1-9]|1[0-2])-0?", text)) or any(
        word.startswith(text) for word in ("today", "yesterday")
    )
