"""The rows of a whole message: header, reasoning, text, note."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.segment import Segment

from tui.domain.chat import ChatMessage, Role
from tui.domain.safe_text import one_line
from tui.domain.words import _, plural
from tui.widgets.transcript.cleaning import drawable
from tui.widgets.transcript.live import LiveReply
from tui.widgets.transcript.markdown import markdown_blocks, plain_blocks
from tui.widgets.transcript.note import Note
from tui.widgets.transcript.painter import Painter, Widths
from tui.widgets.transcript.palette import Palette
from tui.widgets.transcript.rows import EMPTY, Row, plain_span, text_rows
from tui.widgets.transcript.wrapping import cells, shorten

_NARROW = 60


class MessageRows:
    """Draws messages at one width, in the colours of one theme."""

    def __init__(self, palette: Palette, width: int) -> None:
        self.width = width
        self.margin = 2 if width < _NARROW else 3
        """Cells left of the text: the bar, then blanks."""
        self._palette = palette
        self._widths = Widths.of(width - self.margin - 1)
        self._painters = {name: Painter(palette, self._widths, name) for name in ("reply", "user")}

    def surface(self, message: ChatMessage) -> str:
        """What the message stands on."""
        return "user" if message.role is Role.USER else "reply"

    def painter(self, message: ChatMessage) -> Painter:
        """Draws blocks as they look in this message."""
        return self._painters[self.surface(message)]

    def whole(self, message: ChatMessage, note: Note | None, *, detailed: bool) -> list[Row]:
        """All rows of a message that is not being written. `detailed` shows tokens and speed."""
        source = drawable(message.content)
        blocks = markdown_blocks(source) if message.is_reply else plain_blocks(source)
        return [
            self.header(message, detailed=detailed),
            *self.reasoning(len(message.reasoning.split())),
            *self.painter(message).rows(blocks),
            *self.note(message, note),
            EMPTY,
        ]

    def header(self, message: ChatMessage, *, detailed: bool) -> Row:
        """Who, when, and how much."""
        name, style = _NAMES.get(message.role, ("", "reply-name"))
        facts = [_clock(message.created)]
        if message.is_reply:
            name = one_line(message.model)
            facts += _figures(message) if detailed else []
        return self._line(self.surface(message), [(name or _("Reply"), style), ("  " + " · ".join(facts), "meta")])

    def reasoning(self, words: int) -> list[Row]:
        """One folded line that stands for what the model thought, in so many words."""
        if not words:
            return []
        sentence = plural("thought, {n} word", "thought, {n} words", words)
        return [self._line("reply", [("▸ " + sentence, "meta")])]

    def note(self, message: ChatMessage, note: Note | None) -> list[Row]:
        """The sentence under a message, its keys beside it or below."""
        if note is None:
            return []
        surface = self.surface(message)
        sentence = plain_span(one_line(note.sentence, 500), f"note-{note.severity}")
        rows = text_rows(sentence, (), (), self._widths.prose, self._palette, surface)
        if keys := one_line(note.keys):
            last = rows[-1]
            used = cells(last.text)
            if used + 3 + cells(keys) <= self._widths.prose:
                last.segments.append(Segment("   " + keys, self._palette.style(surface, "meta")))
            else:
                rows += text_rows(plain_span(keys, "meta"), (), (), self._widths.prose, self._palette, surface)
        return [EMPTY, *rows] if message.content.strip() else rows

    def status(self, live: LiveReply) -> Row:
        """The last line of a reply that is being written."""
        return self._line("reply", [(live.spinner, "spinner"), (" ", "meta"), *live.status()])

    def _line(self, surface: str, parts: Sequence[tuple[str, str]]) -> Row:
        room = self._widths.prose
        found = []
        for text, style in parts:
            shown = shorten(text, room)
            found.append(Segment(shown, self._palette.style(surface, style)))
            room -= cells(shown)
        return Row(found)


def estimate(message: ChatMessage, width: int) -> int:
    """Rows that a message will need, roughly: it costs next to nothing."""
    return 3 + message.content.count("\n") + len(message.content) // max(20, width - 4)


def _clock(seconds: float) -> str:
    try:
        return time.strftime("%H:%M", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):  # a time of a damaged file, beyond what the platform knows
        return "--:--"


def _figures(message: ChatMessage) -> list[str]:
    facts = []
    if message.usage is not None and message.usage.completion_tokens:
        facts.append(plural("{n} token", "{n} tokens", message.usage.completion_tokens))
    if message.seconds is not None:
        facts.append(_("{seconds} s").format(seconds=f"{message.seconds:.1f}"))
    if (rate := message.tokens_per_second) is not None:
        facts.append(_("{rate}/s").format(rate=round(rate)))
    return facts


_NAMES = {
    Role.USER: (_("You"), "user-name"),
    Role.SYSTEM: (_("System"), "system-name"),
    Role.ASSISTANT: ("", "reply-name"),
}
