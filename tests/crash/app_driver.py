"""Kills the installed app while replies stream into it, and looks at what its next start would find.

    python -m tests.crash.app_driver FOLDER KILLS LANES

Prints one JSON object of counts. A lane is a process with one home after the other. Lanes differ in who else is there:
a second window of the app on the same folder, a writer at work on the same conversation and on others, or nobody.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from tests.crash import driver
from tests.crash.gateway import MODEL, beginning
from tests.crash.writer import SHARED
from tests.journeys.terminal import Terminal
from tui.domain.chat import ChatMessage, MessageState, OpenedConversation, Role
from tui.store.conversations import ConversationStore

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("chinwag"))

MAY_BE_LOST = 1.0
"""Seconds: what came earlier than this before the kill must be on the disk."""
LONGEST_LIFE = 2.2
"""Seconds from the request to the latest kill."""
ECHO_WITHIN = 5.0
"""Seconds after which a prompt that is not on the screen is typed again."""
CYCLES = 8
"""How often a home is used."""
WITHOUT_REQUEST = 0.15
"""The share of kills that do not wait for the request to reach the gateway."""
WRITER_PAUSE = 0.03

COMPANY = ("nobody", "window", "writer", "nobody")


class Window(Terminal):
    """The app in a terminal, and what was asked in it."""

    seat = 0
    """Which window of the home it is: each has a conversation of its own."""
    run = ""
    prompt = ""
    killed_at = 0.0

    @property
    def text(self) -> str:
        """As above, also where only half of a wide character was overwritten, on which pyte's own `display` fails."""
        rows, columns = range(self.screen.lines), range(self.screen.columns)
        return "\n".join("".join(self.screen.buffer[y][x].data for x in columns).rstrip() for y in rows)

    def watch_for(self, text: str, seconds: float) -> None:
        """Read until this is shown, but not longer."""
        end = time.monotonic() + seconds
        while text not in self.text and time.monotonic() < end:
            self.watch(0.02)

    def drain(self, seconds: float) -> None:
        """Take what it writes without looking at it."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._descriptor], [], [], left)[0]:
                os.read(self._descriptor, 1 << 16)


@dataclass
class Asked:
    """One prompt, and how much of its reply has been found on the disk."""

    prompt: str
    reasoning: int = 0
    content: int = 0


@dataclass
class Home:
    """Folders, and what was asked in them."""

    folder: Path
    conversations: dict[int, str] = field(default_factory=dict)
    """By seat."""
    asked: dict[str, Asked] = field(default_factory=dict)


class Lane:
    """A row of homes."""

    def __init__(self, folder: Path, number: int, origin: str, runs: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.ages: list[float] = []
        """How old the oldest character was that a kill took, in milliseconds."""
        self._folder = folder
        self._number = number
        self._origin = origin
        self._runs = runs
        self._company = COMPANY[number % len(COMPANY)]
        self._random = random.Random(number)
        self._names = (f"run-{number}-{n}" for n in count())

    def work(self, kills: int) -> tuple[Counter[str], list[float]]:
        """Kill so many times."""
        for n in count():
            home = Home(self._folder / f"home-{self._number}-{n}")
            home.folder.mkdir()
            known: driver.Facts = {}
            if self._company == "writer":
                known = asyncio.run(driver.begin(home.folder))
                home.conversations[0] = SHARED
            for _ in range(CYCLES):
                known = self._cycle(home, known)
                if self.counts["kills"] >= kills:
                    return self.counts, self.ages
            if not self.counts["lost"]:
                shutil.rmtree(home.folder)
        raise AssertionError("there is always another home")

    def _cycle(self, home: Home, known: driver.Facts) -> driver.Facts:
        """Start, ask, kill, look."""
        windows: list[Window] = []
        writer = self._start_writer(home) if self._company == "writer" else None
        try:
            windows.extend(self._open(home, seat) for seat in range(2 if self._company == "window" else 1))
            for window in windows:
                self._ask(home, window)
            for window in windows:
                self._kill(window)
                if window is not windows[-1]:
                    asyncio.run(self._look(home, [window]))
        finally:
            for window in windows:
                window.__exit__()
            if writer is not None:
                os.kill(writer, signal.SIGKILL)
                os.waitpid(writer, 0)
        asyncio.run(self._look(home, windows[-1:], alone=True))
        if writer is not None:
            found = asyncio.run(driver.look(home.folder, self.counts))
            driver.compare(home.folder, ["w0"], known, found, self.counts)
            known = found
        return known

    def _start_writer(self, home: Home) -> int:
        (home.folder / "report-w0").unlink(missing_ok=True)
        writer = driver.fork(home.folder, "w0", self._random.randrange(2**32), WRITER_PAUSE, streams=False)
        driver.wait_until_ready(home.folder, ["w0"])
        return writer

    def _open(self, home: Home, seat: int) -> Window:
        environ = {
            "HOME": str(home.folder),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
            "CHINWAG_BASE_URL": f"{self._origin}/v1",
            "CHINWAG_MODEL": MODEL,
            "CHINWAG_DATA_DIR": str(home.folder / "data"),
            "CHINWAG_CONFIG_DIR": str(home.folder / "config"),
            "CHINWAG_CACHE_DIR": str(home.folder / "cache"),
        }
        conversation = home.conversations.get(seat, "")
        named = ["--conversation", conversation] if conversation else []
        window = Window([COMMAND, *named], environ)
        window.seat = seat
        window.wait_for(f"Message {MODEL}")
        if conversation:
            window.wait_for(" message")
        if conversation and conversation != SHARED:  # a writer may have said the last word there
            window.wait_for("Interrupted: ")
            self.counts["reopened as interrupted"] += 1
        return window

    def _ask(self, home: Home, window: Window) -> None:
        run = next(self._names)
        window.run, window.prompt = run, f"Count é数 {'on ' * self._random.randrange(8)}{run}"
        while run not in window.text:  # what is typed while a conversation opens may go to another draft
            window.type(window.prompt)
            window.watch_for(run, ECHO_WITHIN)
            self.counts["typed"] += 1
        window.press("enter")
        home.asked[run] = Asked(window.prompt)

    def _kill(self, window: Window) -> None:
        life = self._random.uniform(0, 0.3)
        if self._random.random() > WITHOUT_REQUEST:
            end = time.monotonic() + 20
            while not (self._runs / window.run).exists():
                assert time.monotonic() < end, f"{window.run} was never asked\n{window.text}"
                window.drain(0.005)
            life = self._random.uniform(0, LONGEST_LIFE)
        window.drain(life)
        window.killed_at = time.monotonic()
        window.kill()
        self.counts["kills"] += 1

    async def _look(self, home: Home, killed: Sequence[Window], *, alone: bool = False) -> None:
        """Compare with the disk, read as the next start would; `alone` when nobody writes any more."""
        store = ConversationStore(home.folder / "data", home.folder / "cache")
        await store.start()
        await store.complete()
        opened = {row.id: await store.load(row.id) for row in await store.recent() if not row.id.startswith("own-")}
        await store.close()
        self.counts["damaged lines"] += sum(each.damaged_lines for each in opened.values())
        for window in killed:
            self._look_at(home, window, opened)
            for conversation_id, each in opened.items():
                if _reply_to(window.prompt, {conversation_id: each}) is not None:
                    home.conversations[window.seat] = conversation_id
        for run, asked in home.asked.items():
            self._look_again(run, asked, opened)
        if alone:
            self.counts["thought to be growing"] += sum(len(each.growing) for each in opened.values())

    def _look_at(self, home: Home, window: Window, opened: dict[str, OpenedConversation]) -> None:
        """What was sent to this window is on the disk, all but the last second of it."""
        asked = home.asked[window.run]
        log = self._runs / window.run
        was_asked = log.exists()
        reply = _reply_to(asked.prompt, opened)
        self.counts["prompts acknowledged"] += was_asked
        if reply is None:
            if was_asked:
                self._lost(window.run, "the prompt")
            else:
                del home.asked[window.run]
            return
        if reply.state is not MessageState.STREAMING or any(reply.id in each.growing for each in opened.values()):
            self._lost(window.run, f"the interruption: {reply.state}")
        asked.reasoning, asked.content = len(reply.reasoning), len(reply.content)
        due, age = (0, 0), 0.0
        for line in log.read_text().splitlines() if was_asked else ():
            at, reasoning, content = float(line.split()[0]), int(line.split()[1]), int(line.split()[2])
            if at > window.killed_at:
                break
            if at <= window.killed_at - MAY_BE_LOST:
                due = reasoning, content
            if reasoning > asked.reasoning or content > asked.content:
                age = max(age, window.killed_at - at)
        self.ages.append(age * 1000)
        self.counts["characters acknowledged"] += sum(due)
        self.counts["characters kept"] += asked.reasoning + asked.content
        if asked.reasoning < due[0] or asked.content < due[1]:
            self._lost(window.run, f"{due} were sent, {(asked.reasoning, asked.content)} are there")

    def _look_again(self, run: str, asked: Asked, opened: dict[str, OpenedConversation]) -> None:
        """A reply is the beginning of what was sent, and is never shorter than it was at an earlier look."""
        reply = _reply_to(asked.prompt, opened)
        if reply is None:
            if asked.reasoning or asked.content:
                self._lost(run, "a reply that had been there")
            return
        if (reply.reasoning, reply.content) != beginning(run, len(reply.reasoning), len(reply.content)):
            self._lost(run, f"the text: {reply.reasoning!r} {reply.content!r}")
        if len(reply.reasoning) < asked.reasoning or len(reply.content) < asked.content:
            self._lost(run, "the end of a reply that had been there")

    def _lost(self, run: str, what: str) -> None:
        self.counts["lost"] += 1
        print(f"LOST {run} ({self._company}): {what}", file=sys.stderr, flush=True)


def _reply_to(prompt: str, opened: dict[str, OpenedConversation]) -> ChatMessage | None:
    """The reply to the prompt that ends with these words: a draft that a kill brought back may stand before it."""
    for each in opened.values():
        messages = each.conversation.messages.values()
        for question in messages:
            if question.role is Role.USER and question.content.endswith(prompt):
                return next((message for message in messages if message.parent_id == question.id), None)
    return None


def work(folder: Path, number: int, origin: str, runs: Path, kills: int) -> tuple[Counter[str], list[float]]:
    """One lane, in a process of its own."""
    return Lane(folder, number, origin, runs).work(kills)


def main(folder: Path, kills: int, lanes: int) -> dict[str, float]:
    """Kill so many times, in so many lanes at once; the counts."""
    runs = folder / "runs"
    runs.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.gateway", str(runs)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as gateway:
        assert gateway.stdout is not None
        origin = gateway.stdout.readline().strip()
        counts: Counter[str] = Counter()
        ages: list[float] = []
        try:
            with ProcessPoolExecutor(lanes, get_context("spawn")) as pool:
                shares = [kills // lanes + (n < kills % lanes) for n in range(lanes)]
                jobs = [pool.submit(work, folder, n, origin, runs, share) for n, share in enumerate(shares) if share]
                for job in jobs:
                    found, aged = job.result()
                    counts += found
                    ages += aged
        finally:
            gateway.terminate()
    ages.sort()
    return {
        "lost": 0,
        "damaged lines": 0,
        "thought to be growing": 0,
        **counts,
        "oldest lost, ms (median)": round(ages[len(ages) // 2]) if ages else 0,
        "oldest lost, ms (95 of 100)": round(ages[len(ages) * 95 // 100]) if ages else 0,
        "oldest lost, ms (worst)": round(ages[-1]) if ages else 0,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
