"""Whatever moment the power goes at: what was acknowledged is found afterwards."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.store.power_cut import Disk, Image
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.store import log_storage
from tui.store.conversations import ConversationStore

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs the name of an open file")

Facts = dict[tuple[str, str], object]
"""By conversation and message id (or "title"): the text and state, or the title."""


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    (tmp_path / "root").mkdir()
    disk = Disk(tmp_path / "root", monkeypatch)
    yield disk
    disk.close()


class User:
    """Works with a store, and knows what must be on the disk after each act."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.facts: Facts = {}
        self.history: list[tuple[int, Facts]] = []
        """How many syncs there had been when each act was acknowledged, and what was true then."""
        self._folder = folder
        self._disk = disk
        self._conversations: list[Conversation] = []
        self._random = random.Random(4)

    async def work(self) -> None:
        """Talk, change, put aside, take back; a compaction at each closing."""
        for _run in range(4):
            store = ConversationStore(self._folder / "data", self._folder / "cache")
            await store.start()
            for _act in range(14):
                act = self._random.choice([self._talk, self._talk, self._rename, self._put_aside])
                await act(store)
            await store.close()
            self._acknowledge()

    async def _talk(self, store: ConversationStore) -> None:
        if not self._conversations or self._random.random() < 0.2:
            conversation = Conversation(title="new")
            self._conversations.append(conversation)
        else:
            conversation = await self._open(store)
        question = conversation.add(ChatMessage(Role.USER, "é数 " * self._random.randrange(40)))
        reply = conversation.add(ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING))
        await self._save(store, conversation, question, reply)
        for _piece in range(self._random.randrange(5)):
            reply.content += "token " * self._random.randrange(1, 30)
            await self._save(store, conversation, reply)
        reply.state = MessageState.COMPLETE
        await self._save(store, conversation, reply)

    async def _rename(self, store: ConversationStore) -> None:
        if self._conversations:
            conversation = await self._open(store)
            title = f"title {self._random.random()}"
            await store.rename(conversation.id, title)
            self._acknowledge({(conversation.id, "title"): title})

    async def _put_aside(self, store: ConversationStore) -> None:
        if self._conversations:
            conversation = await self._open(store)
            await store.trash(conversation.id)
            self._acknowledge()
            if self._random.random() < 0.6:
                await store.restore(conversation.id)
                self._acknowledge()
            else:
                self._conversations.remove(next(c for c in self._conversations if c.id == conversation.id))

    async def _open(self, store: ConversationStore) -> Conversation:
        return (await store.load(self._random.choice(self._conversations).id)).conversation

    async def _save(self, store: ConversationStore, conversation: Conversation, *messages: ChatMessage) -> None:
        await store.save(conversation, *messages)
        said: Facts = {(conversation.id, m.id): (m.content, m.state) for m in messages}
        self._acknowledge({(conversation.id, "title"): conversation.title, **said})

    def _acknowledge(self, facts: Facts | None = None) -> None:
        self.facts = {**self.facts, **(facts or {})}
        self.history.append((len(self._disk.images), self.facts))


async def found_after(image: Image, folder: Path) -> Facts:
    """What the next start reads."""
    image.write_to(folder)
    store = ConversationStore(folder / "data", folder / "cache")
    await store.start()
    found: Facts = {}
    for file in folder.glob("data/*/*.jsonl"):
        opened = await store.load(file.stem)
        assert opened.damaged_lines == 0
        found[(file.stem, "title")] = opened.conversation.title
        for message in opened.conversation.messages.values():
            found[(file.stem, message.id)] = (message.content, message.state)
    await store.close()
    return found


@pytest.mark.slow
async def test_a_power_cut_costs_nothing_that_was_acknowledged(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_storage, "SMALL", -(10**9))  # so that every conversation that is left is compacted
    user = User(tmp_path / "root", disk)
    await user.work()
    monkeypatch.undo()
    assert len(user.history) > 100
    assert len(user.facts) > 50
    files = list((tmp_path / "root" / "data").glob("*/*.jsonl"))
    assert any(file.parent.name == "trash" for file in files)
    assert {key[0] for key in user.facts} == {file.stem for file in files}
    for n, (syncs, facts) in enumerate(user.history):
        folder = tmp_path / f"after-{n}"
        found = await found_after(disk.images[syncs - 1], folder)
        assert {key: found.get(key) for key in facts} == facts, f"after {n} acts and {syncs} syncs"


@pytest.mark.slow
async def test_a_power_cut_between_two_syncs_costs_nothing_that_was_acknowledged_before(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cut in the middle of an act: each document is as it was before the act, or as it is after it."""
    monkeypatch.setattr(log_storage, "SMALL", -(10**9))
    user = User(tmp_path / "root", disk)
    await user.work()
    monkeypatch.undo()
    history = [(0, Facts()), *user.history]
    for (begun, before), (ended, after) in pairwise(history):
        for n in range(begun, ended - 1):
            found = await found_after(disk.images[n], tmp_path / f"after-{n}")
            for key, value in before.items():
                assert found.get(key) in (value, after[key]), f"{key} after {n + 1} syncs"


def test_the_simulated_disk_forgets_what_was_not_synced(tmp_path: Path, disk: Disk) -> None:

    folder = tmp_path / "root"
    (folder / "kept").write_text("kept")
    (folder / "unnamed").write_text("its name is not synced")
    for path in (folder / "kept", folder):
        fd = os.open(path, os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)
    (folder / "kept").write_text("changed")
    (folder / "later").write_text("later")
    disk.now().write_to(tmp_path / "after")
    assert {path.name: path.read_text() for path in (tmp_path / "after").iterdir()} == {"kept": "kept"}
