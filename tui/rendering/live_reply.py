"""The live reply: its document, its rows, and its speed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from tui.domain.chat import ChatMessage
from tui.domain.i18n import _, plural
from tui.markdown.blocks import Block, Code
from tui.markdown.streaming import LiveDocument
from tui.rendering.code import code_lines, shown_language
from tui.rendering.painter import Painter
from tui.rendering.reasoning import LiveReasoning, ReasoningRows, thinking_line, thought_line
from tui.rendering.rows import Row, numbered

_SPINNER = "⣾⣽⣻⢿⡿⣟⣯⣷"
_CHARACTERS_A_TOKEN = 4
_NUMBERS_PERIOD = 0.25
"""Seconds between two updates of the numbers."""
_LONG_FENCE = 10_000
"""Characters of a fence that takes longer to colour than a frame lasts."""
_WORKING_FOR = 10.0
"""Seconds for which a sign of life from the gateway is shown."""


class Pause(NamedTuple):
    """The next attempt waits until a time of the reply's clock. `why` is a sentence."""

    until: float
    why: str


class LiveRows:
    """The rows of a growing document. Only the rows from the first changed block on are drawn again."""

    def __init__(self, painter: Painter) -> None:
        self.rows: list[Row] = []
        self._changed = 0
        self._painter = painter
        self._starts: list[int] = []
        self._fence: _GrowingFence | None = None

    def update(self, blocks: list[Block], kept: int) -> None:
        """Draw all but the first `kept` blocks again. Rows that look the same stay the same objects."""
        kept = min(kept, len(self._starts))
        last = blocks[-1] if kept == len(blocks) - 1 else None
        if self._fence is not None and isinstance(last, Code) and self._fence.takes(last, kept):
            self._replace(*self._fence.grow(last))
            return
        first = self._starts[kept] if kept < len(self._starts) else len(self.rows)
        new: list[Row] = []
        del self._starts[kept:]
        if kept < len(blocks):
            self._fence = None
        for number, block in enumerate(blocks[kept:], kept):
            self._starts.append(first + len(new))
            new += self._painter.gap(blocks[number - 1] if number else None, block)
            if isinstance(block, Code) and block.open:
                self._fence = _GrowingFence(self._painter, number, first + len(new))
                new += self._fence.grow(block)[1]
            else:
                new += numbered(self._painter.block_rows(block), number)
        self._replace(first, new)

    def _replace(self, first: int, new: list[Row]) -> None:
        """Replace the rows from `first` on."""
        same = 0
        for row in new:
            if first >= len(self.rows) or self.rows[first] != row:
                break
            first, same = first + 1, same + 1
        self.rows[first:] = new[same:]
        self._changed = min(self._changed, first)

    def take_changed(self) -> int:
        """Return the first row drawn since the last call; the rows above it are the same objects."""
        first, self._changed = self._changed, len(self.rows)
        return first


class _GrowingFence:
    """An open fence, drawn from row `start` on: each complete line is coloured once, on its own; the last stays plain.

    A string or comment over several lines gets its colour when the fence closes and is drawn as a whole. A long fence
    is not drawn again: that would delay the text after it.
    """

    def __init__(self, painter: Painter, number: int, start: int) -> None:
        self._painter = painter
        self._number = number
        self._next = start
        self._block: Code | None = None
        self._done = ""

    def takes(self, block: Code, number: int) -> bool:
        """Return whether a block is this fence with more lines, or with its end."""
        before = self._block
        return (
            before is not None
            and number == self._number
            and (block.open or len(block.code) > _LONG_FENCE)
            and (block.first, block.rest, block.language) == (before.first, before.rest, before.language)
            and (not block.open or shown_language(block) == shown_language(before))
            and block.code.startswith(self._done)
        )

    def grow(self, block: Code) -> tuple[int, list[Row]]:
        """Return the first new row, and the rows from there on."""
        at, found = self._next, [] if self._block is not None else self._painter.code_head(block)
        self._block = block
        cut = block.code.rfind("\n") + 1
        if cut > len(self._done):
            found += self._lines(block, block.code[len(self._done) : cut - 1], shown_language(block))
            self._done = block.code[:cut]
        self._next = at + len(found)
        found += self._lines(block, block.code[cut:], "" if block.open else shown_language(block))
        if not block.open:
            found += self._painter.code_end(block)
        return at, numbered(found, self._number)

    def _lines(self, block: Code, code: str, language: str) -> list[Row]:
        return self._painter.code_body(block, code_lines(code, language))


class LiveReply:
    """One reply while it arrives. `now` is a monotonic clock in seconds."""

    def __init__(
        self, message: ChatMessage, painter: Painter, reasoning: ReasoningRows, now: Callable[[], float], stop_key: str
    ) -> None:
        self.message = message
        self.document = LiveDocument()
        self.rows = LiveRows(painter)
        self.reasoning = LiveReasoning(reasoning)
        self._now = now
        self._stop_key = stop_key
        self._began = now()
        self._first_token: float | None = None
        self._pause: Pause | None = None
        self._working_until = self._began
        self._characters = 0
        self._chunks = 0
        self._frame = 0
        self._status: list[tuple[str, str]] = []
        self._reasoning_line = ""
        self._due = self._began

    def append(self, text: str, chunks: int) -> None:
        """Add raw text of so many deltas."""
        self._count_delta(text, chunks)
        if self.reasoning.words and not self.reasoning.is_over and text.strip():
            self.reasoning.answered(self._now())
            self._due = self._now()
        self.document.append(text)
        self.rows.update(self.document.blocks, self.document.kept)

    def think(self, text: str, chunks: int, ago: float = 0.0) -> None:
        """Add raw reasoning that began to arrive `ago` seconds before now."""
        self._count_delta(text, chunks)
        begins = not self.reasoning.words
        self.reasoning.add(text, self._now() - ago)
        if begins:
            self._due = self._now()

    def pause(self, pause: Pause | None) -> None:
        """Start or end a pause before the next attempt."""
        self._pause = pause
        self._due = self._now()

    def is_alive(self) -> None:
        """Take note that the gateway reported that it is working."""
        self._working_until = self._now() + _WORKING_FOR
        self._due = min(self._due, self._now())

    def finish(self) -> None:
        """End the reply: text that was held back is drawn."""
        self.document.finish()
        self.rows.update(self.document.blocks, self.document.kept)

    def repaint(self, painter: Painter, reasoning: ReasoningRows) -> None:
        """Draw everything again: the width or the colours have changed."""
        self.rows = LiveRows(painter)
        self.rows.update(self.document.blocks, 0)
        self.reasoning.repaint(reasoning)

    @property
    def spinner(self) -> str:
        """The current frame of the spinner."""
        return _SPINNER[self._frame]

    def advance_spinner(self) -> None:
        """Go to the next frame of the spinner."""
        self._frame = (self._frame + 1) % len(_SPINNER)

    def reasoning_line(self) -> str:
        """Return the line for the reasoning, empty without any; it changes at most four times a second."""
        self._tick()
        return self._reasoning_line

    def status(self) -> list[tuple[str, str]]:
        """Return text and style of the status, right of the spinner; it changes at most four times a second."""
        self._tick()
        return self._status

    @property
    def pause_reason(self) -> str:
        """The reason for the current pause, empty without one."""
        return self._pause.why if self._pause is not None and self._now() < self._pause.until else ""

    @property
    def tokens(self) -> int:
        """Tokens as the gateway counts them, else estimated from the deltas and their length."""
        if self.message.usage is not None and self.message.usage.completion_tokens:
            return self.message.usage.completion_tokens
        return max(self._chunks, self._characters // _CHARACTERS_A_TOKEN)

    def _count_delta(self, text: str, chunks: int) -> None:
        if self._first_token is None and text:
            self._first_token = self._now()
            self._due = self._first_token
        if text and chunks:
            self._pause = None
        self._characters += len(text)
        self._chunks += chunks

    def _tick(self) -> None:
        now = self._now()
        if now >= self._due or not self._status:
            self._due = now + _NUMBERS_PERIOD
            self._status = self._describe(now)
            self._reasoning_line = self._describe_reasoning(now)

    def _describe(self, now: float) -> list[tuple[str, str]]:
        keys = [(" · ", "meta"), (self._stop_key, "key"), (" " + _("stop"), "meta")]
        return [(self._state(now), "meta"), *keys]

    def _state(self, now: float) -> str:
        if self._pause is not None and now < self._pause.until:
            return _("Trying again in {seconds} s").format(seconds=math.ceil(self._pause.until - now))
        if self._first_token is None:
            if now < self._working_until:
                return _("the server is still working")
            return _("waiting {seconds} s").format(seconds=f"{now - self._began:.1f}")
        parts = [plural("{n} token", "{n} tokens", self.tokens)]
        if (lasted := now - self._first_token) >= _NUMBERS_PERIOD:
            parts.insert(0, _("{rate} tokens/s").format(rate=round(self.tokens / lasted)))
        return " · ".join(parts)

    def _describe_reasoning(self, now: float) -> str:
        reasoning = self.reasoning
        seconds = reasoning.seconds(now)
        if not reasoning.words or seconds is None:
            return ""
        if not reasoning.is_over:
            return thinking_line(seconds, reasoning.words)
        return thought_line(self.message.reasoned, reasoning.words)
