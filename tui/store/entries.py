"""What the list and the search need to know of a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from tui.domain.chat import ChatMessage, ConversationSummary


@dataclass(frozen=True, slots=True)
class IndexedMessage:
    """What the index stores of a message."""

    id: str
    role: str
    model: str
    created: float
    content: str

    @property
    def digest(self) -> int:
        """A checksum that changes with the content."""
        return crc32(f"{self.role}\0{self.model}\0{self.content}".encode(errors="surrogatepass"))


class Entry(NamedTuple):
    """A conversation as it is put into the index."""

    id: str
    summary: ConversationSummary
    signature: str
    """Of the file it was read from; see `file_states`."""
    length: int | None
    """Messages on the branch last shown; `None` means unchanged."""
    messages: tuple[IndexedMessage, ...]
    whole: bool
    """Whether these are all messages, so that others are removed."""


class IndexUpdate(NamedTuple):
    """What is new in a conversation that is being saved."""

    messages: tuple[IndexedMessage, ...] = ()
    """Those that changed."""
    length: int | None = None
    """Messages on the branch last shown; `None` means unchanged."""


class SaveResult(NamedTuple):
    """What was written."""

    entry: Entry | None
    """`None` if the index needs no update."""
    listed: str
    """The signature of the file that the index knows, if nobody else has written since."""
    before: str
    """The signature of the file before; empty for a new one."""
    after: str
    """The signature of the file after."""


def indexed(messages: Iterable[ChatMessage]) -> tuple[IndexedMessage, ...]:
    """Return what the index stores of these messages, without the text of deleted ones."""
    return tuple(
        IndexedMessage(m.id, m.role.value, m.model, m.created, "" if m.deleted else m.content) for m in messages
    )
