"""What the headers of messages tell besides who and when."""

from __future__ import annotations

from collections.abc import Mapping

from tui.domain.chat import ChatMessage
from tui.rendering.message_renderer import MessageRenderer, PriceOf
from tui.rendering.note import HeaderStatus
from tui.rendering.palette import Palette
from tui.widgets.transcript.message_list import MessageList


class Headers:
    """Prices and statuses. What is set again is drawn again."""

    def __init__(self, messages: MessageList, price_of: PriceOf | None = None) -> None:
        self._messages = messages
        self._price_of = price_of
        self._marks: Mapping[str, HeaderStatus] = {}

    @property
    def price_of(self) -> PriceOf | None:
        """The price of a reply, where it is known. To be set again when more prices are known."""
        return self._price_of

    @price_of.setter
    def price_of(self, price_of: PriceOf | None) -> None:
        self._price_of = price_of
        self._messages.redo_figures()

    @property
    def statuses(self) -> Mapping[str, HeaderStatus]:
        """Versions, warnings and bookmarks, by message id."""
        return self._marks

    @statuses.setter
    def statuses(self, statuses: Mapping[str, HeaderStatus]) -> None:
        before, self._marks = self._marks, statuses
        for message_id in {message_id for message_id, _status in before.items() ^ statuses.items()}:
            index = self._messages.position(message_id)
            if index is not None and index == self._messages.live_index:
                self._messages.refresh_live()
            else:
                self._messages.redo_header(index)

    def renderer(self, palette: Palette, width: int) -> MessageRenderer:
        """Return what draws messages with these headers."""
        return MessageRenderer(palette, width, self._price, self._status)

    def _price(self, message: ChatMessage) -> str:
        return "" if self._price_of is None else self._price_of(message)

    def _status(self, message: ChatMessage) -> HeaderStatus | None:
        return self._marks.get(message.id)
