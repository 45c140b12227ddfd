"""Server-sent events, read from bytes as they arrive.

Follows https://html.spec.whatwg.org/multipage/server-sent-events.html with three differences: the end of the input
dispatches an event without its blank line, a field named "error" carries data of an event of that name, and lines and
events have a size limit. Lines end at LF, CR and CRLF only: JSON may contain U+2028, U+0085 and similar characters.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.domain.errors import GatewayError
from tui.domain.i18n import _

MIB = 1024 * 1024
EVENT_LIMIT = 16 * MIB
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Event:
    """One event that has data."""

    data: str
    name: str = ""


class EventReader:
    """Turns pieces of a byte stream into events. Each byte is searched once."""

    def __init__(self, limit: int = EVENT_LIMIT) -> None:
        self._limit = limit
        self._line = bytearray()
        self._at_start = True
        self._after_cr = False
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[Event]:
        """Return the events that are complete now; GatewayError ("protocol") if a line or event exceeds the limit."""
        if self._after_cr and piece:
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        if b"\r" in piece:
            self._after_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = piece.split(b"\n")
        events: list[Event] = []
        for end_of_line in lines:
            self._line += end_of_line
            self._take(bytes(self._line), events)
            self._line.clear()
        self._line += rest
        if len(self._line) + self._size > self._limit:
            raise self._too_long()
        return events

    def end(self) -> list[Event]:
        """Return the event that was still open at the end of the input, if any."""
        events: list[Event] = []
        if self._line:
            self._take(bytes(self._line), events)
            self._line.clear()
        self._take(b"", events)
        return events

    def _take(self, line: bytes, events: list[Event]) -> None:
        if self._at_start:
            line = line.removeprefix(_BOM)
            self._at_start = False
        if not line:
            if self._data:
                events.append(Event("\n".join(self._data), self._name))
                self._data = []
                self._size = 0
            self._name = ""
            return
        self._size += len(line)
        if self._size > self._limit:
            raise self._too_long()
        field, _colon, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))
        elif field == b"event":
            self._name = value.removeprefix(b" ").decode("utf-8", "replace")
        elif field == b"error":
            self._name = "error"
            self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))

    def _too_long(self) -> GatewayError:
        sentence = _("The server sent a piece larger than {n} MiB, which is too large for a reply.")
        return GatewayError("protocol", sentence.format(n=self._limit // MIB))
