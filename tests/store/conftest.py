"""Stores in a temporary folder, and a folder that an ordinary user may use even when the tests run as root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tui.store.conversations import ConversationStore

OpenStore = Callable[[], Awaitable[ConversationStore]]
NOBODY = 65534


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


@pytest.fixture
def ordinary_folder() -> Iterator[Path]:
    """A folder for tests of permissions, which root does not feel: the effective user is another one meanwhile."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(folder)
