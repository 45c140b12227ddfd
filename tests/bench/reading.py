"""Measurements of starting, resting, opening and moving about."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from tests.bench.driven import COLUMNS, ROWS, Driven
from tests.bench.lab import CTRL_L, CTRL_O, ENTER, PAGE_UP, READY, WHEEL_UP, Figures, Lab
from tests.bench.library import LONG_END, LONG_PROMPT
from tests.bench.process import busy_of

RESTS_AFTER = 12.0
"""Seconds without a key after which nothing may be written any more."""
FILTERED_THEME = "paper"
_AT_REST = 0.25
"""Seconds without output after which a screen is whole."""


class Reading:
    """Everything but replies. `rest` is for how many seconds an idle program is watched."""

    def __init__(
        self, lab: Lab, conversations: int = 10_000, messages: int = 10_000, rest: float = 10.0, steps: int = 40
    ) -> None:
        self._lab = lab
        self._conversations = conversations
        self._messages = messages
        self._rest = rest
        self._steps = steps
        self._walked = False

    def start(self) -> Figures:
        """From nothing to a key on the screen, then at rest; so bare."""
        found: Figures = {}
        with self._lab.floor("bare") as driven:
            ready = self._lab.ready(driven, READY)
            driven.quiet(1.5, 4)
            found["start, bare: CPU, s"] = ready["cpu"]
            found["start, bare: resident, MB"] = driven.resident
        with self._lab.chinwag() as driven:
            ready = self._lab.ready(driven)
            found["start, chinwag: CPU, s"] = ready["cpu"]
            found["start, chinwag: wall, s"] = ready["wall"]
            time.sleep(RESTS_AFTER if self._rest > 1 else self._rest)
            busy, written = busy_of(driven.pid), driven.written
            time.sleep(self._rest)
            found["idle: % of a core"] = (busy_of(driven.pid) - busy) / self._rest * 100
            found["idle: bytes a second"] = (driven.written - written) / self._rest
            found["start, chinwag: resident, MB"] = driven.resident
        return found

    def many(self) -> Figures:
        """With many saved conversations, and with none."""
        data, cache = self._lab.library(self._conversations)
        with self._lab.chinwag() as driven:
            empty = self._lab.ready(driven)["cpu"]
        with self._lab.chinwag(data, cache) as driven:
            full = self._lab.ready(driven)["cpu"]
        return {"start, none saved: CPU, s": empty, "start, many saved: CPU, s": full}

    def open_short(self) -> Figures:
        """Conversations of 20, 200 and 1,000 messages."""
        found: Figures = {}
        for messages in (20, 200, 1000):
            with self._opened(messages) as (driven, seconds):
                found[f"open {messages}: s"] = seconds
                found[f"open {messages}: resident, MB"] = driven.resident
        return found

    def open_long(self) -> Figures:
        """A very long conversation: opening, scrolling, and once all the way to its beginning."""
        with self._opened(self._messages) as (driven, seconds):
            found = {"open, long: s": seconds, "open, long: resident, MB": driven.resident}
            for name, key in (("three lines", WHEEL_UP), ("a new page", PAGE_UP)):
                painted, whole = self._press(driven, key)
                found[f"{name}: CPU to the paint, ms"] = painted
                found[f"{name}: CPU in all, ms"] = whole
            if not self._walked:
                self._walked = True
                self._walk_back(driven)
                found["open, long: resident after a walk through all, MB"] = driven.resident
            return found

    def restyle(self) -> Figures:
        """Another width, another theme, with a very long conversation."""
        with self._opened(self._messages) as (driven, _seconds):
            busy = busy_of(driven.pid)
            for columns in (COLUMNS - 10, COLUMNS):
                driven.resize(columns, ROWS)
                driven.quiet(_AT_REST, 3)
            resize = (busy_of(driven.pid) - busy) / 2
            driven.key("/theme")
            driven.quiet(_AT_REST, 3)
            driven.key(ENTER)
            driven.quiet(_AT_REST, 3)
            driven.key(FILTERED_THEME)
            driven.show()
            driven.quiet(1.0, 3)
            busy = busy_of(driven.pid)
            driven.key(ENTER)
            driven.quiet(_AT_REST, 3)
            return {"resize: CPU, ms": resize * 1000, "theme: CPU, ms": (busy_of(driven.pid) - busy) * 1000}

    def models(self) -> Figures:
        """The picker with the gateway's thousand models."""
        with self._lab.chinwag() as driven:
            self._lab.settled(driven)
            pressed = driven.key(CTRL_L)
            return {"model picker: s": driven.wait("model-0003") - pressed}

    @contextlib.contextmanager
    def _opened(self, messages: int) -> Iterator[tuple[Driven, float]]:
        with self._lab.chinwag(self._lab.long_conversation(messages)) as driven:
            self._lab.settled(driven)
            driven.key(CTRL_O)
            driven.quiet(1.0, 5)
            driven.show()
            pressed = driven.key(ENTER)
            # The list's preview shows the end as well: only beside the sidebar it is the conversation.
            shown = driven.wait(lambda screen: LONG_END in screen.text and "Message" in screen.text)
            driven.quiet(1.0, 4)
            yield driven, shown - pressed

    def _press(self, driven: Driven, key: str) -> tuple[float, float]:
        """Milliseconds of CPU for a key: until all is painted, and with what is done after that. The mean of many."""
        painted = 0.0
        begun = busy_of(driven.pid)
        for _ in range(self._steps):
            busy, pressed = busy_of(driven.pid), driven.key(key)
            while driven.last_read < pressed and time.monotonic() < pressed + 1:
                time.sleep(0.001)
            driven.quiet(0.02, 1)
            painted += busy_of(driven.pid) - busy
            driven.quiet(0.15, 1)
        return painted * 1000 / self._steps, (busy_of(driven.pid) - begun) * 1000 / self._steps

    def _walk_back(self, driven: Driven) -> None:
        while LONG_PROMPT not in "\n".join(row[34:] for row in driven.screen.text.splitlines()[1:]):
            for _ in range(20):
                pressed = driven.key(PAGE_UP)
                while driven.last_read < pressed and time.monotonic() < pressed + 0.2:
                    time.sleep(0.002)
            driven.show()
