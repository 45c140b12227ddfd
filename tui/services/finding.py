"""Searching the saved conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tui.domain.chat import ConversationSummary
from tui.domain.search import Query, SearchHit

MOST_HITS = 100
"""Messages that are found at most."""


class SearchableStore(Protocol):
    """The part of the store that is searched. Every method may raise StoreError."""

    async def recent(self, limit: int, skip: int, query: Query) -> list[ConversationSummary]:
        """Return conversations whose title has all terms: pinned ones, then the newest."""

    async def count(self, query: Query) -> int:
        """Return how many conversations `recent` finds without a limit."""

    async def search(self, query: Query, limit: int) -> list[SearchHit]:
        """Return messages that have all terms, the newest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """Conversations found by title, messages found by their words."""

    conversations: Sequence[ConversationSummary] = ()
    total: int = 0
    """All matching conversations, also those beyond the limit."""
    hits: Sequence[SearchHit] = ()
    more_hits: bool = False
    """Older messages match too."""

    @property
    def nothing(self) -> bool:
        """Whether nothing was found."""
        return not self.conversations and not self.hits


async def find(store: SearchableStore, query: Query, limit: int) -> Found:
    """Return everything that a query finds, at most `limit` conversations; StoreError if the store cannot be read."""
    conversations: list[ConversationSummary] = []
    total = 0
    if query.role is None:  # titles have no role
        conversations = await store.recent(limit + 1, 0, query)
        total = len(conversations) if len(conversations) <= limit else await store.count(query)
    hits = await store.search(query, MOST_HITS + 1) if query.searches_text else []
    return Found(conversations[:limit], total, hits[:MOST_HITS], len(hits) > MOST_HITS)
