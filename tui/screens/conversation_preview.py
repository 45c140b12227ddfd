"""Reads what the preview beside the list of conversations shows, once the cursor rests."""

from __future__ import annotations

import asyncio
import time
from functools import partial

from textual.worker import WorkType

from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.domain.search import Term, excerpt, marks_in
from tui.services.services import Services
from tui.widgets.conversation_rows import Entry
from tui.widgets.preview import Preview

READ_AFTER = 0.08
"""Seconds the cursor rests before a conversation is read: a held arrow key reads nothing."""
BEFORE, AFTER = 1500, 3000
"""Characters of a message around what was found in it."""


class PreviewReader:
    """Fills a preview with the end of the conversation under the cursor, or the message that was found in it."""

    def __init__(self, services: Services, preview: Preview) -> None:
        self._services = services
        self._preview = preview
        self._shown: tuple[Entry, tuple[Term, ...]] | None = None

    def follow(self, entry: Entry | None, terms: tuple[Term, ...]) -> None:
        """Show what belongs to the row under the cursor, with these terms marked."""
        shown = None if entry is None else (entry, terms)
        if shown == self._shown:
            return
        self._shown = shown
        if entry is None:
            self._preview.workers.cancel_node(self._preview)
            self._preview.clear()
        else:
            self._preview.show_summary(entry.conversation, time.time())
            read: WorkType[None] = partial(self._read, entry, terms)
            self._preview.run_worker(read, group="preview", exclusive=True)

    async def _read(self, entry: Entry, terms: tuple[Term, ...]) -> None:
        await asyncio.sleep(READ_AFTER)
        try:
            conversation = await self._conversation(entry)
        except StoreError as error:
            self._preview.say(str(error))
            return
        message = None if entry.hit is None else conversation.messages.get(entry.hit.message_id)
        if message is None:
            self._preview.show_messages(conversation.branch())
            return
        part = await asyncio.to_thread(excerpt, message.content, terms, BEFORE, AFTER)
        part = part.expandtabs(4).strip("\n")
        branch = conversation.branch()
        at = next((n for n, each in enumerate(branch) if each is message), len(branch))
        self._preview.show_found(message, part, marks_in(part, terms), branch[at + 1 :])

    async def _conversation(self, entry: Entry) -> Conversation:
        """Return the conversation of a row; of a long one only the end, where that is all that is shown."""
        conversation_id = entry.conversation.id
        turn = self._services.turns.of(conversation_id)
        if turn is not None:
            return turn.conversation
        end = None if entry.hit is not None else await self._services.store.load_end(conversation_id)
        return (end or await self._services.store.load(conversation_id)).conversation
