"""The store of conversations."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from tui.domain.chat import ChatMessage, Conversation, ConversationSummary, MessageState, OpenedConversation
from tui.domain.errors import StoreError
from tui.domain.file_location import FileLocation
from tui.domain.i18n import _
from tui.domain.search import Query, SearchHit
from tui.store import file_states
from tui.store.codec import Doc, encode_message, encode_meta
from tui.store.entries import IndexUpdate, SaveResult, indexed
from tui.store.folder import DataFolder
from tui.store.listing import Listing

if TYPE_CHECKING:
    from tui.store.library import Library

ALL = Query()
"""Every conversation that is not in the trash."""


class ConversationStore:
    """Conversations on disk, one file each. Every method may raise StoreError.

    All file work is done in one thread, in the order of the calls. Arguments are copied before the first wait, so
    messages may grow meanwhile.
    """

    def __init__(self, data: Path, cache: Path) -> None:
        self.folder = DataFolder(data)
        """Shared with the prompt history and the drafts."""
        self._listing = Listing(self.folder, cache)
        self._known: WeakKeyDictionary[Conversation, Doc] = WeakKeyDictionary()
        """The meta of each conversation as last loaded or saved here: only later changes are written, so that a change
        made in another window stays."""
        self._seen: WeakKeyDictionary[Conversation, str] = WeakKeyDictionary()
        """The signature of each conversation's file up to which other windows' changes are known."""
        self._partial: WeakSet[Conversation] = WeakSet()

    @property
    def writer(self) -> str:
        """The id of this process."""
        return self.folder.writer

    @property
    def read_only(self) -> str:
        """Why nothing can be saved, or empty. Saving tries again nevertheless."""
        return self.folder.read_only

    @property
    def read_only_brief(self) -> str:
        """The same in a few words."""
        return self.folder.read_only_brief if self.folder.read_only else ""

    @property
    def indexing(self) -> tuple[int, int] | None:
        """Files read, and of how many, while the index is being built."""
        return self._listing.indexing

    async def start(self) -> None:
        """Create the folders. If nothing can be written, `read_only` says so and reading works."""
        await self.folder.start()
        await self._listing.start()

    async def close(self) -> None:
        """Compact wasteful files and close the folder. Safe to call twice."""
        if not self.folder.closed:
            await self.folder.run(lambda: self._library.close())
            await self._listing.close()
            await self.folder.close()

    async def recent(self, limit: int = 100, skip: int = 0, query: Query = ALL) -> list[ConversationSummary]:
        """Return the conversations whose title has all terms: pinned ones, then the newest."""
        return await self._listing.query(lambda index: index.recent(limit, skip, query))

    async def newest(self) -> str:
        """Return the id of the conversation changed last, pinned or not; empty if there is none."""
        return await self._listing.query(lambda index: index.newest())

    async def count(self, query: Query = ALL) -> int:
        """Return how many conversations `recent` finds without a limit."""
        return await self._listing.query(lambda index: index.count(query))

    async def search(self, query: Query, limit: int = 100) -> list[SearchHit]:
        """Return messages that have all terms, the newest first. A later search cancels this one, which then finds
        nothing."""
        return await self._listing.search(limit, query)

    async def refresh(self, *, thoroughly: bool = False) -> bool:
        """Check for changes made by others, and return whether the list may have changed since the last call.

        Cheap if nothing has changed. `thoroughly` checks every file, whatever the folders' times say.
        """
        return await self._listing.refresh(thoroughly=thoroughly)

    async def complete(self) -> None:
        """Wait until the index knows every file."""
        await self._listing.complete()

    async def load(self, conversation_id: str) -> OpenedConversation:
        """Return a conversation."""
        opened, signature = await self.folder.run(lambda: self._library.load(conversation_id))
        self._known[opened.conversation] = encode_meta(opened.conversation)
        self._seen[opened.conversation] = signature
        return opened

    async def load_end(self, conversation_id: str) -> OpenedConversation | None:
        """Return the last messages of a long conversation, to show while `load` reads it; `None` for a short one.

        It cannot be saved, because most of it is missing.
        """
        opened = await self.folder.run(lambda: self._library.load_end(conversation_id))
        if opened is not None:
            self._partial.add(opened.conversation)
        return opened

    async def has_changed_on_disk(self, conversation: Conversation) -> bool:
        """Return whether others have changed a conversation's file since it was loaded or saved here. Cheap.

        A file that is gone has not changed.
        """
        signature = await self.signature(conversation.id)
        return bool(signature) and signature != self._seen.get(conversation)

    async def is_current(self, conversation: Conversation) -> bool:
        """Return whether a conversation's file is as it was when it was loaded or saved here. Cheap."""
        signature = await self.signature(conversation.id)
        return bool(signature) and signature == self._seen.get(conversation)

    async def place(self, conversation_id: str) -> FileLocation:
        """Return where a conversation's file is. Cheap."""
        signature = await self.signature(conversation_id)
        if not signature:
            return FileLocation.GONE
        return FileLocation.TRASH if file_states.is_trashed(signature) else FileLocation.LISTED

    async def signature(self, conversation_id: str) -> str:
        """Return the signature of a conversation's file, which changes with every write; empty if there is no file.
        Cheap."""
        return await self.folder.run(file_states.signature_at, self.folder, conversation_id)

    async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
        """Write the conversation's own fields and these messages; on return they are on disk.

        Only the text added to a message is written. A streaming message is marked as written by this process.
        """
        if conversation in self._partial:
            raise StoreError(_("This conversation is still loading. Try again in a moment."))
        for message in messages:
            if message.state is MessageState.STREAMING:
                message.writer = self.writer
        meta = encode_meta(conversation)
        known = self._known.get(conversation)
        changed = meta if known is None else {key: value for key, value in meta.items() if known.get(key) != value}
        is_complete = bool(changed) or any(message.state is not MessageState.STREAMING for message in messages)
        given = [*conversation.messages.values(), *messages] if known is None else messages
        unique = list({message.id: message for message in given}.values())
        result = await self._write(conversation, changed, unique, is_complete=is_complete, whole=known is None)
        if result is None:
            meta = encode_meta(conversation)
            every = list(conversation.messages.values())
            result = await self._write(conversation, meta, every, is_complete=True, whole=True)
        self._known[conversation] = meta
        if result is not None and self._seen.get(conversation, "") == result.before:
            self._seen[conversation] = result.after
        self._apply_save(conversation.id, result)

    async def _write(
        self, conversation: Conversation, meta: Doc, messages: list[ChatMessage], *, is_complete: bool, whole: bool
    ) -> SaveResult | None:
        documents = {message.id: encode_message(message) for message in messages}
        update = IndexUpdate(indexed(messages), len(conversation.branch())) if is_complete else None
        return await self.folder.run(lambda: self._library.save(conversation.id, meta, documents, update, whole=whole))

    def _apply_save(self, conversation_id: str, result: SaveResult | None) -> None:
        """Update the index after a save."""
        if result is not None:
            self._listing.apply_save(conversation_id, result)

    async def rename(self, conversation_id: str, title: str) -> None:
        """Rename a stored conversation."""
        await self._change_meta(conversation_id, {"title": title})

    async def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        """Pin or unpin a stored conversation."""
        await self._change_meta(conversation_id, {"pinned": pinned})

    async def trash(self, conversation_id: str) -> None:
        """Move a conversation to the trash."""
        await self._move(conversation_id, self.folder.conversations, self.folder.trash)

    async def restore(self, conversation_id: str) -> None:
        """Move a conversation back from the trash."""
        await self._move(conversation_id, self.folder.trash, self.folder.conversations)

    async def _change_meta(self, conversation_id: str, fields: Doc) -> None:
        self._apply_save(
            conversation_id, await self.folder.run(lambda: self._library.change_meta(conversation_id, fields))
        )
        for conversation in [each for each in self._known if each.id == conversation_id]:
            # Both, or its next save would restore an old title over one chosen elsewhere.
            self._known[conversation] = {**self._known[conversation], **fields}
            for name, value in fields.items():
                setattr(conversation, name, value)

    async def _move(self, conversation_id: str, source: Path, target: Path) -> None:
        self._listing.put(await self.folder.run(lambda: self._library.move(conversation_id, source, target)))

    @cached_property
    def _library(self) -> Library:
        """For the folder's thread, where importing TinyDB does not block the app."""
        from tui.store.library import Library

        return Library(self.folder)
