"""Cleaning text that arrives in pieces, so that the pieces give what the whole would."""

from __future__ import annotations

import re

from tui.domain.safe_text import clean

_HOLD_LIMIT = 4096
"""Characters an unfinished escape sequence may hold back; a longer one is let through without its introducer."""

_SUSPECT = re.compile("[\x1b\r\x90\x98\x9b\x9d-\x9f\ud800-\udbff]")
_UNFINISHED = re.compile(
    r"""
    (?: (?:\x1b\[|\x9b) [0-?]* [\ -/]*
      | (?:\x1b[\]P_^X]|[\x90\x98\x9d\x9e\x9f]) [^\x00-\x08\x0a-\x1f\x7f-\x9f]* \x1b?
      | \x1b [\ -/]*
      | \r
      | [\ud800-\udbff]
    ) \Z
    """,
    re.VERBOSE,
)
_LINE_SEPARATORS = {0x2028: " ", 0x2029: " "}


def drawable(text: str) -> str:
    """Text safe to draw whose lines end at newlines only."""
    return clean(text).translate(_LINE_SEPARATORS)


class StreamCleaner:
    """Gives out the drawable part of what was fed; the beginning of an escape sequence waits for its end."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """The drawable text that has become certain."""
        text = self._held + text
        self._held = ""
        if _SUSPECT.search(text) and (unfinished := _UNFINISHED.search(text)):
            start = unfinished.start()
            if len(text) - start <= _HOLD_LIMIT:
                text, self._held = text[:start], text[start:]
        return drawable(text)

    def finish(self) -> str:
        """What is left when nothing more comes."""
        text, self._held = self._held, ""
        return drawable(text)
