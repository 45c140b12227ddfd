"""Why a reply ended: the finish reasons of many servers as a few kinds of end."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache


class End(Enum):
    """A kind of end."""

    PLAIN = auto()
    LENGTH = auto()
    CONTEXT = auto()
    """Prompt and reply fill what the model can hold."""
    FILTER = auto()
    TOOL = auto()
    PAUSED = auto()
    """The server wants to be asked to go on."""
    REPEATED = auto()
    """The server saw the model repeat itself."""
    OVERLOADED = auto()
    FAILED = auto()
    CANCELLED = auto()
    OTHER = auto()


_FAMILIES = (
    (End.TOOL, r"tool|function"),
    (
        End.FILTER,
        r"filter|safety|polic|block|prohibit|recit|spii|sensitive|guardrail|refus|moderat|toxic|censor|flagged|risk|^language$",
    ),
    (End.CONTEXT, r"context|^model_length$"),
    (End.REPEATED, r"repe[at]|loop"),
    (End.OVERLOADED, r"resource|overload|capacity|busy|rate_?limit"),
    (End.CANCELLED, r"abort|cancel|interrupt|disconnect|preempt|time_?limit|time_?out|deadline|^terminated$|^killed$"),
    (End.LENGTH, r"length|limit|max_|maxtokens|too_long|truncat|incomplete"),
    (End.FAILED, r"error|fail|exception|unavailable|network|crash"),
    (End.PAUSED, r"pause|continue"),
    (End.PLAIN, r"stop|^end|_end$|eos|eot|^complete|^finish|^done$|^success|^normal$|^ok$"),
)
"""The first that fits counts. None of these is a list of all words: servers invent new ones."""
_NO_REASON = {"", "null", "none", "nil", "undefined", "unspecified", "finish_reason_unspecified"}
_PREFIX = re.compile(r"^(finish|stop)_?reason_")
_GOES_ON = frozenset({End.LENGTH, End.PAUSED, End.REPEATED, End.OTHER})
BROKEN_OFF = frozenset({End.OVERLOADED, End.FAILED, End.CANCELLED})
"""Ends after which a reply counts as failed."""


def is_reason(word: str) -> bool:
    """Return whether a word is a finish reason; servers send `"null"` as a string while a reply arrives."""
    return word.strip().lower() not in _NO_REASON


@lru_cache(maxsize=256)
def end_of(reason: str) -> End:
    """Return the kind of end that a finish reason means, however it is written."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[-\s.]+", "_", reason.strip()).lower()
    words = _PREFIX.sub("", words)
    return next((end for end, pattern in _FAMILIES if re.search(pattern, words)), End.OTHER)


def can_go_on(reason: str) -> bool:
    """Return whether a reply that ended for this reason can be continued."""
    return end_of(reason) in _GOES_ON
