"""What every measurement stands on: a gateway, fresh homes, saved conversations, and programs in terminals."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.driven import Driven, Gone
from tests.bench.library import Plan, make
from tests.bench.replies import BEGIN, END, Asked
from tui.store.conversations import ConversationStore

ROOT = Path(__file__).parent.parent.parent
ENTER, CTRL_END, CTRL_L, CTRL_O, PAGE_UP = "\r", "\x1b[1;5F", "\x0c", "\x0f", "\x1b[5~"
WHEEL_UP = "\x1b[<64;70;15M"
PROMPT, READY = "Message", "READY"
"""What chinwag and the floors show once the box to type in is there."""
SETTLED = 2.5
"""Seconds after which a start has done all that nobody waits for."""
FINISHED = 0.7
"""Seconds without output after which a reply is over."""
_LETTER = "Z"
"""No title begins with it."""
_LETTER_EVERY = 0.15

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one reply took. Moments are monotonic seconds."""

    sent: float
    requested: float
    first: float
    """When the gateway sent the first token."""
    last: float
    begun: float
    """When the first token was on the screen; 0 where nobody looked."""
    ended: float
    """When the last token was on the screen; 0 where it stayed below."""
    cpu: float
    written: int


class Lab:
    """Runs chinwag and the floors beside a gateway that notes what it does in `log`."""

    def __init__(self, command: str, origin: str, log: Path, folder: Path) -> None:
        self._command = command
        self._origin = origin
        self._log = log
        self._folder = folder
        self._numbers = itertools.count(1001)

    @contextlib.contextmanager
    def chinwag(self, data: Path | None = None, cache: Path | None = None) -> Iterator[Driven]:
        """The product, settled; on a copy of `data`, or on `data` itself where there is a `cache` that goes with it."""
        with self._home() as home:
            if data is not None and cache is None:
                shutil.copytree(data, home / "data")
            environ = {
                "CHINWAG_BASE_URL": f"{self._origin}/v1",
                "CHINWAG_API_KEY": "x",
                "CHINWAG_MODEL": "bench",
                "CHINWAG_DATA_DIR": str(data if cache is not None else home / "data"),
                "CHINWAG_CONFIG_DIR": str(home / "config"),
                "CHINWAG_CACHE_DIR": str(cache if cache is not None else home / "cache"),
            }
            with self._program([self._command], home, environ) as driven:
                yield driven

    @contextlib.contextmanager
    def floor(self, name: str) -> Iterator[Driven]:
        """One of the floors."""
        command = [sys.executable, "-m", f"tests.bench.floors.{name}", f"{self._origin}/v1"]
        with self._home() as home, self._program(command, home, {"PYTHONPATH": str(ROOT)}) as driven:
            yield driven

    @contextlib.contextmanager
    def _program(self, command: list[str], home: Path, environ: dict[str, str]) -> Iterator[Driven]:
        usual = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        with Driven(command, {**usual, **environ}) as driven:
            yield driven

    @contextlib.contextmanager
    def _home(self) -> Iterator[Path]:
        home = self._folder / f"home-{next(self._numbers)}"
        home.mkdir()
        yield home
        shutil.rmtree(home, ignore_errors=True)

    # Saved conversations

    def long_conversation(self, messages: int) -> Path:
        """A data folder with one conversation of so many messages."""
        folder = self._folder / f"long-{messages}"
        if not folder.exists():
            make(Plan(folder, conversations=0, long=messages, until=time.time()), processes=1)
        return folder

    def library(self, conversations: int) -> tuple[Path, Path]:
        """A data folder with so many conversations of four messages, and a cache folder with its finished index."""
        data, cache = self._folder / f"library-{conversations}", self._folder / f"index-{conversations}"
        if not data.exists():
            make(Plan(data, conversations=conversations, messages=4, long=0, until=time.time()))
            asyncio.run(_finish_index(data, cache))
        return data, cache

    # Starting and asking

    def ready(self, driven: Driven, prompt: str = PROMPT) -> Figures:
        """Type until a letter shows: CPU and wall seconds until then. The letters are taken back."""
        driven.wait(prompt)
        typed, before = 0, _letters(driven.screen.text)
        at: float | None = None
        while at is None:
            driven.key(_LETTER)
            typed += 1
            with contextlib.suppress(Gone):
                at = driven.wait(lambda screen: _letters(screen.text) > before, _LETTER_EVERY)
        found = {"cpu": driven.cpu, "wall": at - driven.began}
        time.sleep(0.2)
        for _ in range(typed):
            driven.key("\x7f")
            time.sleep(0.02)
        driven.wait(lambda screen: _letters(screen.text) <= before)
        return found

    def settled(self, driven: Driven, prompt: str = PROMPT) -> None:
        """Ready, and at rest."""
        self.ready(driven, prompt)
        time.sleep(SETTLED)

    def begin(self, driven: Driven, asked: Asked, *, follow: bool) -> tuple[Asked, float]:
        """Type and send a prompt. Returns it with the number it got, and when it was sent."""
        asked = replace(asked, number=str(next(self._numbers)))
        driven.key(asked.prompt)
        driven.wait(asked.prompt[-12:])
        driven.quiet(0.4, 1)
        sent = driven.key(ENTER)
        if follow:
            driven.key(CTRL_END)
        return asked, sent

    def ask(
        self, driven: Driven, asked: Asked, *, follow: bool = False, begins: bool = False, seconds: float = 90.0
    ) -> Reply:
        """Send a prompt and wait until the reply is over; follow it to its end, or leave the page where it is.

        With `begins`, the moment of the first token on the screen is looked for too.
        """
        driven.show()
        cpu, written = driven.cpu, driven.written
        asked, sent = self.begin(driven, asked, follow=follow)
        if follow:
            driven.until_written(END + asked.number, seconds)
        last = self.wait_for("last", sent, seconds)
        driven.quiet(FINISHED, 3)
        cpu, written = driven.cpu - cpu, driven.written - written
        marks = ([BEGIN + asked.number] if begins else []) + ([END + asked.number] if follow else [])
        shown = driven.first_times(*marks)
        return Reply(
            sent=sent,
            requested=self.wait_for("request", sent),
            first=self.wait_for("token", sent),
            last=last,
            begun=shown[0] if begins else 0.0,
            ended=shown[-1] if follow else 0.0,
            cpu=cpu,
            written=written,
        )

    def wait_for(self, what: str, since: float, seconds: float = 30.0, number: int | None = None) -> float:
        """When the gateway first noted this after `since`; of tokens, the one of that number. Gone if it never does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self._log.read_text().splitlines():
                note = json.loads(line)
                if note["what"] == what and note["at"] >= since and number in (None, note.get("number")):
                    return float(note["at"])
            time.sleep(0.1)
        raise Gone(f"the gateway never noted: {what}")

    def count(self, since: float) -> int:
        """Tokens of the reply that was sent after `since`."""
        notes = [json.loads(line) for line in self._log.read_text().splitlines()]
        return next(int(note["number"]) for note in notes if note["what"] == "last" and note["at"] >= since)


async def _finish_index(data: Path, cache: Path) -> None:
    store = ConversationStore(data, cache)
    await store.start()
    await store.complete()
    await store.close()


def _letters(text: str) -> int:
    return text.count(_LETTER)
