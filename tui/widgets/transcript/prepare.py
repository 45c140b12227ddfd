"""Making many messages ready to be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tui.domain.chat import ChatMessage
from tui.rendering.note import Note
from tui.widgets.transcript.entry import Entry, Prepared
from tui.widgets.transcript.message_list import MessageList

_TOGETHER = 250
"""Messages that are made ready before others have a turn."""


async def prepare(
    shown: MessageList, messages: Sequence[ChatMessage], note_of: Callable[[ChatMessage], Note | None]
) -> Prepared:
    """Return messages that `shown` can take, made ready a few at a time, so that keys come in between."""
    width: int | None = -1
    entries: list[Entry] = []
    heights: list[int] = []
    while width != shown.width:
        width = shown.width
        entries, heights = [], []
        for message in messages:
            entries.append(entry := Entry(message, note_of(message)))
            heights.append(shown.estimated(entry))
            if len(entries) % _TOGETHER == 0:
                await asyncio.sleep(0)
    return Prepared(entries, heights)
