"""The app and the store with a library of the size of years of use: 10,000 conversations, one of 10,000 messages."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from tests.bench.library import LONG_PROMPT
from tests.bench.process import cpu_of, resident_mb
from tests.bench.replies import Asked
from tests.journeys.terminal import Terminal
from tui.store.conversations import ConversationStore

ROOT = Path(__file__).parent.parent.parent
SETTLED = 4.0
"""Seconds after which a start has done all that nobody waits for."""
QUIET = 0.4
"""Seconds without output after which a screen is whole."""

Series = dict[str, list[float]]


class SizeBench:
    """Measures on a library that it writes to."""

    def __init__(self, data: Path, folder: Path, origin: str, gateway_log: Path) -> None:
        self._data = data
        self._folder = folder
        self._origin = origin
        self._gateway_log = gateway_log
        self._usual = sorted(path.stem for path in data.glob("conversations/*.jsonl"))[1000]
        self._starts = 0
        self.figures: Series = {}

    def measure(self, times: int) -> Series:
        """Everything, `times` over where it is quick."""
        self._store()
        self._while_indexing()
        asyncio.run(self._finish_index())  # else what follows would be measured beside it
        for _ in range(times):
            self._start("an empty folder", self._folder / "empty")
            self._start("10,000 conversations", self._data)
            self._talk()
        ready = "start, {}: ready for keys, CPU s"
        for many, none in zip(
            self.figures[ready.format("10,000 conversations")],
            self.figures[ready.format("an empty folder")],
            strict=True,
        ):
            self._note("start, 10,000 / empty: ready for keys, CPU", many / none)
        return self.figures

    def _store(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.store_at_size", str(self._data)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        self.figures.update(json.loads(done.stdout))

    async def _finish_index(self) -> None:
        store = ConversationStore(self._data, self._folder / "cache")
        await store.start()
        await store.complete()
        await store.close()

    def _program(self, data: Path, cache: str, *arguments: str) -> Terminal:
        """The app with a heartbeat, in a terminal of 120x40."""
        self._starts += 1
        self._log = self._folder / f"beats-{self._starts}"
        self._log.touch()
        environ = {
            "HOME": str(self._folder / "home"),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "CHINWAG_BASE_URL": f"{self._origin}/v1",
            "CHINWAG_MODEL": "bench",
            "CHINWAG_DATA_DIR": str(data),
            "CHINWAG_CONFIG_DIR": str(self._folder / "config"),
            "CHINWAG_CACHE_DIR": str(self._folder / cache),
        }
        return Terminal([sys.executable, "-m", "tests.bench.watched", str(self._log), *arguments], environ)

    def _start(self, name: str, data: Path) -> None:
        with self._program(data, "cache") as terminal:
            terminal.wait_for("Message")
            terminal.type("q")
            terminal.wait_for(partial(_prompt_is, "q"))
            self._note(f"start, {name}: ready for keys, CPU s", cpu_of(terminal.pid))
            terminal.watch(SETTLED)
            self._note(f"start, {name}: after {SETTLED:g} s, CPU s", cpu_of(terminal.pid))
            self._note(f"start, {name}: resident, MB", resident_mb(terminal.pid))

    def _while_indexing(self) -> None:
        """Keys and late beats of a first start, which reads all files."""
        with self._program(self._data, "cache") as terminal:
            terminal.wait_for("Message")
            begun = time.monotonic()
            typed = ""
            for letter in "abcdefghijklmnopqrst":
                typed += letter
                pressed = time.monotonic()
                terminal.type(letter)
                terminal.wait_for(partial(_prompt_is, typed))
                self._note("first start, while files are read: echo, ms", (time.monotonic() - pressed) * 1000)
                terminal.watch(0.4)
            self._note("first start, while files are read: loop late ms", self._late_since(begun))

    def _talk(self) -> None:
        """Open, ask and leave: a usual conversation, then the long one."""
        with self._program(self._data, "cache", "--conversation", self._usual) as terminal:
            terminal.wait_for(" messages")
            terminal.watch(SETTLED)
            self._ask(terminal, "usual")
            self._search(terminal)
            self._open_long(terminal)
            self._ask(terminal, "long")
            terminal.press("ctrl+n")
            left = time.monotonic()
            terminal.watch(1.5)
            self._note("leave, long: loop late ms", self._late_since(left))

    def _search(self, terminal: Terminal) -> None:
        """Type a word letter by letter into the list of conversations."""
        begun = time.monotonic()
        terminal.press("ctrl+o")
        terminal.watch(1.5)
        self._note("browse: opened, loop late ms", self._late_since(begun))
        begun = time.monotonic()
        for letter in "quagga":
            terminal.type(letter)
            terminal.watch(0.15)
        terminal.wait_for("quagga sleeps standing")
        self._note("browse: the last letter of a search to the screen, ms", (time.monotonic() - begun - 0.9) * 1000)
        terminal.watch(1.0)
        self._note("browse: a search, loop late ms", self._late_since(begun))
        terminal.press("escape")
        terminal.watch(0.5)
        terminal.press("escape")
        terminal.watch(1.0)

    def _open_long(self, terminal: Terminal) -> None:
        terminal.press("ctrl+o")
        terminal.watch(1.0)
        terminal.type(LONG_PROMPT)
        terminal.watch(1.5)
        output: list[float] = []
        terminal.on_read = lambda: output.append(time.monotonic())
        begun = time.monotonic()
        terminal.press("enter")
        terminal.wait_for(_shows_long)
        self._note("open, long: key to first screen, ms", (time.monotonic() - begun) * 1000)
        terminal.watch(4.0)
        whole = next((a for a, b in zip(output, [*output[1:], begun + 99], strict=True) if b - a > QUIET), begun)
        self._note("open, long: key to a screen at rest, ms", (whole - begun) * 1000)
        self._note("open, long: loop late ms", self._late_since(begun))
        self._note("open, long: resident, MB", resident_mb(terminal.pid))
        terminal.on_read = None

    def _ask(self, terminal: Terminal, name: str) -> None:
        """A reply of 400 tokens in two seconds, with its saves."""
        begun, cpu = time.monotonic(), cpu_of(terminal.pid)
        terminal.type(Asked(400, "parts", 200).prompt)
        terminal.press("enter")
        while self._ended() < begun:
            terminal.watch(0.1)
        terminal.watch(1.0)
        self._note(f"ask, {name}: CPU s for 400 tokens", cpu_of(terminal.pid) - cpu)
        self._note(f"ask, {name}: loop late ms", self._late_since(begun))

    def _ended(self) -> float:
        """When the gateway last came to the end of a reply."""
        notes = [json.loads(line) for line in self._gateway_log.read_text().splitlines()]
        return max((float(note["at"]) for note in notes if note["what"] == "last"), default=0.0)

    def _late_since(self, begun: float) -> float:
        beats = [[float(word) for word in line.split()] for line in self._log.read_text().splitlines()]
        return max((late for at, late in beats if at >= begun), default=0.0)

    def _note(self, name: str, value: float) -> None:
        self.figures.setdefault(name, []).append(value)


def _prompt_is(text: str, screen: str) -> bool:
    return any(row[34:].strip("│ ") == text for row in screen.splitlines())


def _shows_long(screen: str) -> bool:
    rows = [row[36:].strip() for row in screen.splitlines()]
    return any(LONG_PROMPT[:20] in row for row in rows[:3]) and sum(map(bool, rows[3:30])) > 10
