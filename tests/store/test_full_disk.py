"""A disk without room: nothing that was acknowledged is lost, the user is told, and it is saved when there is room."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, FakeLine, full_disk, until
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.services.reply_options import ReplyOptions
from tui.services.turns import Turns
from tui.store.conversations import ConversationStore

ROOM = 256
"""Kilobytes on the small disk."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own that is soon full."""
    mount = shutil.which("mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={ROOM}k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if not done or done.returncode:
        pytest.skip("only an administrator can mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def open_store(folder: Path, tmp_path: Path) -> ConversationStore:
    store = ConversationStore(folder / "data", tmp_path / "cache")
    await store.start()
    return store


async def texts(folder: Path, tmp_path: Path, conversation_id: str) -> list[str]:
    """What the next start reads."""
    store = await open_store(folder, tmp_path)
    opened = await store.load(conversation_id)
    await store.close()
    assert opened.damaged_lines == 0
    return [message.content for message in opened.conversation.branch()]


def fill(folder: Path) -> Path:
    """Leave no room; removing the file gives it back."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


async def test_a_full_disk_keeps_what_was_acknowledged_and_takes_more_once_there_is_room(
    small_disk: Path, tmp_path: Path
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 64 * 1024)
    store = await open_store(small_disk, tmp_path)
    conversation = Conversation(title="Long")
    said: list[str] = []

    async def go_on_talking() -> None:
        for n in range(1000):
            message = conversation.add(ChatMessage(Role.USER, f"{n} " + "words " * 200))
            await store.save(conversation, message)
            said.append(message.content)

    with pytest.raises(StoreError, match=r"disk is full.*Free some space"):
        await go_on_talking()
    message = conversation.branch()[-1]
    assert len(said) > 20
    assert await texts(small_disk, tmp_path, conversation.id) == said
    with pytest.raises(StoreError, match="disk is full"):
        await store.save(conversation, message)
    ballast.unlink()
    await store.save(conversation, message)
    await store.close()
    assert await texts(small_disk, tmp_path, conversation.id) == [*said, message.content]


async def test_a_compaction_without_room_leaves_the_file_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    store = await open_store(small_disk, tmp_path)
    conversation = Conversation(title="Often changed")
    message = conversation.add(ChatMessage(Role.USER, "words " * 8000))
    await store.save(conversation, message)
    for n in range(150):
        message.model = str(n % 2)
        message.content = message.content if n else "words " * 40
        await store.save(conversation, message)
    ballast = fill(small_disk)
    file = small_disk / "data" / "conversations" / f"{conversation.id}.jsonl"
    before = file.read_bytes()
    await store.close()
    assert file.read_bytes() == before
    assert not list(file.parent.glob("*.tmp"))
    ballast.unlink()
    assert await texts(small_disk, tmp_path, conversation.id) == [message.content]


async def test_a_reply_that_outgrows_the_disk_is_kept_said_and_saved_once_there_is_room(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.services.reply_task.SAVE_EVERY", 0.005)
    monkeypatch.setattr("tui.services.reply_task.SAVE_AGAIN", 0.02)
    store = await open_store(small_disk, tmp_path)
    turns = Turns(store)
    go_on, end = asyncio.Event(), asyncio.Event()
    more = "a time " * 1000  # more than the rest of a block
    gateway = FakeGateway("Once upon ", go_on, more, end, "and so on")
    turn = await turns.ask(Conversation(), "Tell me a story", ReplyOptions("test-model"), FakeLine(gateway))
    growing = turn.conversation.id
    await until(lambda: gateway.waiting)
    await until_on_disk(small_disk, growing, "Once upon ")

    ballast = fill(small_disk)
    go_on.set()
    await until(lambda: "disk is full" in turn.saving_failed)
    assert turn.reply.content == f"Once upon {more}"
    assert await texts(small_disk, tmp_path, growing) == ["Tell me a story", "Once upon "]

    end.set()
    await until(lambda: turn.reply.state is MessageState.COMPLETE)
    assert "disk is full" in turn.saving_failed
    ballast.unlink()
    await turn.wait()
    assert not turn.saving_failed
    await store.close()
    assert await texts(small_disk, tmp_path, growing) == ["Tell me a story", f"Once upon {more}and so on"]


async def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path) -> None:
    """As the test above, for those who cannot mount a disk."""
    store = await open_store(tmp_path, tmp_path)
    conversation = Conversation(title="Short")
    first = conversation.add(ChatMessage(Role.USER, "first"))
    await store.save(conversation, first)
    await store.complete()
    file = tmp_path / "data" / "conversations" / f"{conversation.id}.jsonl"
    before = file.read_bytes()
    second = conversation.add(ChatMessage(Role.USER, "second"))
    with full_disk(), pytest.raises(StoreError, match=r"disk is full.*Free some space"):
        await store.save(conversation, second)
    assert file.read_bytes() == before
    await store.save(conversation, second)
    await store.close()
    assert await texts(tmp_path, tmp_path, conversation.id) == ["first", "second"]


async def until_on_disk(folder: Path, conversation_id: str, text: str) -> None:
    """Wait for a save."""
    file = folder / "data" / "conversations" / f"{conversation_id}.jsonl"
    await until(lambda: text.encode() in file.read_bytes())
