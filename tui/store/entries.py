"""What the list and the search are told of a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from tui.domain.chat import ChatMessage, ConversationSummary


@dataclass(frozen=True, slots=True)
class IndexedMessage:
    """What the index keeps of a message."""

    id: str
    role: str
    model: str
    created: float
    content: str

    @property
    def digest(self) -> int:
        """Tells one content from another."""
        return crc32(f"{self.role}\0{self.model}\0{self.content}".encode(errors="surrogatepass"))


class Entry(NamedTuple):
    """A conversation as it is put into the index."""

    id: str
    summary: ConversationSummary
    signature: str
    """Of the file it was read from; see `file_states`."""
    length: int | None
    """Messages on the branch last shown; `None`: as many as before."""
    messages: tuple[IndexedMessage, ...]
    whole: bool
    """These are all of its messages: others are forgotten."""


class IndexUpdate(NamedTuple):
    """What is new in a conversation that is being saved."""

    messages: tuple[IndexedMessage, ...] = ()
    """Those that changed."""
    length: int | None = None
    """Messages on the branch last shown; `None`: as many as before."""


class SaveResult(NamedTuple):
    """What was written."""

    entry: Entry | None
    """`None` when the list and the search need not know."""
    listed: str
    """The signature of the file that they know, if nobody else has written since."""
    before: str
    """The signature of the file ahead of this; empty for a new one."""
    after: str
    """The signature of the file now."""


def indexed(messages: Iterable[ChatMessage]) -> tuple[IndexedMessage, ...]:
    """Return what the index keeps of these messages: the words of those that are not deleted."""
    return tuple(
        IndexedMessage(m.id, m.role.value, m.model, m.created, "" if m.deleted else m.content) for m in messages
    )
