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
LONGEST = 1 << 28
"""Characters: a longer value is not read, so that a small archive cannot fill the memory."""
DEEPEST = 50_000
"""Levels of objects and lists in one value."""
_ERRORS = 20
"""Values passed over in one list, or in the lines of one file, before the rest is given up."""
_BLANK = re.compile(r"[ \t\n\r]*")
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_RAW_BYTES = re.compile("[\udc80-\udcff]+")
"""Bytes that are not UTF-8, as the error handler "surrogateescape" gives them."""
_CLOSING: dict[type, str] = {dict: "}", list: "]"}


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 400 else float("inf")


_QUICK = json.JSONDecoder(strict=False)
_ANY_NUMBER = json.JSONDecoder(strict=False, parse_int=_whole)


class JsonError(ChinwagError):
    """A file is not JSON; line and column start at 1."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(
            _("Line {line}, column {column} is not JSON ({reason}). Fix the file or export it again.").format(
                line=line, column=column, reason=reason
            )
        )


class JsonStream:
    """Reads a file with one value, or with one after another; for a list, its entries are the values."""

    def __init__(self, file: TextIO, piece: int = PIECE, *, lines: bool = False) -> None:
        self._file = file
        self._piece = piece
        self._lines_of_values = lines
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._lines = 0  # newlines before the buffer
        self._column = 0  # characters between the last of these and the buffer
        self.replaced_in = 0
        """The first line with bytes that are not UTF-8, which U+FFFD stands for; 0 if there is none."""

    def values(self) -> Iterator[Any]:
        """Yield the value, or the entries of the list. Raises JsonError where it breaks off; earlier values are good."""
        for _run, value in self.runs():
            if isinstance(value, JsonError):
                raise value
            yield value

    def runs(self) -> Iterator[tuple[int, Any]]:
        """Yield the values, and a JsonError for each that was passed over, with the number of the list they are in."""
        run = errors = 0
        while True:
            try:
                if self._next() == "[":
                    run += 1
                    self._at += 1
                    for entry in self._entries():
                        yield run, entry
                    run += 1
                else:
                    yield run, self._value()
                following = self._next()
                if following and following not in "[{":
                    raise self._bad(self._at, _("extra data"))
                if not following:
                    return
                self._lines_of_values = True
            except JsonError as error:
                errors += 1
                if not self._lines_of_values or errors > _ERRORS or not self._skip_line():
                    raise
                yield run, error

    def _entries(self) -> Iterator[Any]:
        if self._next() == "]":
            self._at += 1
            return
        errors = 0
        while True:
            self._next()
            try:
                yield self._value()
            except JsonError as error:
                errors += 1
                if errors > _ERRORS or not self._skip_entry():
                    raise
                yield error
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

    def _skip_line(self) -> bool:
        """Go to the next line; False if there is none."""
        while (end := self._buffer.find("\n", self._at)) < 0:
            if not self._read(self._piece):
                return False
        self._at = end + 1
        return bool(self._next())

    def _skip_entry(self) -> bool:
        """Go to the end of the object or list that begins here, by its brackets; False if it has none."""
        if self._buffer[self._at : self._at + 1] not in ("{", "["):
            return False
        while True:
            depth = 0
            for token in _BRACKETS.finditer(self._buffer, self._at):
                depth += (token[0] in "{[") - (token[0] in "}]")
                if depth == 0 and token[0] in "}]":
                    self._at = token.end()
                    return self._next() in ("", ",", "]")
            if len(self._buffer) - self._at > LONGEST or not self._read(max(self._piece, len(self._buffer))):
                return False

    def _value(self) -> Any:
        """Return the value that begins here."""
        more = self._piece
        while True:
            try:
                value, end = _decoded(self._buffer, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated string") or error.pos >= len(self._buffer) - _MARGIN
                if not cut or not self._read(more):
                    raise self._bad(error.pos, error.msg.lower()) from None
            except RecursionError:
                raise self._bad(self._at, _("nested too deeply")) from None
            else:
                if end <= len(self._buffer) - _MARGIN or not self._read(more):  # a number may continue
                    self._at = end
                    return value
            if len(self._buffer) - self._at > LONGEST:
                raise self._bad(self._at, _("a value is longer than {n} MB").format(n=LONGEST >> 20))
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
        self._buffer = self._buffer[self._at :]
        self._at = 0
        if not piece.isascii() and (bad := _RAW_BYTES.search(piece)):
            if not self.replaced_in:
                before = self._buffer.count("\n") + piece.count("\n", 0, bad.start())
                self.replaced_in = self._lines + before + 1
            piece = _RAW_BYTES.sub("\ufffd", piece)
        self._buffer += piece
        return True

    def _bad(self, position: int, reason: str) -> JsonError:
        before = self._buffer[:position]
        newlines = before.count("\n")
        column = len(before) - before.rfind("\n") if newlines else self._column + len(before) + 1
        return JsonError(self._lines + newlines + 1, column, reason)


def _decoded(written: str, at: int) -> tuple[Any, int]:
    """Return the value that begins there and its end. Control characters in texts and numbers of any length are accepted."""
    try:
        return _QUICK.raw_decode(written, at)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        return _deep(written, at)
    except ValueError:  # a number of thousands of digits
        try:
            return _ANY_NUMBER.raw_decode(written, at)
        except RecursionError:
            return _deep(written, at)


def _deep(written: str, at: int) -> tuple[Any, int]:
    """Return a value that is nested more deeply than the decoder of the standard library can go."""
    outer: list[tuple[Any, str]] = []
    inside: Any = None  # the object or list that is being read
    key = ""
    while True:
        at = _after_blank(written, at)
        value: Any
        if written[at : at + 1] in ("{", "["):
            value = {} if written[at] == "{" else []
            at = _after_blank(written, at + 1)
            if written[at : at + 1] != _CLOSING[type(value)]:
                if len(outer) > DEEPEST:
                    raise RecursionError
                outer.append((inside, key))
                inside = value
                if isinstance(inside, dict):
                    key, at = _key(written, at)
                continue
            at += 1
        else:
            value, at = _ANY_NUMBER.raw_decode(written, at)
        while inside is not None:
            if isinstance(inside, dict):
                inside[key] = value
            else:
                inside.append(value)
            at = _after_blank(written, at)
            mark = written[at : at + 1]
            if mark == ",":
                at += 1
                if isinstance(inside, dict):
                    key, at = _key(written, at)
                break
            if mark != _CLOSING[type(inside)]:
                raise json.JSONDecodeError("Expecting ',' delimiter", written, at)
            at += 1
            value = inside
            inside, key = outer.pop()
        else:
            return value, at


def _key(written: str, at: int) -> tuple[str, int]:
    at = _after_blank(written, at)
    if written[at : at + 1] != '"':
        raise json.JSONDecodeError("Expecting property name enclosed in double quotes", written, at)
    key, at = _QUICK.raw_decode(written, at)
    at = _after_blank(written, at)
    if written[at : at + 1] != ":":
        raise json.JSONDecodeError("Expecting ':' delimiter", written, at)
    return key, at + 1


def _after_blank(written: str, at: int) -> int:
    blank = _BLANK.match(written, at)
    return blank.end() if blank else at
