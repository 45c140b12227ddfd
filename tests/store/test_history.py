"""Earlier prompts and drafts."""

from __future__ import annotations

from pathlib import Path

from tests.store.conftest import OpenStore
from tui.store.conversations import ConversationStore
from tui.store.history import Drafts, PromptHistory


async def test_the_newest_prompts_come_first_in_every_run(open_store: OpenStore) -> None:
    first = await open_store()
    for text in ("one", "two\nlines", "three"):
        await PromptHistory(first.folder).add(text)
    await first.close()
    second = await open_store()
    assert await PromptHistory(second.folder).recent() == ["three", "two\nlines", "one"]
    assert await PromptHistory(second.folder).recent(limit=1) == ["three"]


async def test_repetitions_in_a_row_and_empty_prompts_are_left_out(store: ConversationStore) -> None:
    history = PromptHistory(store.folder)
    for text in ("a", "a", " ", "", "b", "a"):
        await history.add(text)
    assert await history.recent() == ["a", "b", "a"]


async def test_two_windows_share_the_history(open_store: OpenStore) -> None:
    here, there = PromptHistory((await open_store()).folder), PromptHistory((await open_store()).folder)
    await here.add("here")
    await there.add("there")
    assert await here.recent() == ["there", "here"]


async def test_the_file_keeps_a_limited_number_of_prompts(store: ConversationStore, tmp_path: Path) -> None:
    history = PromptHistory(store.folder, kept=10)
    for n in range(45):
        await history.add(str(n))
    assert (await history.recent())[:10] == [str(n) for n in range(44, 34, -1)]
    assert len((tmp_path / "data" / "history.jsonl").read_bytes().splitlines()) <= 13
    assert (tmp_path / "data" / "history.jsonl").stat().st_mode & 0o777 == 0o600


async def test_a_draft_is_kept_for_each_conversation(open_store: OpenStore) -> None:
    first = await open_store()
    drafts = Drafts(first.folder)
    await drafts.put("for nobody yet")
    await drafts.put("half a sen", "c1")
    await drafts.put("half a sentence", "c1")
    await drafts.put("gone", "c2")
    await drafts.clear("c2")
    await first.close()
    drafts = Drafts((await open_store()).folder)
    assert [await drafts.get(), await drafts.get("c1"), await drafts.get("c2"), await drafts.get("c3")] == [
        "for nobody yet",
        "half a sentence",
        "",
        "",
    ]


async def test_typing_for_long_does_not_grow_the_file_without_end(store: ConversationStore, tmp_path: Path) -> None:
    drafts = Drafts(store.folder)
    for n in range(250):
        await drafts.put("x" * (n % 7 + 1))
    assert len((tmp_path / "data" / "drafts.jsonl").read_bytes().splitlines()) < 120
    assert await drafts.get() == "x" * (249 % 7 + 1)
