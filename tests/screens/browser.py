"""The browser of conversations under test: what is saved, what is shown, keys that come at once."""

from __future__ import annotations

import time

from tests.fakes import until
from tests.screens.one_screen import OneScreen
from tests.terminal_view import text
from tui.domain.chat import ChatMessage, Conversation, Role
from tui.domain.search import Query
from tui.screens.conversations import ConversationsScreen
from tui.services.services import Services

TITLES = ("Newest of all", "Postgres index advice", "Trip to Lisbon", "Haiku about tabs")
HOUR = 3600.0


async def add(
    services: Services, title: str, hours: float = 1, *, said: str = "", asked: str = "", pinned: bool = False
) -> str:
    """Save a conversation of two messages, last touched that many hours ago."""
    then = time.time() - hours * HOUR
    conversation = Conversation(title=title, model="qwen3-32b", pinned=pinned, created=then, updated=then)
    conversation.add(ChatMessage(Role.USER, asked or f"A question on {title}", created=then))
    conversation.add(ChatMessage(Role.ASSISTANT, said or f"An answer on {title}", model="qwen3-32b", created=then))
    await services.store.save(conversation, *conversation.messages.values())
    return conversation.id


async def titles(services: Services, query: Query | None = None) -> list[str]:
    """What is saved, as the list has it."""
    return [row.title for row in await services.store.recent(query=query or Query())]


def shown(app: OneScreen) -> ConversationsScreen:
    assert isinstance(app.shown, ConversationsScreen)
    return app.shown


async def filled(app: OneScreen) -> None:
    await until(lambda: shown(app).rows.chosen_id)


def under_cursor(app: OneScreen) -> str | None:
    return shown(app).rows.chosen_id


def line_with(app: OneScreen, words: str) -> int:
    """The row of the terminal in which these words are."""
    return next(y for y, line in enumerate(text(app).splitlines()) if words in line)
