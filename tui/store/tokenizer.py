"""How words are separated in the search index.

SQLite's unicode61 ends a word at anything but a letter or digit. Chinese, Japanese and Korean have no such ends, so
each character is separated and found by itself; a separator that no text contains makes this reversible. Ligatures and
full-width letters are indexed as plain letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tui.domain.search import SHORTEST_BEGINNING, UNSPACED, Term, words_of

_SEPARATOR = "\x1f"
_SIGNS = re.compile(f"[{UNSPACED}]+")
_FORMS = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\ufb00-\ufb06]")


def separated(text: str) -> str:
    """Return the text as it is indexed."""
    text = text.replace(_SEPARATOR, "")
    if text.isascii():
        return text
    return _SIGNS.sub(_set_apart, _FORMS.sub(_plain, text))


def joined(text: str) -> str:
    """Return the text as it was before `separated`, except for letters that were made plain."""
    return text.replace(_SEPARATOR, "")


def match_expression(terms: Sequence[Term]) -> str:
    """Return the FTS5 query: all terms, each a phrase whose last word may be the beginning of a longer one.

    Empty if no term has a letter.
    """
    phrases = []
    for term in terms:
        words = words_of(unicodedata.normalize("NFKC", term.text))
        if words:
            open_ended = not term.whole and len(words[-1]) >= SHORTEST_BEGINNING
            phrases.append('"' + " ".join(words) + '"' + ("*" if open_ended else ""))
    return " AND ".join(phrases)


def _set_apart(signs: re.Match[str]) -> str:
    return _SEPARATOR + _SEPARATOR.join(signs[0]) + _SEPARATOR


def _plain(form: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", form[0])
