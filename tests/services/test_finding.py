"""What the browser asks the store for."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.domain.chat import ConversationSummary, Role
from tui.domain.search import Query, SearchHit, parse_query
from tui.services.finding import MOST_HITS, Found, find


@dataclass
class Shelf:
    """Has so many conversations and messages, whatever is asked for."""

    conversations: int = 0
    messages: int = 0
    counted: list[Query] = field(default_factory=list)

    async def recent(self, limit: int, skip: int, _query: Query) -> list[ConversationSummary]:
        return [summary(n) for n in range(self.conversations)][skip : skip + limit]

    async def count(self, query: Query) -> int:
        self.counted.append(query)
        return self.conversations

    async def search(self, _query: Query, limit: int) -> list[SearchHit]:
        hits = [SearchHit(summary(n), f"m{n}", Role.USER, 0.0, "line") for n in range(self.messages)]
        return hits[:limit]


def summary(n: int) -> ConversationSummary:
    return ConversationSummary(f"c{n}", f"Title {n}", 0.0)


async def test_without_words_only_conversations_are_found() -> None:
    found = await find(Shelf(3, 5), parse_query("model:q"), 10)
    assert [row.id for row in found.conversations] == ["c0", "c1", "c2"]
    assert (found.total, found.hits) == (3, [])


async def test_words_are_looked_for_in_titles_and_messages() -> None:
    found = await find(Shelf(3, 5), parse_query("word"), 10)
    assert (found.total, len(found.hits), found.more_hits) == (3, 5, False)


async def test_titles_are_nobodys_words() -> None:
    found = await find(Shelf(3, 5), parse_query("role:you word"), 10)
    assert (found.conversations, found.total, len(found.hits)) == ([], 0, 5)


async def test_only_what_is_left_out_is_counted() -> None:
    shelf = Shelf(30)
    assert (await find(shelf, Query(), 30)).total == 30
    assert shelf.counted == []
    found = await find(shelf, Query(), 10)
    assert (len(found.conversations), found.total) == (10, 30)
    assert shelf.counted == [Query()]


async def test_older_messages_are_told_of() -> None:
    found = await find(Shelf(0, MOST_HITS + 50), parse_query("word"), 10)
    assert len(found.hits) == MOST_HITS
    assert found.more_hits


async def test_nothing_is_nothing() -> None:
    assert Found().nothing
    assert (await find(Shelf(), parse_query("word"), 10)).nothing
    assert not (await find(Shelf(0, 1), parse_query("word"), 10)).nothing
