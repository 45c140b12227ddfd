"""Saving to another folder when the data folder cannot be written."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.store.new_file import expanded

if TYPE_CHECKING:
    from tui.store.conversations import ConversationStore
    from tui.store.drafts import Drafts
    from tui.store.history import PromptHistory

ROOM = 20_000_000
"""Free bytes that a suggested folder must have."""


@dataclass(frozen=True, slots=True)
class RescueFolder:
    """The stores of another folder."""

    store: ConversationStore
    drafts: Drafts
    history: PromptHistory


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What is only in memory."""

    replies: int
    """How many replies."""
    conversations: Sequence[Conversation]
    """Those of the replies and of the drafts."""
    drafts: Mapping[str, str]
    """By conversation; "new" for the one that does not exist yet."""
    why: str
    """Why it could not be saved, as a sentence."""

    def __bool__(self) -> bool:
        return bool(self.replies or self.drafts)


class Rescue:
    """Writes conversations and drafts to a folder that the user names."""

    def __init__(self, data: Path, open_folder: Callable[[Path], RescueFolder], homes: Sequence[Path]) -> None:
        """`data` is the folder that fails; `homes` are places for another folder, the best first."""
        self._data = data
        self._open_folder = open_folder
        self._homes = homes

    async def suggest(self) -> Path:
        """Return a folder, not created yet, on a disk with space."""
        return await asyncio.to_thread(self._suggest)

    async def save(self, folder: Path, unsaved: Unsaved) -> Path:
        """Write everything there, so that chinwag can be started on that folder, and return its full path.

        StoreError if any of it fails.
        """
        folder = await asyncio.to_thread(self._other, folder)
        there = self._open_folder(folder)
        try:
            await there.store.start()
            if there.store.read_only:
                raise StoreError(there.store.read_only)
            for conversation in unsaved.conversations:
                await there.store.save(conversation, *conversation.messages.values())
            known = {"new", *(conversation.id for conversation in unsaved.conversations)}
            for conversation_id, text in unsaved.drafts.items():
                if conversation_id in known:
                    await there.drafts.put(text, conversation_id)
                else:  # without its conversation it would never be shown
                    await there.history.add(text)
        finally:
            await there.store.close()
        return folder

    def _suggest(self) -> Path:
        name = "chinwag-saved"
        for home in self._homes:
            if os.access(home, os.W_OK | os.X_OK) and shutil.disk_usage(home).free > ROOM:
                return home / name
        return self._homes[0] / name

    def _other(self, folder: Path) -> Path:
        folder = expanded(folder).absolute()
        try:
            same = folder.resolve() == self._data.resolve()
        except (OSError, RuntimeError) as error:  # a link to itself
            raise StoreError(
                _("{path} cannot be used: {reason}. Choose another folder.").format(path=folder, reason=error)
            ) from error
        if same:
            raise StoreError(
                _("{path} is the folder that cannot be written. Choose another folder.").format(path=folder)
            )
        return folder
