"""Cleaning of text, also when it arrives in pieces."""

from __future__ import annotations

import re

from tui.domain.safe_text import clean

_HOLD_LIMIT = 4096
"""Characters that an unfinished escape sequence can hold back; a longer one loses its introducer and is let through."""

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
    """Return the text made safe to draw, with newlines as its only line ends."""
    return clean(text).translate(_LINE_SEPARATORS)


class StreamCleaner:
    """Cleans text piece by piece: the result is the same as for the whole. An unfinished escape sequence is held back."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """Return the drawable text that is certain by now."""
        text = self._held + text
        self._held = ""
        if _SUSPECT.search(text) and (unfinished := _UNFINISHED.search(text)):
            start = unfinished.start()
            if len(text) - start <= _HOLD_LIMIT:
                text, self._held = text[:start], text[start:]
        return drawable(text)

    def finish(self) -> str:
        """Return the text that is still held back, at the end of the stream."""
        text, self._held = self._held, ""
        return drawable(text)
