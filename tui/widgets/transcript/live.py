"""The reply that is being written: its document, its rows, and how fast it comes."""

from __future__ import annotations

from collections.abc import Callable

from tui.domain.chat import ChatMessage
from tui.domain.words import _, plural
from tui.widgets.transcript.code import code_lines
from tui.widgets.transcript.document import LiveDocument
from tui.widgets.transcript.markdown import Block, Code
from tui.widgets.transcript.painter import Painter
from tui.widgets.transcript.rows import Row

_SPINNER = "⣾⣽⣻⢿⡿⣟⣯⣷"
_CHARACTERS_A_TOKEN = 4
_STATUS_PERIOD = 0.25
"""Seconds between two changes of the numbers."""


class LiveRows:
    """The rows of a growing document. Only those from the first changed block on are made again."""

    def __init__(self, painter: Painter) -> None:
        self.rows: list[Row] = []
        self._painter = painter
        self._starts: list[int] = []
        self._fence = _FenceRows(painter)

    def update(self, blocks: list[Block], kept: int) -> None:
        """Draw what changed: all but the first `kept` blocks. Rows that look the same stay the same objects."""
        kept = min(kept, len(self._starts))
        first = self._starts[kept] if kept < len(self._starts) else len(self.rows)
        old = self.rows[first:]
        new: list[Row] = []
        del self._starts[kept:]
        for number, block in enumerate(blocks[kept:], kept):
            self._starts.append(first + len(new))
            new += self._painter.gap(blocks[number - 1] if number else None, block)
            new += (
                self._fence.rows(block) if isinstance(block, Code) and block.open else self._painter.block_rows(block)
            )
        same = 0
        for before, after in zip(old, new, strict=False):
            if before != after:
                break
            same += 1
        self.rows[first + same :] = new[same:]


class _FenceRows:
    """An open fence: each complete line is coloured once, by itself, and the one being written stays plain.

    A string or comment over several lines gets its colour when the fence closes and is drawn as a whole.
    """

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._block: Code | None = None
        self._done = ""
        self._rows: list[Row] = []

    def rows(self, block: Code) -> list[Row]:
        same = self._block is not None and (self._block.rest, self._block.language) == (block.rest, block.language)
        if not same or not block.code.startswith(self._done):
            self._done, self._rows = "", []
        self._block = block
        cut = block.code.rfind("\n") + 1
        if cut > len(self._done):
            lines = code_lines(block.code[len(self._done) : cut - 1], block.language)
            self._rows += self._painter.code_body(block, lines)
            self._done = block.code[:cut]
        last = self._painter.code_body(block, code_lines(block.code[cut:], ""))
        return [*self._painter.code_head(block), *self._rows, *last]


class LiveReply:
    """One reply while it is written. `now` is a monotonic clock in seconds."""

    def __init__(self, message: ChatMessage, painter: Painter, now: Callable[[], float], stop_key: str) -> None:
        self.message = message
        self.document = LiveDocument()
        self.rows = LiveRows(painter)
        self._now = now
        self._stop_key = stop_key
        self._began = now()
        self._first_token: float | None = None
        self._characters = 0
        self._chunks = 0
        self.reasoning_words = 0
        self._in_word = False
        self._frame = 0
        self._status: list[tuple[str, str]] = []
        self._status_due = self._began

    def append(self, text: str, chunks: int) -> None:
        """Add raw text that came as so many deltas."""
        self._arrived(text, chunks)
        self.document.append(text)
        self.rows.update(self.document.blocks, self.document.kept)

    def think(self, text: str, chunks: int) -> None:
        """Add reasoning: only its words are counted."""
        self._arrived(text, chunks)
        words = len(text.split())
        if words and self._in_word and not text[0].isspace():
            words -= 1  # it goes on with the word that the delta before had begun
        self.reasoning_words += words
        self._in_word = bool(text) and not text[-1].isspace()

    def repaint(self, painter: Painter) -> None:
        """Draw everything again: the width or the colours have changed."""
        self.rows = LiveRows(painter)
        self.rows.update(self.document.blocks, 0)

    @property
    def spinner(self) -> str:
        """The present picture of the spinner."""
        return _SPINNER[self._frame]

    def turn_spinner(self) -> None:
        """On to the next picture."""
        self._frame = (self._frame + 1) % len(_SPINNER)

    def status(self) -> list[tuple[str, str]]:
        """Text and style of the last line, right of the spinner; changes four times a second at most."""
        now = self._now()
        if now >= self._status_due or not self._status:
            self._status_due = now + _STATUS_PERIOD
            self._status = self._describe(now)
        return self._status

    @property
    def tokens(self) -> int:
        """As the gateway counts them, else as the deltas and their length suggest."""
        if self.message.usage is not None and self.message.usage.completion_tokens:
            return self.message.usage.completion_tokens
        return max(self._chunks, self._characters // _CHARACTERS_A_TOKEN)

    def _arrived(self, text: str, chunks: int) -> None:
        if self._first_token is None and text:
            self._first_token = self._now()
            self._status_due = self._first_token
        self._characters += len(text)
        self._chunks += chunks

    def _describe(self, now: float) -> list[tuple[str, str]]:
        keys = [(" · ", "meta"), (self._stop_key, "key"), (" " + _("stop"), "meta")]
        if self._first_token is None:
            waited = _("waiting {seconds} s").format(seconds=f"{now - self._began:.1f}")
            return [(waited, "meta"), *keys]
        tokens = self.tokens
        parts = [plural("{n} token", "{n} tokens", tokens)]
        if (lasted := now - self._first_token) >= _STATUS_PERIOD:
            parts.insert(0, _("{rate} tokens/s").format(rate=round(tokens / lasted)))
        return [(" · ".join(parts), "meta"), *keys]
