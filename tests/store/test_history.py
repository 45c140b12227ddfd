"""Earlier prompts."""

from __future__ import annotations

import time
from pathlib import Path

from tests.store.conftest import OpenStore
from tui.store.conversations import ConversationStore
from tui.store.history import PromptHistory


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


async def test_each_prompt_is_listed_once_with_its_age(store: ConversationStore) -> None:
    history = PromptHistory(store.folder)
    before = time.time()
    for text in ("a", "b", "a", "c\nd"):
        await history.add(text)
    found = await history.all()
    assert [prompt.text for prompt in found] == ["c\nd", "a", "b"]
    assert all(before - 0.01 <= prompt.at <= time.time() for prompt in found)


async def test_a_prompt_without_a_time_has_no_age(store: ConversationStore, tmp_path: Path) -> None:
    (tmp_path / "data" / "history.jsonl").write_text(
        '{"table": "prompts", "id": "x", "rev": 1, "doc": {"text": "old"}}\n'
        '{"table": "prompts", "id": "y", "rev": 1, "doc": {"text": 7}}\n'
    )
    assert [(prompt.text, prompt.at) for prompt in await PromptHistory(store.folder).all()] == [("old", 0.0)]
