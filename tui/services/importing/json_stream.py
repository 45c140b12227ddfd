"""Reads the values of a JSON file one at a time: a list of any length needs the memory of its longest entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _

PIECE = 1 << 20
"""Characters read at a time."""
_MARGIN = 16
"""Characters before the end of the buffer in which an error, or the end of a number, may only mean that more is to
come."""
_BLANK = re.compile(r"[ \t\n\r]*")


class JsonError(ChinwagError):
    """A file is not JSON; line and column start at 1."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(
            _("Line {line}, column {column} is not JSON ({reason}). Fix the file or export it again.").format(
                line=line, column=column, reason=reason
            )
        )


class JsonStream:
    """Reads a file with one value; for a list, its entries are the values."""

    def __init__(self, file: TextIO, piece: int = PIECE) -> None:
        self._file = file
        self._piece = piece
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._lines = 0  # newlines before the buffer
        self._column = 0  # characters between the last of these and the buffer
        self._decoder = json.JSONDecoder()

    def values(self) -> Iterator[Any]:
        """Yield the value, or the entries of the list. Raises JsonError where it breaks off; earlier values are good."""
        if self._next() != "[":
            yield self._value()
        else:
            self._at += 1
            yield from self._entries()
        if self._next():
            raise self._bad(self._at, _("extra data"))

    def _entries(self) -> Iterator[Any]:
        if self._next() == "]":
            self._at += 1
            return
        while True:
            self._next()
            yield self._value()
            mark = self._next()
            if mark not in ("]", ","):
                raise self._bad(self._at, _("a comma is missing"))
            self._at += 1
            if mark == "]":
                return

    def _next(self) -> str:
        """Go to the next character that is not blank and return it; empty at the end."""
        while True:
            blank = _BLANK.match(self._buffer, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._read(self._piece):
                return ""

    def _value(self) -> Any:
        """Return the value that begins here."""
        more = self._piece
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated string") or error.pos >= len(self._buffer) - _MARGIN
                if not cut or not self._read(more):
                    raise self._bad(error.pos, error.msg.lower()) from None
            except (ValueError, RecursionError) as error:
                reason = _("nested too deeply") if isinstance(error, RecursionError) else _("a number is too long")
                raise self._bad(self._at, reason) from None
            else:
                if end <= len(self._buffer) - _MARGIN or not self._read(more):  # a number may continue
                    self._at = end
                    return value
            more = max(
                more, len(self._buffer)
            )  # a long value is tried again at twice its length, so the total stays linear

    def _read(self, size: int) -> bool:
        """Read on, and drop what is done with; False at the end."""
        try:
            piece = "" if self._ended else self._file.read(size)
        except UnicodeDecodeError as error:
            raise self._bad(len(self._buffer), _("not UTF-8 text")) from error
        if not piece:
            self._ended = True
            return False
        done = self._buffer[: self._at]
        if newlines := done.count("\n"):
            self._lines += newlines
            self._column = len(done) - done.rfind("\n") - 1
        else:
            self._column += len(done)
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return True

    def _bad(self, position: int, reason: str) -> JsonError:
        before = self._buffer[:position]
        newlines = before.count("\n")
        column = len(before) - before.rfind("\n") if newlines else self._column + len(before) + 1
        return JsonError(self._lines + newlines + 1, column, reason)
