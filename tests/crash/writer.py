"""Works on conversations until it is killed, and says before and after each act what it does.

Each line of its report is `["try", what, value]` or `["done", what, value]`: `what` is "message <id>", "title" or
"place <who>", and `value` is what the disk must say once it is done.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.store.conversations import ConversationStore

SHARED = "shared"
"""The conversation that all writers work on."""


def state_of(message: ChatMessage) -> list[Any]:
    """What must survive of a message."""
    return [message.content, message.state.value, message.deleted]


class Writer:
    """One process at work, named `who`, on the data below `folder`; it waits `pause` seconds between two acts.

    While one streams into a conversation, the app does not ask there: where both are at work, it does not.
    """

    def __init__(self, folder: Path, who: str, seed: int, pause: float = 0.0, *, streams: bool = True) -> None:
        self._pause = pause
        self._streams = streams
        self._folder = folder
        self._who = who
        self._random = random.Random(seed)
        self._report = os.open(folder / f"report-{who}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    async def run(self) -> None:
        """Work without end."""
        await self._open()
        self._say("ready")
        acts = [
            self._append,
            self._append,
            *[self._stream] * 2 * self._streams,
            self._change,
            self._rename,
            self._move,
            self._leave,
        ]
        while True:
            await self._random.choice(acts)()
            await asyncio.sleep(self._pause)

    async def _open(self) -> None:
        self._store = ConversationStore(self._folder / "data", self._folder / "cache")
        await self._store.start()
        await self._store.recent()
        self._shared = (await self._store.load(SHARED)).conversation
        self._own = Conversation(id=f"own-{self._who}", title="mine")
        place = "trash" if (self._folder / "data" / "trash" / f"{self._own.id}.jsonl").exists() else "conversations"
        await self._say_around(f"place {self._who}", place, self._store.save(self._own))
        self._place = place

    async def _append(self) -> None:
        text = "é数\n" * self._random.randrange(500)
        await self._save(self._shared.add(ChatMessage(Role.USER, text, extra={"who": self._who})))

    async def _stream(self) -> None:
        reply = ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING, extra={"who": self._who})
        await self._save(self._shared.add(reply))
        for _n in range(self._random.randrange(12)):
            reply.content += "token " * self._random.randrange(1, 30)
            await self._save(reply)
        if self._random.random() < 0.7:
            reply.state = self._random.choice([MessageState.COMPLETE, MessageState.STOPPED, MessageState.FAILED])
            await self._save(reply)

    async def _change(self) -> None:
        if mine := [message for message in self._shared.messages.values() if message.extra.get("who") == self._who]:
            message = self._random.choice(mine)
            message.deleted = not message.deleted
            await self._save(message)

    async def _rename(self) -> None:
        title = f"{self._who} {self._random.random()}"
        await self._say_around("title", title, self._store.rename(SHARED, title))

    async def _move(self) -> None:
        move, place = (self._store.restore, "conversations") if self._place == "trash" else (self._store.trash, "trash")
        await self._say_around(f"place {self._who}", place, move(self._own.id))
        self._place = place

    async def _leave(self) -> None:
        await self._store.close()  # compacts
        await self._open()

    async def _save(self, message: ChatMessage) -> None:
        await self._say_around(f"message {message.id}", state_of(message), self._store.save(self._shared, message))

    async def _say_around(self, what: str, value: object, act: Awaitable[None]) -> None:
        self._say("try", what, value)
        await act
        self._say("done", what, value)

    def _say(self, *words: object) -> None:
        os.write(self._report, json.dumps(words).encode() + b"\n")
