"""The backup: everything that cannot be made anew, whatever other windows do meanwhile."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from tests.fakes import full_disk
from tests.store.conftest import OpenStore
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.store.backup import write_backup
from tui.store.conversations import ConversationStore
from tui.store.folder import DataFolder
from tui.store.history import PromptHistory
from tui.store.library import Library
from tui.store.log_database import LogDatabase


def talk(title: str, *contents: str) -> Conversation:
    made = Conversation(title=title)
    for content in contents or ("hello",):
        made.add(ChatMessage(Role.USER, content))
    return made


async def restored(archive: Path, folder: Path) -> ConversationStore:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    store = ConversationStore(folder, folder / "cache")
    await store.start()
    return store


async def test_all_comes_back_from_an_empty_folder(store: ConversationStore, tmp_path: Path) -> None:
    talks = [talk(f"talk {n}", "天空", "blue") for n in range(5)]
    for one in talks:
        await store.save(one)
    await store.trash(talks[4].id)
    await PromptHistory(store.folder).add("an earlier prompt")
    for name in ("attachments/ab/abcd", "quarantine/old.jsonl", "models/big.gguf", "conversations/x.tmp"):
        (store.folder.path / name).parent.mkdir(parents=True, exist_ok=True)
        (store.folder.path / name).write_bytes(b"bytes without a newline")
    seen: list[tuple[int, int]] = []
    backup = write_backup(store.folder, tmp_path / "b.zip", lambda done, of: seen.append((done, of)))
    assert (backup.conversations, backup.trashed, backup.size) == (4, 1, (tmp_path / "b.zip").stat().st_size)
    assert seen[-1] == (8, 8)
    back = await restored(backup.path, tmp_path / "new")
    try:
        assert {row.title for row in await back.recent()} == {f"talk {n}" for n in range(4)}
        await back.restore(talks[4].id)
        for one in talks:
            opened = await back.load(one.id)
            assert [message.content for message in opened.conversation.branch()] == ["天空", "blue"]
            assert opened.damaged_lines == 0
        assert await PromptHistory(back.folder).recent() == ["an earlier prompt"]
    finally:
        await back.close()
    assert (tmp_path / "new" / "attachments/ab/abcd").read_bytes() == b"bytes without a newline"
    assert (tmp_path / "new" / "quarantine/old.jsonl").exists()
    assert not (tmp_path / "new" / "models").exists()
    assert sorted(path.name for path in (tmp_path / "new" / "conversations").iterdir()) == sorted(
        f"{one.id}.jsonl" for one in talks
    )


async def test_the_archive_is_private_and_never_overwrites(store: ConversationStore, tmp_path: Path) -> None:
    await store.save(talk("a"))
    path = write_backup(store.folder, tmp_path / "b.zip").path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    for taken in (path, tmp_path):
        with pytest.raises(StoreError, match="already exists"):
            write_backup(store.folder, taken)
    assert path.read_bytes() == before


async def test_a_line_that_is_being_written_is_left_to_the_next_backup(
    store: ConversationStore, tmp_path: Path
) -> None:
    one = talk("a")
    await store.save(one)
    file = store.folder.conversations / f"{one.id}.jsonl"
    whole = file.read_bytes()
    with file.open("ab") as growing:
        growing.write(b'{"table": "messages", "id": "' + b"x" * 3_000_000)
    write_backup(store.folder, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert packed.read(f"conversations/{one.id}.jsonl") == whole


async def test_other_windows_may_write_move_and_compact_meanwhile(open_store: OpenStore, tmp_path: Path) -> None:
    store, other = await open_store(), await open_store()
    growing, going, coming, small = talk("growing"), talk("going"), talk("coming"), talk("small")
    for one in (growing, going, coming, small):
        await store.save(one)
    await store.trash(coming.id)
    opened = (await other.load(growing.id)).conversation
    reply = opened.add(ChatMessage(Role.ASSISTANT, "", state=MessageState.STREAMING))
    steps = iter(range(100))

    def meanwhile(_done: int, _of: int) -> None:
        """What another window does between two files, in its own thread's words but at this very moment."""
        step = next(steps)
        library = Library(other.folder)
        if step == 0:
            library.move(going.id, other.folder.conversations, other.folder.trash)
            library.move(coming.id, other.folder.trash, other.folder.conversations)
        database = LogDatabase(other.folder.conversations / f"{growing.id}.jsonl", other.folder.lock)
        database.put(
            "messages", reply.id, {"role": "assistant", "content": "word " * step, "parent_id": reply.parent_id}
        )
        database.log.compact(other.folder.quarantine)

    backup = write_backup(store.folder, tmp_path / "b.zip", meanwhile)
    with zipfile.ZipFile(backup.path) as packed:
        names = packed.namelist()
    assert len(names) == len(set(names))
    back = await restored(backup.path, tmp_path / "new")
    try:
        found = []
        for one in (growing, going, coming, small):
            loaded = await back.load(one.id)
            assert loaded.damaged_lines == 0
            found.append(loaded.conversation.title)
        assert found == ["growing", "going", "coming", "small"]
        assert backup.conversations + backup.trashed == 4
    finally:
        await back.close()


async def test_a_full_disk_leaves_nothing_behind(store: ConversationStore, tmp_path: Path) -> None:
    await store.save(talk("a"))
    with full_disk(), pytest.raises(StoreError, match=r"disk is full: .*b\.zip was not written"):
        write_backup(store.folder, tmp_path / "b.zip")
    assert not [path for path in tmp_path.iterdir() if "zip" in path.name or path.suffix == ".tmp"]


async def test_a_file_that_cannot_be_read_is_named(ordinary_folder: Path) -> None:
    data = ordinary_folder / "data"
    (data / "conversations").mkdir(parents=True)
    file = data / "conversations" / "a.jsonl"
    file.write_bytes(b"{}\n")
    file.chmod(0)
    with pytest.raises(StoreError, match=r"a\.jsonl cannot be read: Permission denied\. Nothing was backed up\."):
        write_backup(DataFolder(data), ordinary_folder / "b.zip")
    assert [path.name for path in ordinary_folder.iterdir()] == ["data"]


def test_no_data_folder_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing to back up"):
        write_backup(DataFolder(tmp_path / "data"), tmp_path / "b.zip")


async def test_strange_times_of_files_do_no_harm(store: ConversationStore, tmp_path: Path) -> None:
    one = talk("a")
    await store.save(one)
    for number, seconds in enumerate((0, 6_000_000_000)):
        os.utime(store.folder.conversations / f"{one.id}.jsonl", (seconds, seconds))
        assert write_backup(store.folder, tmp_path / f"{number}.zip").conversations == 1
