"""Drafts, in one window and in several."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tests.fakes import full_disk
from tests.store.conftest import OpenStore
from tui.store import files
from tui.store.conversations import ConversationStore
from tui.store.drafts import Draft, Drafts
from tui.store.history import PromptHistory


def drafts_of(store: ConversationStore) -> Drafts:
    return Drafts(store.folder, PromptHistory(store.folder))


async def history_of(store: ConversationStore) -> list[str]:
    return await PromptHistory(store.folder).recent()


async def test_a_draft_is_kept_for_each_conversation(open_store: OpenStore) -> None:
    first = await open_store()
    drafts = drafts_of(first)
    await drafts.put("for nobody yet")
    await drafts.put("half a sen", "c1")
    await drafts.put("half a sentence", "c1")
    await drafts.put("gone", "c2")
    await drafts.clear("c2")
    await first.close()
    drafts = drafts_of(await open_store())
    assert [(await drafts.get(key)).text for key in ("new", "c1", "c2", "c3")] == [
        "for nobody yet",
        "half a sentence",
        "",
        "",
    ]


async def test_typing_for_long_does_not_grow_the_file_without_end(store: ConversationStore, tmp_path: Path) -> None:
    drafts = drafts_of(store)
    for n in range(250):
        await drafts.put("x" * (n % 7 + 1))
    assert len((tmp_path / "data" / "drafts.jsonl").read_bytes().splitlines()) < 120
    assert await drafts.get() == Draft("x" * (249 % 7 + 1))


async def test_two_windows_have_a_draft_each_and_the_next_start_finds_both(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    mine, theirs = drafts_of(here), drafts_of(there)
    await mine.put("mine")
    assert await theirs.get() == Draft("")
    for text in ("t", "theirs"):
        assert not await theirs.put(text)
    await mine.put("mine too")
    assert (await mine.get(), await theirs.get()) == (Draft("mine too"), Draft("theirs"))
    assert await history_of(here) == []
    await here.close()
    await there.close()
    later = await open_store()
    assert await drafts_of(later).get() == Draft("theirs", set_aside=1)
    assert await history_of(later) == ["mine too"]
    assert await drafts_of(later).get() == Draft("theirs")


async def test_a_window_that_sent_its_draft_leaves_that_of_the_other(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    mine, theirs = drafts_of(here), drafts_of(there)
    await mine.put("mine")
    await theirs.put("theirs")
    await theirs.clear()
    assert (await mine.get(), await theirs.get()) == (Draft("mine"), Draft(""))


async def test_two_windows_that_found_the_same_draft_do_not_write_over_each_other(open_store: OpenStore) -> None:
    first = await open_store()
    await drafts_of(first).put("found")
    await first.close()
    here, there = await open_store(), await open_store()
    mine, theirs = drafts_of(here), drafts_of(there)
    assert await mine.get() == await theirs.get() == Draft("found")
    await mine.put("found and mine")
    await theirs.put("found and theirs")
    assert (await mine.get(), await theirs.get()) == (Draft("found and mine"), Draft("found and theirs"))


async def test_a_draft_that_was_never_seen_goes_to_the_history_before_it_is_written_over(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    await drafts_of(there).put("from a window that is gone")
    await there.close()
    assert await drafts_of(here).put("new words")
    assert await history_of(here) == ["from a window that is gone"]
    assert await drafts_of(here).get() == Draft("new words")


async def test_a_draft_can_be_set_aside_but_not_one_that_is_being_written(open_store: OpenStore) -> None:
    first = await open_store()
    await drafts_of(first).put("left")
    await first.close()
    here, there = await open_store(), await open_store()
    await drafts_of(there).put("being written", "c1")
    mine = drafts_of(here)
    assert await mine.set_aside()
    assert not await mine.set_aside()
    assert not await mine.set_aside("c1")
    await mine.put("own")
    assert not await mine.set_aside()
    assert await history_of(here) == ["left"]


async def test_the_draft_of_a_conversation_in_the_trash_stays(open_store: OpenStore) -> None:
    from tui.domain.chat import ChatMessage, Conversation, Role

    store = await open_store()
    conversation = Conversation(title="t")
    await store.save(conversation, conversation.add(ChatMessage(Role.USER, "hi")))
    await drafts_of(store).put("not yet sent", conversation.id)
    await store.trash(conversation.id)
    assert await drafts_of(store).get(conversation.id) == Draft("not yet sent")


async def test_on_a_full_disk_every_draft_can_still_be_read(open_store: OpenStore) -> None:
    here, there = await open_store(), await open_store()
    await drafts_of(here).put("one")
    await drafts_of(there).put("two")
    await here.close()
    await there.close()
    later = await open_store()
    drafts = drafts_of(later)
    with full_disk():
        assert await drafts.get() == Draft("two")
    assert await drafts.get() == Draft("two", set_aside=1)
    assert await history_of(later) == ["one"]


async def test_typing_before_a_large_paste_does_not_fill_the_disk(store: ConversationStore, tmp_path: Path) -> None:
    drafts, pasted = drafts_of(store), "a line of a log\n" * 30_000
    sizes = []
    for n in range(20):
        await drafts.put("?" * n + pasted)
        sizes.append((tmp_path / "data" / "drafts.jsonl").stat().st_size)
    assert max(sizes) < 5 * len(pasted)
    assert (await drafts.get()).text == "?" * 19 + pasted


async def test_a_draft_that_is_written_counts_as_saved_though_there_is_no_room_to_tidy_the_file(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "replace", no_room)
    history = PromptHistory(store.folder, kept=10)
    drafts = Drafts(store.folder, history)
    for n in range(150):
        await drafts.put(f"draft {n}")
        await history.add(f"prompt {n}")
    assert await drafts.get() == Draft("draft 149")
    assert (await history.recent(1)) == ["prompt 149"]
