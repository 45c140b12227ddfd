"""Earlier prompts."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from tui.domain.chat import new_id
from tui.domain.earlier import EarlierPrompt
from tui.store.codec import time_of
from tui.store.folder import DataFolder

if TYPE_CHECKING:
    from tui.store.log_database import LogDatabase

KEPT = 1_000
"""Prompts that stay in the file; the oldest are dropped when there are ten per cent more."""


class PromptHistory:
    """The prompts of all conversations, shared by all windows. Methods may raise StoreError."""

    def __init__(self, folder: DataFolder, kept: int = KEPT) -> None:
        self._folder = folder
        self._kept = kept

    async def add(self, text: str) -> None:
        """Add a prompt, unless it is empty or the same as the last one."""
        await self._folder.run(self.add_now, text)

    async def recent(self, limit: int = 200) -> list[str]:
        """Return the newest prompts first, without repetitions in a row."""
        return await self._folder.run(self._recent, limit)

    async def all(self) -> list[EarlierPrompt]:
        """Return every prompt once, the newest first."""
        return await self._folder.run(self._all)

    def add_now(self, text: str) -> None:
        """Add a prompt, in the folder's thread: OSError if it cannot be written."""
        if not text.strip() or self._recent(1) == [text]:
            return
        self._folder.reopen()
        self._database.put("prompts", new_id(), {"text": text})
        prompts = list(self._database.get_all("prompts"))
        if len(prompts) > self._kept * 1.1:
            with suppress(OSError):  # full disk or no lock: the prompt is already written
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

    def _all(self) -> list[EarlierPrompt]:
        found: dict[str, EarlierPrompt] = {}
        for prompt_id, prompt in reversed(self._database.get_all("prompts").items()):
            text = prompt.get("text")
            if isinstance(text, str) and text.strip() and text not in found:
                found[text] = EarlierPrompt(text, time_of(prompt_id))
        return list(found.values())

    @cached_property
    def _database(self) -> LogDatabase:
        """For the folder's thread, where importing TinyDB does not block the app."""
        from tui.store.log_database import LogDatabase

        return LogDatabase(self._folder.path / "history.jsonl", self._folder.lock)
