"""Measurements of replies that arrive."""

from __future__ import annotations

import statistics
import time

from tests.bench.driven import Driven
from tests.bench.lab import CTRL_O, ENTER, READY, Figures, Lab
from tests.bench.library import LONG_END
from tests.bench.replies import END, Asked

WARM_UP = Asked(10, "parts", 50)
SHORT = Asked(40, "parts", 50)
LETTERS = "qxzjvkwy" * 10
KEY_EVERY = 0.23
MANY = 10_000
"""Messages of a long conversation."""


class Streaming:
    """Everything from the send key to the last token. `count` is the length of a long reply, in tokens."""

    def __init__(self, lab: Lab, count: int = 4000, late: int = 20_000, keys: int = 76, lines: int = 3000) -> None:
        self._lab = lab
        self._count = count
        self._late = late
        self._letters = LETTERS[:keys]
        self._lines = lines

    def send(self) -> Figures:
        """The first reply ever, then three."""
        with self._lab.chinwag() as driven:
            self._lab.settled(driven)
            first = self._lab.ask(driven, SHORT, begins=True)
            warm = [self._lab.ask(driven, SHORT, begins=True) for _ in range(3)]
        return {
            "first send, ms": (first.requested - first.sent) * 1000,
            "later send, ms": statistics.median((one.requested - one.sent) * 1000 for one in warm),
            "first token of all, ms": (first.begun - first.first) * 1000,
            "first token, ms": statistics.median((one.begun - one.first) * 1000 for one in warm),
        }

    def full_speed(self) -> Figures:
        """A long reply as fast as the socket takes it, and so by raw and lines."""
        found: Figures = {}
        for name in ("chinwag", "raw", "lines"):
            with self._lab.chinwag() if name == "chinwag" else self._lab.floor(name) as driven:
                self._warm(driven, name)
                reply = self._lab.ask(driven, Asked(self._count, "parts", 0), follow=True)
                found[f"full speed, {name}: wall, s"] = reply.ended - reply.first
                found[f"full speed, {name}: CPU per 1,000, s"] = reply.cpu * 1000 / self._count
        return found

    def held(self) -> Figures:
        """200 tokens a second; the page stands still when it is full."""
        with self._lab.chinwag() as driven:
            self._warm(driven)
            reply = self._lab.ask(driven, Asked(self._count, "parts", 200))
        return {
            "200/s held: CPU per 1,000, s": reply.cpu * 1000 / self._count,
            "200/s held: KB per 1,000": reply.written / self._count,
        }

    def followed(self) -> Figures:
        """200 tokens a second, followed to the end; so by lines."""
        found: Figures = {}
        for name in ("chinwag", "lines"):
            with self._lab.chinwag() if name == "chinwag" else self._lab.floor(name) as driven:
                self._warm(driven, name)
                reply = self._lab.ask(driven, Asked(self._count, "parts", 200), follow=True)
                found[f"200/s followed, {name}: CPU per 1,000, s"] = reply.cpu * 1000 / self._count
                found[f"200/s followed, {name}: KB per 1,000"] = reply.written / self._count
                found[f"200/s followed, {name}: lag at the end, ms"] = (reply.ended - reply.last) * 1000
        return found

    def echo(self) -> Figures:
        """Keys while a reply arrives at 200 tokens a second."""
        with self._lab.chinwag() as driven:
            self._warm(driven)
            return self._echo(driven, "echo", Asked(self._reply_for_keys, "parts", 200))

    def echo_late(self) -> Figures:
        """Keys at the end of a very long reply."""
        with self._lab.chinwag() as driven:
            self._warm(driven)
            asked = Asked(self._late + self._reply_for_keys, "parts", 200, ahead=self._late)
            return self._echo(driven, "echo, late", asked)

    def echo_behind(self) -> Figures:
        """Keys in a long conversation."""
        with self._lab.chinwag(self._lab.long_conversation(MANY)) as driven:
            self._lab.settled(driven)
            driven.key(CTRL_O)
            driven.quiet(0.4, 5)
            driven.key(ENTER)
            driven.wait(LONG_END)
            driven.quiet(1, 4)
            return self._echo(driven, "echo, behind", Asked(self._reply_for_keys, "parts", 200))

    def one_list(self) -> Figures:
        """A reply that is one list."""
        return self._growth("list", Asked(self._lines // 10, "list", 400))

    def one_fence(self) -> Figures:
        """A reply that is one block of code."""
        return self._growth("fence", Asked(self._lines, "fence", 1000))

    @property
    def _reply_for_keys(self) -> int:
        return int((len(self._letters) * KEY_EVERY + 2.5) * 200)

    def _warm(self, driven: Driven, name: str = "chinwag") -> None:
        self._lab.settled(driven, *([] if name == "chinwag" else [READY]))
        self._lab.ask(driven, WARM_UP, follow=True)

    def _growth(self, name: str, asked: Asked) -> Figures:
        lab = self._lab
        with lab.chinwag() as driven:
            self._warm(driven)
            with driven.sampled() as cpu:
                begun = lab.ask(driven, asked, follow=True).sent
            count = lab.count(begun)
            start, first = lab.wait_for("token", begun, number=0), lab.wait_for("token", begun, number=1000)
            later, end = lab.wait_for("token", begun, number=count - 1000), lab.wait_for("last", begun)
        return {
            f"one {name}: CPU of the first 1,000, s": cpu.between(start, first),
            f"one {name}: CPU of the last 1,000, s": cpu.between(later, end),
        }

    def _echo(self, driven: Driven, name: str, asked: Asked) -> Figures:
        asked, sent = self._lab.begin(driven, asked, follow=True)
        self._lab.wait_for("token", sent, 60, number=asked.ahead)
        time.sleep(1.0)
        driven.show()
        pressed = []
        for letter in self._letters:
            pressed.append(driven.key(letter))
            time.sleep(KEY_EVERY)
        driven.until_written(END + asked.number, 60)
        driven.quiet(0.5, 3)
        beginnings = [self._letters[:count] for count in range(2, len(self._letters) + 1)]  # one letter is in any text
        shown = driven.first_times(*beginnings)
        late = sorted((at - key) * 1000 for at, key in zip(shown, pressed[1:], strict=True))
        return {
            f"{name}: median, ms": statistics.median(late),
            f"{name}: p95, ms": late[int(len(late) * 0.95)],
            f"{name}: max, ms": late[-1],
        }
