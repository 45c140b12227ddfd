"""A conversation that two windows wrote, cut at every byte: what stands in whole lines before the cut is there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.store.conversations import ConversationStore
from tui.store.folder import DataFolder
from tui.store.library import Library

Texts = dict[str, tuple[str, str]]
"""Text and state by message id."""

CONVERSATION = "talk"


async def open_store(data: Path, cache: Path) -> ConversationStore:
    store = ConversationStore(data, cache)
    await store.start()
    return store


async def written_by_two_windows(folder: Path) -> bytes:
    """A file with growth lines, a compaction in the middle, changes and a deletion, by both."""
    mine = Conversation(id=CONVERSATION, title="é数")
    first = await open_store(folder / "data", folder / "cache")
    await talk(first, mine, "first", 1)
    for n in range(160):  # enough outdated lines for a compaction
        mine.pinned = n % 2 == 0
        await first.save(mine)
    await first.close()
    here = await open_store(folder / "data", folder / "cache")
    there = await open_store(folder / "data", folder / "cache")
    mine, theirs = (await here.load(CONVERSATION)).conversation, (await there.load(CONVERSATION)).conversation
    await talk(here, mine, "here \U0001f600", 3)
    await talk(there, theirs, "there", 3)
    gone = next(iter(theirs.messages.values()))
    gone.deleted = True
    await there.save(theirs, gone)
    await there.rename(CONVERSATION, "renamed")
    await there.close()
    await here.close()
    return (folder / "data" / "conversations" / f"{CONVERSATION}.jsonl").read_bytes()


async def talk(store: ConversationStore, conversation: Conversation, prompt: str, pieces: int) -> None:
    """A prompt, and a reply that grows."""
    question = conversation.add(ChatMessage(Role.USER, prompt))
    reply = conversation.add(ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING))
    await store.save(conversation, question, reply)
    for n in range(pieces):
        reply.content += f"piece {n} 数 "
        await store.save(conversation, reply)
    reply.state = MessageState.COMPLETE
    await store.save(conversation, reply)


def replayed(data: bytes) -> Iterator[tuple[int, Texts]]:
    """After each line: where it ends, and what the messages are, read in the plainest way."""
    docs: dict[str, dict[str, Any]] = {}
    end = 0
    for line in data.splitlines(keepends=True):
        end += len(line)
        record = json.loads(line)
        if record.get("table") == "messages":
            if "doc" in record:
                docs[record["id"]] = record["doc"]
            for field, (offset, more) in record.get("grow", {}).items():
                assert len(docs[record["id"]][field]) == offset
                docs[record["id"]] = {**docs[record["id"]], field: docs[record["id"]][field] + more}
        yield end, {doc_id: (doc["content"], doc["state"]) for doc_id, doc in docs.items()}


@pytest.mark.slow
async def test_a_conversation_cut_at_any_byte_keeps_every_whole_line(tmp_path: Path) -> None:
    whole = await written_by_two_windows(tmp_path)
    assert whole.count(b"\n") < 60, "compacted in the middle"
    assert whole.count(b'"grow"') == 6
    states = list(replayed(whole))
    folder = DataFolder(tmp_path / "cut")
    folder.conversations.mkdir(parents=True)
    file = folder.conversations / f"{CONVERSATION}.jsonl"
    file.write_bytes(whole)
    for cut in range(len(whole), -1, -1):
        os.truncate(file, cut)
        expected = next((state for end, state in reversed(states) if cut >= end - 1), {})  # the last line end may miss
        if not expected and whole[:cut].count(b'"meta"') == 0:
            with pytest.raises(StoreError):
                Library(folder).load(CONVERSATION)
            continue
        opened = Library(folder).load(CONVERSATION)[0]
        found = {m.id: (m.content, m.state.value) for m in opened.conversation.messages.values()}
        assert found == expected, f"cut at {cut}"
        assert opened.damaged_lines == 0


async def test_a_conversation_cut_anywhere_can_be_gone_on_with(tmp_path: Path) -> None:
    whole = await written_by_two_windows(tmp_path)
    states = list(replayed(whole))
    first = next(end for end, state in states if state)
    for cut in range(first, len(whole), 397):
        folder = tmp_path / f"cut-{cut}"
        (folder / "conversations").mkdir(parents=True)
        (folder / "conversations" / f"{CONVERSATION}.jsonl").write_bytes(whole[:cut])
        expected = next(state for end, state in reversed(states) if cut >= end - 1)
        store = await open_store(folder, folder / "cache")
        conversation = (await store.load(CONVERSATION)).conversation
        added = conversation.add(ChatMessage(Role.USER, "and then?"))
        await store.save(conversation, added)
        await store.close()
        again = await open_store(folder, folder / "cache")
        opened = await again.load(CONVERSATION)
        await again.close()
        found = {m.id: (m.content, m.state.value) for m in opened.conversation.messages.values()}
        assert found == {**expected, added.id: ("and then?", "complete")}, f"cut at {cut}"
