"""Where conversations are kept, as the rest of the program sees it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from tui.domain.chat import ChatMessage, Conversation, ConversationSummary, MessageState, OpenedConversation
from tui.store.codec import Doc, Docs, encode_message, encode_meta
from tui.store.folder import DataFolder

if TYPE_CHECKING:
    from tui.store.library import Library


class ConversationStore:
    """Conversations on disk, one file each. Every method may raise StoreError.

    All file work is done in one thread, in the order of the calls; what a method is given is copied before it first
    waits, so messages may go on growing meanwhile.
    """

    def __init__(self, data: Path, cache: Path) -> None:
        self.folder = DataFolder(data)
        """Shared with the prompt history and the drafts."""
        self._cache = cache
        self._known: WeakKeyDictionary[Conversation, Doc] = WeakKeyDictionary()
        """The meta of each conversation when it was last loaded or saved here: only what has changed since is written,
        so that a change made in another window stands."""

    @property
    def writer(self) -> str:
        """The id of this process."""
        return self.folder.writer

    @property
    def read_only(self) -> str:
        """Why nothing can be saved, or empty. Saving tries again all the same."""
        return self.folder.read_only

    async def start(self) -> None:
        """Make the folders. Where nothing can be written, `read_only` says so and reading works."""
        await self.folder.start()
        await self.folder.run(lambda: self._library.start())

    async def close(self) -> None:
        """Tidy wasteful files and let go of the folder. May be called twice."""
        if not self.folder.closed:
            await self.folder.run(lambda: self._library.close())
            await self.folder.close()

    async def recent(self, limit: int = 100, skip: int = 0, text: str = "") -> list[ConversationSummary]:
        """Pinned conversations, then the newest; every word of `text` must be in the title."""
        return await self.folder.run(lambda: self._library.recent(limit, skip, text))

    async def count(self, text: str = "") -> int:
        """How many conversations have every word of `text` in the title."""
        return await self.folder.run(lambda: self._library.count(text))

    async def refresh(self) -> bool:
        """Look for changes made by other processes; whether the list changed."""
        return await self.folder.run(lambda: self._library.refresh())

    async def load(self, conversation_id: str) -> OpenedConversation:
        """Read a conversation."""
        opened = await self.folder.run(lambda: self._library.load(conversation_id))
        self._known[opened.conversation] = encode_meta(opened.conversation)
        return opened

    async def signature(self, conversation_id: str) -> str:
        """What tells one state of a conversation's file from the next; empty when there is no file. Cheap."""
        return await self.folder.run(lambda: self._library.signature(conversation_id))

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        """Write the conversation's own fields and these messages; on return they are on the disk.

        Of a message that has grown only the added text is written. A streaming message is marked as this process's.
        """
        for message in messages:
            if message.state is MessageState.STREAMING:
                message.writer = self.writer
        meta = encode_meta(conversation)
        known = self._known.get(conversation)
        changed = meta if known is None else {key: value for key, value in meta.items() if known.get(key) != value}
        settled = bool(changed) or any(message.state is not MessageState.STREAMING for message in messages)
        count = len(conversation.branch()) if settled else None
        given = conversation.messages.values() if known is None else messages
        documents = {message.id: encode_message(message) for message in (*given, *messages)}

        def save(changed: Doc, documents: Docs, count: int | None, *, whole: bool) -> bool:
            return self._library.save(conversation.id, changed, documents, count, whole=whole)

        if not await self.folder.run(save, changed, documents, count, whole=known is None):
            meta = encode_meta(conversation)
            documents = {message.id: encode_message(message) for message in conversation.messages.values()}
            count = len(conversation.branch())
            await self.folder.run(save, meta, documents, count, whole=True)
        self._known[conversation] = meta

    async def rename(self, conversation_id: str, title: str) -> None:
        """Give a stored conversation another title."""
        await self.folder.run(lambda: self._library.change_meta(conversation_id, {"title": title}))

    async def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        """Keep a stored conversation at the top of the list, or no longer."""
        await self.folder.run(lambda: self._library.change_meta(conversation_id, {"pinned": pinned}))

    async def trash(self, conversation_id: str) -> None:
        """Put a conversation aside; nothing is deleted."""
        await self.folder.run(lambda: self._library.move(conversation_id, self.folder.conversations, self.folder.trash))

    async def restore(self, conversation_id: str) -> None:
        """Take a conversation back from the trash."""
        await self.folder.run(lambda: self._library.move(conversation_id, self.folder.trash, self.folder.conversations))

    @cached_property
    def _library(self) -> Library:
        """For the folder's thread, where importing TinyDB and SQLite keeps nobody waiting."""
        from tui.store.library import Library

        return Library(self.folder, self._cache)
