"""Saving in another folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tui.cli import open_folder
from tui.domain.chat import ChatMessage, Conversation, Role
from tui.domain.errors import StoreError
from tui.services.rescue import Rescue, Unsaved
from tui.store.conversations import ConversationStore
from tui.store.drafts import Drafts
from tui.store.history import PromptHistory


class Disk(NamedTuple):
    free: int


def rescue(tmp_path: Path, *homes: str) -> Rescue:
    return Rescue(tmp_path / "data", open_folder, [tmp_path / home for home in homes or ("home",)])


def talk() -> Conversation:
    conversation = Conversation(title="A talk")
    conversation.add(ChatMessage(Role.USER, "hi"))
    conversation.add(ChatMessage(Role.ASSISTANT, "ho"))
    return conversation


async def test_everything_is_found_in_the_other_folder(tmp_path: Path) -> None:
    conversation = talk()
    drafts = {"new": "for nobody", conversation.id: "next", "elsewhere": "of a talk that is not here"}
    folder = await rescue(tmp_path).save(tmp_path / "there", Unsaved(1, [conversation], drafts, ""))
    assert folder == tmp_path / "there"
    store = ConversationStore(folder, tmp_path / "cache")
    await store.start()
    assert [m.content for m in (await store.load(conversation.id)).conversation.branch()] == ["hi", "ho"]
    history = PromptHistory(store.folder)
    kept = Drafts(store.folder, history)
    assert [(await kept.get(key)).text for key in ("new", conversation.id)] == ["for nobody", "next"]
    assert await history.recent() == ["of a talk that is not here"]
    await store.close()
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["conversations", "writers"]


async def test_what_is_there_already_stays(tmp_path: Path) -> None:
    first, second = talk(), talk()
    for each in (first, second):
        await rescue(tmp_path).save(tmp_path / "there", Unsaved(1, [each], {}, ""))
    assert len(list((tmp_path / "there" / "conversations").iterdir())) == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [("data", "cannot be written"), ("data/../data", "cannot be written"), ("file", "is not a folder")],
)
async def test_a_folder_that_cannot_be_used_is_a_sentence(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=said):
        await rescue(tmp_path).save(tmp_path / name, Unsaved(1, [talk()], {}, ""))


async def test_the_home_of_nobody_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Choose another"):
        await rescue(tmp_path).save(Path("~nobody-of-that-name/x"), Unsaved(1, [talk()], {}, ""))


async def test_the_first_place_with_room_is_suggested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("full", "roomy"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Disk(0 if Path(path).name == "full" else 10**9))
    assert await rescue(tmp_path, "missing", "full", "roomy").suggest() == tmp_path / "roomy" / "chinwag-saved"
    assert await rescue(tmp_path, "full", "missing").suggest() == tmp_path / "full" / "chinwag-saved"
