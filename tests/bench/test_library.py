"""The made library is one that the store takes for its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.library import LONG_PROMPT, PLANTED, SINGLE, Plan, find_long, make
from tui.domain.chat import Role
from tui.domain.search import Query, parse_query
from tui.store.conversations import ConversationStore

UNTIL = 1_800_000_000.0


def lines(folder: Path) -> dict[str, list[bytes]]:
    """All that is made by plan: a file's header tells it from every other."""
    return {path.name: path.read_bytes().splitlines()[1:] for path in folder.rglob("*.jsonl")}


def test_the_same_seed_makes_the_same_conversations(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make(Plan(tmp_path / name, conversations=12, long=30, seed=seed, until=UNTIL), processes=1)
    assert lines(tmp_path / "a") == lines(tmp_path / "b")
    assert lines(tmp_path / "a").keys().isdisjoint(lines(tmp_path / "c").keys())


async def test_the_store_reads_every_conversation_and_finds_what_was_planted(tmp_path: Path) -> None:
    make(Plan(tmp_path / "data", conversations=600, messages=4, long=60, until=UNTIL), processes=1)
    with pytest.raises(FileExistsError):
        make(Plan(tmp_path / "data", until=UNTIL), processes=1)
    store = ConversationStore(tmp_path / "data", tmp_path / "cache")
    await store.start()
    await store.complete()
    rows = await store.recent(1000)
    assert len(rows) == 601
    assert len(await store.recent(1000, query=Query(in_trash=True))) == 6
    assert all(row.updated <= UNTIL for row in rows)
    for word in PLANTED:
        assert len(await store.search(parse_query(word))) in (1, 2)
    assert [hit.role for hit in await store.search(parse_query(SINGLE))] == [Role.USER]
    opened = await store.load(find_long(tmp_path / "data"))
    assert opened.conversation.title.startswith(LONG_PROMPT)
    assert len(opened.conversation.branch()) == 60
    assert opened.damaged_lines == 0
    await store.close()
