"""What the store does with a library of the size of years of use, in a process set up as the app's is.

    python -m tests.bench.store_at_size DATA

DATA was made by `tests.bench.library`, and is written to. Prints one JSON object: figures by name, each a list of five or more.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.heartbeat import listening
from tests.bench.library import PLANTED, SINGLE, find_long
from tui.domain.chat import ChatMessage, MessageState, Role
from tui.domain.search import parse_query
from tui.store.conversations import ConversationStore

TIMES = 5
SAVES = 12
"""Autosaves of one reply."""
SEARCHES = {
    "a rare word": "quagga",
    "a word in most conversations": "there",
    "a beginning": "connec",
    "a phrase": '"of the"',
    "two words": "there improved",
    "one Chinese sign": "龘",
    "a frequent Chinese sign": "的",
    "three Chinese signs": "有人说",
    "a word of one model": "there model:deepseek",
    "a word of the last month": "there after:1m",
    "nothing like it": "xyzzyx",
}


class StoreBench:
    """Takes the figures."""

    def __init__(self, data: Path, cache: Path) -> None:
        self._data = data
        self._cache = cache
        self._random = Random(1)
        self._long = find_long(data)
        self._usual = sorted(file.stem for file in data.glob("conversations/*.jsonl") if file.stem != self._long)
        self.figures: dict[str, list[float]] = {}

    async def run(self) -> None:
        """Everything, from the building of the index on."""
        for n in range(2):
            await self._build(self._cache / str(n))
        for _ in range(TIMES):
            await self._open_both()
        store = await self._start(self._cache / "0")
        await store.complete()
        await self._list_and_search(store)
        for _ in range(TIMES):
            await self._save(store, "usual", self._random.choice(self._usual))
            await self._save(store, "long", self._long)
        await store.close()

    async def _start(self, cache: Path) -> ConversationStore:
        store = ConversationStore(self._data, cache)
        await store.start()
        return store

    async def _build(self, cache: Path) -> None:
        store = await self._start(cache)
        begun, cpu = time.monotonic(), _cpu()
        async with listening() as lateness:
            await store.recent(100)
            self._note("index: list of a first start, ms", (time.monotonic() - begun) * 1000)
            await store.complete()
        self._note("index: built, wall s", time.monotonic() - begun)
        self._note("index: built, CPU s", _cpu() - cpu)
        self._note("index: loop late while it is built, ms", lateness.worst)
        self._note("index: size, MB", sum(path.stat().st_size for path in cache.iterdir()) / 1e6)
        await store.close()

    async def _open_both(self) -> None:
        """In a store that has read nothing yet."""
        store = await self._start(self._cache / "0")
        usual = self._random.choice(self._usual)
        await self._timed("load, usual", lambda: store.load(usual))
        await self._timed("load, long", lambda: store.load(self._long))
        await self._timed("load, long again", lambda: store.load(self._long))
        await store.close()

    async def _list_and_search(self, store: ConversationStore) -> None:
        every, _sentence = PLANTED["quagga"]
        assert len(await store.search(parse_query("quagga"), 10_000)) == len(range(0, len(self._usual), every))
        assert len(await store.search(parse_query(SINGLE), 10_000)) == 1
        for _ in range(TIMES):
            await self._timed("list: the newest 100", lambda: store.recent(100))
            await self._timed("list: by a word in the title", lambda: store.recent(100, 0, parse_query("there")))
            await self._timed("list: refresh, nothing new", store.refresh)
            await self._timed("list: refresh, thoroughly", lambda: store.refresh(thoroughly=True))
            for name, text in SEARCHES.items():
                query = parse_query(text)
                await self._timed(f"search: {name}", partial(store.search, query, 100))

    async def _save(self, store: ConversationStore, name: str, conversation_id: str) -> None:
        conversation = (await store.load(conversation_id)).conversation
        reply = ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING)
        question = conversation.add(ChatMessage(Role.USER, "One more question"))
        await self._timed(
            f"save, {name}: a prompt", lambda: store.save(conversation, question, conversation.add(reply))
        )
        for _ in range(SAVES):
            reply.content += "some twenty words a second " * 4
            thread = await store.folder.run(time.thread_time)
            await self._timed(f"save, {name}: a growing reply", lambda: store.save(conversation, reply))
            spent = await store.folder.run(time.thread_time) - thread
            self._note(f"save, {name}: a growing reply, CPU ms in the thread", spent * 1000)
        reply.state = MessageState.COMPLETE
        await self._timed(f"save, {name}: a finished reply", lambda: store.save(conversation, reply))

    async def _timed(self, name: str, act: Callable[[], Awaitable[Any]]) -> None:
        async with listening() as lateness:
            begun = time.monotonic()
            await act()
            self._note(f"{name}, ms", (time.monotonic() - begun) * 1000)
        self._note(f"{name}, loop late ms", lateness.worst)

    def _note(self, name: str, value: float) -> None:
        self.figures.setdefault(name, []).append(value)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(data: Path) -> None:
    """Measure and print."""
    sys.setswitchinterval(0.001)  # as the command line does; the collector as the app sets it when it is idle
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    with tempfile.TemporaryDirectory(prefix="chinwag-bench-") as cache:
        bench = StoreBench(data, Path(cache))
        asyncio.run(bench.run())
    print(json.dumps(bench.figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
