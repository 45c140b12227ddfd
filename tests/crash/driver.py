"""Kills writers at random moments and compares what they acknowledged with the disk.

    python -m tests.crash.driver FOLDER KILLS WRITERS

Prints one JSON object of counts. The writers are forked, so that each starts in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.crash.writer import SHARED, Writer, state_of
from tui.domain.chat import Conversation
from tui.store import log_storage
from tui.store.conversations import ConversationStore

LIFE = 0.08
"""The longest that a writer works, in seconds."""

Facts = dict[str, Any]


def main(folder: Path, kills: int, writers: int) -> Counter[str]:
    """Kill so many times, with so many writers at once; the counts."""
    rng = random.Random(kills + writers)
    known = asyncio.run(begin(folder))
    counts: Counter[str] = Counter()
    compacted: set[str] = set()
    while counts["kills"] < kills:
        names = [f"w{n}" for n in range(writers)]
        for name in names:
            (folder / f"report-{name}").unlink(missing_ok=True)
        children = [fork(folder, name, rng.randrange(2**32)) for name in names]
        wait_until_ready(folder, names)
        for child in children:
            time.sleep(rng.uniform(0, LIFE))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            counts["kills"] += 1
        found = asyncio.run(look(folder, counts))
        compare(folder, names, known, found, counts)
        known = found
        with (folder / "data" / "conversations" / f"{SHARED}.jsonl").open("rb") as file:
            compacted.add(json.loads(file.readline())["file"])
    counts["compactions"] = len(compacted) - 1
    return counts


def compare(folder: Path, names: list[str], known: Facts, found: Facts, counts: Counter[str]) -> None:
    """Count what these writers acknowledged, and what of it or of what was `known` before is not `found`."""
    done: dict[str, list[Any]] = {}
    tried: dict[str, list[Any]] = {}
    for name in names:
        last, pending = outcome(folder, name, counts)
        for facts, values in ((last, done), (pending, tried)):
            for what, value in facts.items():
                values.setdefault(what, []).append(value)
    acknowledged = {what: [value] for what, value in known.items()} | done  # both writers may give a title
    for what in {*found, *acknowledged, *tried}:
        if found.get(what) in acknowledged.get(what, [None]):
            continue
        if found.get(what) in tried.get(what, []):
            counts["kept without acknowledgement"] += 1
        else:
            counts["lost"] += 1
            print("LOST", what, str(acknowledged.get(what))[:200], "->", str(found.get(what))[:200], file=sys.stderr)


def fork(folder: Path, who: str, seed: int, pause: float = 0.0, *, streams: bool = True) -> int:
    """Start a `Writer` and return its process id."""
    child = os.fork()
    if child == 0:
        log_storage.SMALL = -(10**9)  # so that every conversation that is left is compacted
        try:
            asyncio.run(Writer(folder, who, seed, pause, streams=streams).run())
        finally:
            os._exit(1)
    return child


def wait_until_ready(folder: Path, names: list[str]) -> None:
    """Return when all writers are at work; TimeoutError after ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if all(
            (folder / f"report-{name}").exists() and '["ready"]' in (folder / f"report-{name}").read_text()
            for name in names
        ):
            return
        time.sleep(0.002)
    raise TimeoutError("a writer did not start")


def outcome(folder: Path, who: str, counts: Counter[str]) -> tuple[Facts, Facts]:
    """What a writer acknowledged last, and what it was about to do; the last line of its report may be cut."""
    done: Facts = {}
    pending: Facts = {}
    for line in (folder / f"report-{who}").read_bytes().split(b"\n")[:-1]:
        match json.loads(line):
            case ["try", what, value]:
                pending[what] = value
            case ["done", what, _value]:
                done[what] = pending.pop(what)
                counts["acknowledged"] += 1
    return done, pending


async def begin(folder: Path) -> Facts:
    """Make the conversation that all work on."""
    store = ConversationStore(folder / "data", folder / "cache")
    await store.start()
    await store.save(Conversation(id=SHARED, title="first"))
    await store.close()
    return {"title": "first"}


async def look(folder: Path, counts: Counter[str]) -> Facts:
    """What the disk says, read as the next start of the program would."""
    store = ConversationStore(folder / "data", folder / "cache")
    await store.start()
    await store.complete()
    rows = await store.recent()
    opened = await store.load(SHARED)
    await store.close()
    counts["damaged lines"] = opened.damaged_lines
    counts["thought to be growing"] += len(opened.growing)
    written = [message for message in opened.conversation.messages.values() if "who" in message.extra]
    facts: Facts = {f"message {message.id}": state_of(message) for message in written}
    facts["title"] = next(row.title for row in rows if row.id == SHARED)
    for place in ("conversations", "trash"):
        for file in (folder / "data" / place).glob("own-*.jsonl"):
            facts[f"place {file.stem.removeprefix('own-')}"] = place
    return facts


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
