"""Makes terminal input safe before Textual reads it. The only module that changes Textual's driver.

Textual 8.2.8 takes escape sequences inside a bracketed paste for keys, and exits with a traceback on a byte that is not
UTF-8. Both lose what the user wrote.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from textual._xterm_parser import XTermParser
from textual.message import Message

from tui.domain.safe_text import clean

PASTE_BEGINS = "\x1b[200~"
PASTE_ENDS = "\x1b[201~"


class PasteCleaner:
    """Passes input on, with the content of bracketed pastes cleaned to plain text."""

    def __init__(self) -> None:
        self._inside = False
        self._pasted = ""
        self._held = ""

    def feed(self, data: str) -> str:
        """Return the input that is complete. A paste mark may be split over two reads; a paste is passed on when it is
        complete."""
        data, self._held = self._held + data, ""
        out = []
        while data:
            mark = PASTE_ENDS if self._inside else PASTE_BEGINS
            before, found, after = data.partition(mark)
            if not found:
                # Outside a paste two characters may be a complete key: escape, alt+[.
                before, self._held = _split_torn(before, mark, 1 if self._inside else 3)
            if self._inside:
                self._pasted += before
            else:
                out.append(before)
            if found:
                out.append(self._turn(mark))
            data = after
        return "".join(out)

    def _turn(self, mark: str) -> str:
        self._inside = not self._inside
        if self._inside:
            return mark
        pasted, self._pasted = self._pasted, ""
        return clean(pasted) + mark


class PasteSafeParser(XTermParser):
    """Textual's parser, for input that may contain anything."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._cleaner = PasteCleaner()

    def feed(self, data: str) -> Iterable[Message]:
        """Return the events of this input; empty input means that there is no more."""
        if data and not (data := self._cleaner.feed(data)):
            return ()
        return super().feed(data)


def harden(driver: ModuleType) -> None:
    """Make Textual's driver for this platform use this parser, and replace bytes that are not text by U+FFFD."""
    driver.XTermParser = PasteSafeParser  # type: ignore[attr-defined]
    if hasattr(driver, "getincrementaldecoder"):
        driver.getincrementaldecoder = _forgiving_decoder  # type: ignore[attr-defined]


def _forgiving_decoder(encoding: str) -> Any:
    return lambda: codecs.getincrementaldecoder(encoding)("replace")


def _split_torn(text: str, mark: str, shortest: int) -> tuple[str, str]:
    for length in range(min(len(mark) - 1, len(text)), shortest - 1, -1):
        if mark.startswith(text[-length:]):
            return text[:-length], text[-length:]
    return text, ""
