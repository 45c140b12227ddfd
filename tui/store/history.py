"""Earlier prompts, and text that was not sent yet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tui.domain.chat import new_id
from tui.store.folder import DataFolder

if TYPE_CHECKING:
    from tui.store.log_storage import LogDatabase

KEPT = 1_000
"""Prompts that stay in the file; the oldest are dropped when a tenth more have come."""

NEW = "new"
"""Stands for the conversation that does not exist yet."""


class PromptHistory:
    """The prompts of all conversations, shared by all windows. Methods may raise StoreError."""

    def __init__(self, folder: DataFolder, kept: int = KEPT) -> None:
        self._folder = folder
        self._kept = kept

    async def add(self, text: str) -> None:
        """Remember a prompt, unless it is empty or the same as the one before."""
        await self._folder.run(self._add, text)

    async def recent(self, limit: int = 200) -> list[str]:
        """The newest prompts first, without repetitions in a row."""
        return await self._folder.run(self._recent, limit)

    def _add(self, text: str) -> None:
        if not text.strip() or self._recent(1) == [text]:
            return
        self._folder.reopen()
        self._database.put("prompts", new_id(), {"text": text})
        prompts = list(self._database.get_all("prompts"))
        if len(prompts) > self._kept * 1.1:
            self._database.remove("prompts", prompts[: -self._kept])
            self._database.log.compact(self._folder.quarantine, keep_deletions=False)

    def _recent(self, limit: int) -> list[str]:
        found: list[str] = []
        for prompt in reversed(self._database.get_all("prompts").values()):
            text = prompt.get("text")
            if isinstance(text, str) and text not in found[-1:]:
                found.append(text)
            if len(found) >= limit:
                break
        return found

    @cached_property
    def _database(self) -> LogDatabase:
        return _database(self._folder, "history.jsonl")


class Drafts:
    """What was typed and not sent, for each conversation. Methods may raise StoreError."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    async def get(self, conversation_id: str = NEW) -> str:
        """The draft of a conversation, or empty."""
        return await self._folder.run(self._get, conversation_id)

    async def put(self, text: str, conversation_id: str = NEW) -> None:
        """Keep a draft; an empty one is forgotten."""
        await self._folder.run(self._put, text, conversation_id)

    async def clear(self, conversation_id: str = NEW) -> None:
        """Forget a draft."""
        await self.put("", conversation_id)

    def _get(self, conversation_id: str) -> str:
        text = (self._database.get_one("drafts", conversation_id) or {}).get("text")
        return text if isinstance(text, str) else ""

    def _put(self, text: str, conversation_id: str) -> None:
        self._folder.reopen()
        if text:
            self._database.put("drafts", conversation_id, {"text": text})
        else:
            self._database.remove("drafts", [conversation_id])
        if self._database.log.wasteful:
            self._database.log.compact(self._folder.quarantine, keep_deletions=False)

    @cached_property
    def _database(self) -> LogDatabase:
        return _database(self._folder, "drafts.jsonl")


def _database(folder: DataFolder, name: str) -> LogDatabase:
    """For the folder's thread, where importing TinyDB keeps nobody waiting."""
    from tui.store.log_storage import LogDatabase

    return LogDatabase(folder.path / name, folder.lock)
