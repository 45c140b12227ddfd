"""A data folder in git: `*.jsonl merge=union` joins what two machines wrote, as real git does it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from tui.domain.chat import ChatMessage, Conversation, Role
from tui.store.conversations import ConversationStore
from tui.store.log_database import LogDatabase

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

MAIN = "main"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "saved")


class Machine:
    """A clone of the data folder, and the program on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __aenter__(self) -> ConversationStore:
        self._store = ConversationStore(self.folder, self.folder.parent / f"{self.folder.name}-cache")
        await self._store.start()
        return self._store

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()
        commit(self.folder)

    async def say(self, conversation_id: str, *contents: str) -> None:
        async with self as store:
            talk = (await store.load(conversation_id)).conversation
            for content in contents:
                await store.save(talk, talk.add(ChatMessage(Role.USER, content)))

    async def rename(self, conversation_id: str, *titles: str) -> None:
        async with self as store:
            for title in titles:
                await store.rename(conversation_id, title)

    def change(self, conversation_id: str, **fields: object) -> None:
        """Change a message of the file, as editing by another version would."""
        database = self.database(conversation_id)
        for doc_id, values in fields.items():
            if values is None:
                database.remove("messages", [doc_id])
            else:
                assert isinstance(values, dict)
                database.put("messages", doc_id, values)
        commit(self.folder)

    def compact(self, conversation_id: str) -> None:
        self.database(conversation_id).log.compact(self.folder / "quarantine")
        commit(self.folder)

    def database(self, conversation_id: str) -> LogDatabase:
        path = self.folder / "conversations" / f"{conversation_id}.jsonl"
        return LogDatabase(path, FileLock(self.folder / "lock"))

    def pull(self, other: Machine) -> None:
        git(self.folder, "pull", "-q", "--no-rebase", "--no-edit", str(other.folder), MAIN)

    async def read(self, conversation_id: str) -> tuple[str, list[str]]:
        """The title, and all messages that are there, sorted."""
        store = ConversationStore(self.folder, self.folder.parent / f"{self.folder.name}-cache")
        await store.start()
        try:
            opened = await store.load(conversation_id)
            assert opened.damaged_lines == 0
            messages = opened.conversation.messages.values()
            return opened.conversation.title, sorted(one.content for one in messages if not one.deleted)
        finally:
            await store.close()


@pytest.fixture
async def machines(tmp_path: Path) -> tuple[Machine, Machine, Conversation]:
    """Two clones of one folder that holds a conversation of three messages."""
    here = tmp_path / "here"
    here.mkdir()
    git(here, "init", "-q", "-b", MAIN)
    (here / ".gitattributes").write_text("*.jsonl merge=union\n")
    (here / ".gitignore").write_text("lock\nwriters/\nmodels/\n")
    talk = Conversation(title="first")
    for content in ("one", "two", "three"):
        talk.add(ChatMessage(Role.USER, content))
    one = Machine(here)
    async with one as store:
        await store.save(talk)
    git(tmp_path, "clone", "-q", str(here), "there")
    return one, Machine(tmp_path / "there"), talk


async def meet(one: Machine, other: Machine, conversation_id: str) -> tuple[str, list[str]]:
    """Both take the other's changes; they read the same then, and again after both have compacted."""
    one.pull(other)
    other.pull(one)
    found = await one.read(conversation_id)
    assert await other.read(conversation_id) == found
    one.compact(conversation_id)
    assert await one.read(conversation_id) == found
    other.compact(conversation_id)
    one.pull(other)
    assert await one.read(conversation_id) == found
    return found


async def test_messages_of_both_sides_are_kept(machines: tuple[Machine, Machine, Conversation]) -> None:
    here, there, talk = machines
    await here.say(talk.id, "four", "five")
    await there.say(talk.id, "six", "seven", "eight")
    _title, messages = await meet(here, there, talk.id)
    assert messages == sorted(["one", "two", "three", "four", "five", "six", "seven", "eight"])


async def test_the_side_that_renamed_more_often_wins_and_no_message_is_lost(
    machines: tuple[Machine, Machine, Conversation],
) -> None:
    here, there, talk = machines
    await here.rename(talk.id, "second", "third")
    await there.rename(talk.id, "other")
    await there.say(talk.id, "four")
    await here.rename(talk.id, "fourth")
    title, messages = await meet(here, there, talk.id)
    assert title == "fourth"
    assert messages == sorted(["one", "two", "three", "four"])


async def test_one_title_is_chosen_the_same_on_both_sides(machines: tuple[Machine, Machine, Conversation]) -> None:
    here, there, talk = machines
    await here.rename(talk.id, "here")
    await there.rename(talk.id, "there")
    title, _messages = await meet(here, there, talk.id)
    assert title in ("here", "there")


@pytest.mark.parametrize("compacts", ["before", "after"])
async def test_compaction_on_one_side_loses_nothing_of_the_other(
    machines: tuple[Machine, Machine, Conversation], compacts: str
) -> None:
    here, there, talk = machines
    if compacts == "before":
        here.compact(talk.id)
    await here.say(talk.id, "four")
    if compacts == "after":
        here.compact(talk.id)
    await there.say(talk.id, "five", "six")
    _title, messages = await meet(here, there, talk.id)
    assert messages == sorted(["one", "two", "three", "four", "five", "six"])


async def test_what_was_deleted_does_not_come_back(machines: tuple[Machine, Machine, Conversation]) -> None:
    here, there, talk = machines
    first = next(iter(talk.messages))
    here.change(talk.id, **{first: None})
    here.compact(talk.id)
    await there.say(talk.id, "four")
    there.compact(talk.id)
    _title, messages = await meet(here, there, talk.id)
    assert messages == sorted(["two", "three", "four"])


async def test_an_edit_of_one_side_and_text_added_on_the_other_are_both_there(
    machines: tuple[Machine, Machine, Conversation],
) -> None:
    here, there, talk = machines
    first, second, _third = talk.messages
    here.change(talk.id, **{first: {"content": "one and more"}})
    there.change(talk.id, **{second: {"content": "another two"}})
    await there.say(talk.id, "four")
    _title, messages = await meet(here, there, talk.id)
    assert messages == sorted(["one and more", "another two", "three", "four"])
