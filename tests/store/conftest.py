"""Stores in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tui.store.conversations import ConversationStore

OpenStore = Callable[[], Awaitable[ConversationStore]]


@pytest.fixture
async def open_store(tmp_path: Path) -> AsyncIterator[OpenStore]:
    """Opens another store on the same folders at each call; all are closed at the end."""
    opened: list[ConversationStore] = []

    async def open_another() -> ConversationStore:
        store = ConversationStore(tmp_path / "data", tmp_path / "cache")
        opened.append(store)
        await store.start()
        return store

    yield open_another
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: OpenStore) -> ConversationStore:
    return await open_store()
