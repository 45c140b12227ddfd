"""Two stores on one folder, against a dict: whatever is done in whatever order, both say what the dict says."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.domain.search import Query
from tui.store.conversations import ConversationStore

Act = tuple[str, int, int, str]
"""What, in which window, on which conversation, with which text."""

TEXT = st.text(st.characters(), max_size=12)  # with lone surrogates
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["new", "say", "say", "grow", "grow", "end", "delete", "rename", "pin", "move", "reload", "restart"]
        ),
        st.integers(0, 1),
        st.integers(0, 2),
        TEXT,
    ),
    min_size=5,
    max_size=25,
)


@dataclass
class Known:
    """What must be said of one conversation."""

    title: str
    pinned: bool = False
    trashed: bool = False
    messages: dict[str, tuple[str, str, bool]] = field(default_factory=dict)


class Window:
    """A store, and the conversations that are open in it: perhaps read long ago."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.open: dict[str, Conversation] = {}
        self.growing: dict[str, ChatMessage] = {}

    async def start(self) -> None:
        self.store = ConversationStore(self._folder / "data", self._folder / "cache")
        await self.store.start()

    async def restart(self) -> None:
        await self.store.close()
        self.open.clear()
        self.growing.clear()
        await self.start()

    async def conversation(self, conversation_id: str) -> Conversation:
        if conversation_id not in self.open:
            self.open[conversation_id] = (await self.store.load(conversation_id)).conversation
        return self.open[conversation_id]


class Model:
    """Does each act to a window and to a dict."""

    def __init__(self, folder: Path) -> None:
        self._windows = [Window(folder), Window(folder)]
        self._known: dict[str, Known] = {}

    async def run(self, acts: list[Act]) -> None:
        for window in self._windows:
            await window.start()
        try:
            for act in acts:
                await self._do(*act)
            await self._compare()
            for window in self._windows:
                await window.restart()
            await self._compare()
        finally:
            for window in self._windows:
                await window.store.close()

    async def _do(self, what: str, number: int, which: int, text: str) -> None:
        window = self._windows[number]
        if what == "restart":
            await window.restart()
        elif what == "new":
            await self._new(window, text)
        elif which < len(self._known):
            acts: dict[str, Callable[[Window, str, str], Awaitable[None]]] = {
                "say": self._say,
                "grow": self._grow,
                "end": self._end,
                "delete": self._delete,
                "rename": self._rename,
                "pin": self._pin,
                "move": self._move,
                "reload": self._reload,
            }
            await acts[what](window, list(self._known)[which], text)

    async def _new(self, window: Window, text: str) -> None:
        conversation = Conversation(title=text)
        await window.store.save(conversation)
        window.open[conversation.id] = conversation
        self._known[conversation.id] = Known(text)

    async def _say(self, window: Window, conversation_id: str, text: str) -> None:
        conversation = await window.conversation(conversation_id)
        question = conversation.add(ChatMessage(Role.USER, text))
        reply = conversation.add(ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING))
        await self._save(window, conversation, question, reply)
        window.growing[conversation_id] = reply

    async def _grow(self, window: Window, conversation_id: str, text: str) -> None:
        if (reply := window.growing.get(conversation_id)) is not None:
            reply.content += text
            reply.reasoning += text[:3]
            await self._save(window, await window.conversation(conversation_id), reply)

    async def _end(self, window: Window, conversation_id: str, text: str) -> None:
        if (reply := window.growing.pop(conversation_id, None)) is not None:
            reply.content += text
            reply.state = MessageState.COMPLETE
            await self._save(window, await window.conversation(conversation_id), reply)

    async def _delete(self, window: Window, conversation_id: str, text: str) -> None:
        await self._reload(window, conversation_id, text)
        conversation = await window.conversation(conversation_id)
        if settled := [m for m in conversation.messages.values() if m.state is MessageState.COMPLETE]:
            message = settled[len(text) % len(settled)]
            message.deleted = not message.deleted
            await self._save(window, conversation, message)

    async def _rename(self, window: Window, conversation_id: str, text: str) -> None:
        await window.store.rename(conversation_id, text)
        self._known[conversation_id].title = text

    async def _pin(self, window: Window, conversation_id: str, text: str) -> None:
        known = self._known[conversation_id]
        known.pinned = not known.pinned
        await window.store.set_pinned(conversation_id, known.pinned)

    async def _move(self, window: Window, conversation_id: str, text: str) -> None:
        known = self._known[conversation_id]
        moves = [window.store.trash, window.store.restore]
        for move in moves[:: -1 if known.trashed else 1][1:]:
            try:  # it is not there
                await move(conversation_id)
            except StoreError:
                continue
            raise AssertionError("moved from where it is not")
        await moves[known.trashed](conversation_id)
        known.trashed = not known.trashed

    async def _reload(self, window: Window, conversation_id: str, text: str) -> None:
        if conversation_id not in window.growing:
            window.open.pop(conversation_id, None)

    async def _save(self, window: Window, conversation: Conversation, *messages: ChatMessage) -> None:
        await window.store.save(conversation, *messages)
        for message in messages:
            self._known[conversation.id].messages[message.id] = _said(message)

    async def _compare(self) -> None:
        for window in self._windows:
            for conversation_id, known in self._known.items():
                conversation = (await window.store.load(conversation_id)).conversation
                found = {m.id: _said(m) for m in conversation.messages.values()}
                assert found == known.messages
                assert (conversation.title, conversation.pinned) == (known.title, known.pinned)
            await window.store.refresh()
            await window.store.complete()
            for trashed in (False, True):
                rows = await window.store.recent(query=Query(in_trash=trashed))
                expected = {each for each, known in self._known.items() if known.trashed is trashed}
                assert {row.id for row in rows} == expected
                assert {row.id for row in rows if row.pinned} == {e for e in expected if self._known[e].pinned}


def _said(message: ChatMessage) -> tuple[str, str, bool]:
    return message.content + message.reasoning, message.state, message.deleted


@settings(max_examples=examples(40))
@given(acts=ACTS)
def test_two_stores_on_one_folder_behave_like_one_dict(acts: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(Model(Path(folder)).run(acts))
