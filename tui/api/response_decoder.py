"""Decodes the body of a chat answer. The content decides its kind, not what was asked for or its content type."""

from __future__ import annotations

from tui.api.api_key import ApiKey
from tui.api.failures import web_page
from tui.api.reply import Reply, unexpected
from tui.api.sse import EventReader

_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_EVENT_LINES = b":deir"
"""The first bytes of the lines of an event stream: a comment, data, event, error, id, retry."""
_EXCERPT = 300


class ChatBody:
    """Reads the body of an answer, in pieces of any size, into a `Reply`.

    `base` is the gateway's address, for error messages. Failures are GatewayErrors ("protocol").
    """

    def __init__(self, reply: Reply, content_type: str, base: str, key: ApiKey) -> None:
        self._reply = reply
        self._content_type = content_type.lower()
        self._base = base
        self._key = key
        self._head = b""
        self._whole: bytearray | None = None
        self._events: EventReader | None = None
        self._any_event = False

    def feed(self, piece: bytes) -> bool:
        """Return whether the piece brought data, not only white space or comments."""
        if self._whole is None and self._events is None:
            piece = (self._head + piece).lstrip(_SPACE)
            start = piece.removeprefix(_BOM).lstrip(_SPACE)
            if not start or _BOM.startswith(start):
                self._head = piece
                return False
            self._head = start[:_EXCERPT]
            self._choose(start)
        if self._whole is not None:
            self._whole += piece
            return bool(piece.strip(_SPACE))
        return self._read_events(piece)

    def end(self) -> None:
        """Finish reading at the end of the input."""
        if self._whole is not None:
            text = bytes(self._whole).decode("utf-8-sig", "replace").strip()
            if text.startswith("<"):
                raise web_page(text, self._base, self._key)
            self._reply.add_whole(text)
        elif self._events is not None:
            for event in self._events.end():
                self._any_event = True
                self._reply.add_event(event)
            if not self._any_event and "event-stream" not in self._content_type:
                raise unexpected(self._head.decode("utf-8", "replace"), self._key)

    def _choose(self, start: bytes) -> None:
        odd = "json" in self._content_type and start[0] not in _EVENT_LINES
        if odd or start[0] in b"{[<":
            self._whole = bytearray()
        else:
            self._events = EventReader()

    def _read_events(self, piece: bytes) -> bool:
        assert self._events is not None
        events = self._events.feed(piece)
        for event in events:
            self._reply.add_event(event)
        self._any_event = self._any_event or bool(events)
        return bool(events)
