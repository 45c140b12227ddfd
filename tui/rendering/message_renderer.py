"""Draws whole messages: header, reasoning, text, note."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.segment import Segment

from tui.domain.chat import ChatMessage, Role
from tui.domain.i18n import _, plural
from tui.domain.safe_text import one_line
from tui.markdown.blocks import Block, PrefixPart, Prose, Span, StyledText
from tui.markdown.cleaning import drawable
from tui.markdown.parser import markdown_blocks, plain_blocks
from tui.markdown.wrapping import cells, shorten
from tui.rendering.live_reply import LiveReply
from tui.rendering.note import BOOKMARK, HeaderStatus, Note
from tui.rendering.painter import Painter, Widths
from tui.rendering.palette import Palette
from tui.rendering.reasoning import ReasoningRows, clean_reasoning, count_words, thought_line
from tui.rendering.rows import EMPTY, Row, plain_span, text_rows
from tui.rendering.shape import USUAL, Shape

_NARROW = 60
REASONING_ROW = 2
"""First row of unfolded reasoning: below the header and the line that folds it."""
_LONGEST_SENTENCE = 500
"""Characters of the sentence in a note."""

PriceOf = Callable[[ChatMessage], str]
"""Returns the price of a reply as shown, empty if unknown."""

StatusOf = Callable[[ChatMessage], HeaderStatus | None]
"""Returns what else the header of a message says, `None` for nothing."""


class RenderedMessage(NamedTuple):
    """The rows of a message, and its blocks; a row has the number of its block."""

    rows: list[Row]
    blocks: Sequence[Block]


class MessageRenderer:
    """Draws messages at one width, in the colours of one theme."""

    def __init__(
        self,
        palette: Palette,
        width: int,
        price_of: PriceOf | None = None,
        status_of: StatusOf | None = None,
        *,
        code_colours: bool = True,
    ) -> None:
        self.width = width
        self.margin = 2 if width < _NARROW else 3
        """Cells left of the text: a bar, then blanks."""
        self._palette = palette
        self._price_of = price_of
        self._status_of = status_of
        self._widths = Widths.of(width - self.margin - 1)
        self._painters = {
            name: Painter(palette, self._widths, name, code_colours=code_colours) for name in ("reply", "user")
        }

    def surface(self, message: ChatMessage) -> str:
        """Return the surface of a message."""
        return "user" if message.role is Role.USER else "reply"

    def painter(self, message: ChatMessage) -> Painter:
        """Return the painter for the blocks of a message."""
        return self._painters[self.surface(message)]

    def render(
        self, message: ChatMessage, note: Note | None, shape: Shape = USUAL, *, detailed: bool, reasoning: bool = False
    ) -> RenderedMessage:
        """Return all rows of a complete message.

        `detailed` adds tokens, speed and price to the header; `reasoning` unfolds the reasoning.
        """
        source = drawable(message.content)
        if shape.folded:
            header = self.header(message, detailed=detailed, raw=shape.raw)
            return RenderedMessage([header, self._folded(message, source), EMPTY], ())
        if shape.raw:
            blocks: Sequence[Block] = [Prose(text=StyledText(source.strip("\n")))] if source.strip() else []
        else:
            blocks = markdown_blocks(source) if message.is_reply else plain_blocks(source)
        text = RenderedMessage(self.painter(message).rows(blocks, all_code=shape.all_code), blocks)
        return self.render_around(text, message, note, shape, detailed=detailed, reasoning=reasoning)

    def render_around(
        self,
        text: RenderedMessage,
        message: ChatMessage,
        note: Note | None,
        shape: Shape,
        *,
        detailed: bool,
        reasoning: bool,
    ) -> RenderedMessage:
        """Return all rows of a message whose text is drawn already."""
        header = self.header(message, detailed=detailed, raw=shape.raw)
        below = [*text.rows, *self.note(message, note)]
        thoughts = self._reasoning(message, unfolded=reasoning, gap=bool(below))
        return RenderedMessage([header, *thoughts, *below, EMPTY], text.blocks)

    def live_head(self, live: LiveReply, *, unfolded: bool) -> tuple[list[Row], list[Row]]:
        """Return the rows above the text of a live message: the header with the line for its reasoning, and the reasoning."""
        head = [self.header(live.message, detailed=False)]
        if sentence := live.reasoning_line():
            head.append(self._fold(sentence, unfolded=unfolded))
        return head, [*live.reasoning.rows(), EMPTY] if unfolded and len(head) > 1 else []

    def reasoning_rows(self) -> ReasoningRows:
        """Return empty rows for reasoning that grows."""
        return ReasoningRows(self._palette, self._widths.prose)

    def header(self, message: ChatMessage, *, detailed: bool, raw: bool = False) -> Row:
        """Return the header: name, time, version, warning, display and figures."""
        name, style = _name_of(message)
        status = (None if self._status_of is None else self._status_of(message)) or HeaderStatus()
        parts = [(name, style), ("  " + _clock(message.created), "meta")]
        if status.bookmarked:
            parts.insert(0, (BOOKMARK + " ", "key"))
        if status.versions:
            parts.append(("  " + status.versions, "key"))
        if status.warning:
            parts += [(" · ", "meta"), (status.warning, "note-warning")]
        if raw:
            parts.append((" · " + _("Markdown source"), "meta"))
        if message.is_reply and detailed:
            parts += [(" · " + figure, "meta") for figure in self._figures(message)]
        return self._line(self.surface(message), parts)

    def note(self, message: ChatMessage, note: Note | None) -> list[Row]:
        """Return the rows of a note, with its keys after the sentence or below it."""
        if note is None:
            return []
        surface = self.surface(message)
        sentence = plain_span(one_line(note.sentence, _LONGEST_SENTENCE), f"note-{note.severity}")
        rows = text_rows(sentence, (), (), self._widths.prose, self._palette, surface)
        if keys := one_line(note.keys):
            last = rows[-1]
            used = cells(last.text)
            if used + 3 + cells(keys) <= self._widths.prose:
                last.segments.append(Segment("   " + keys, self._palette.style(surface, "meta")))
            else:
                rows += text_rows(plain_span(keys, "meta"), (), (), self._widths.prose, self._palette, surface)
        return [EMPTY, *rows] if message.content.strip() else rows

    def _reasoning(self, message: ChatMessage, *, unfolded: bool, gap: bool) -> list[Row]:
        """Return the line for the reasoning, and all of the reasoning if it is unfolded."""
        text = clean_reasoning(message.reasoning) if message.is_reply else ""
        if not text:
            return []
        rows = [self._fold(thought_line(_reasoning_seconds(message), count_words(text)), unfolded=unfolded)]
        if unfolded:
            drawn = self.reasoning_rows()
            drawn.append(text)
            rows += [*drawn.rows, EMPTY] if gap else drawn.rows
        return rows

    def _fold(self, sentence: str, *, unfolded: bool) -> Row:
        shown = shorten(("▾ " if unfolded else "▸ ") + sentence, self._widths.prose)
        return Row([Segment(shown, self._palette.action("toggle_reasoning", "reply", "meta"))])

    def _folded(self, message: ChatMessage, source: str) -> Row:
        """Return the row of a folded message: its beginning and its number of lines."""
        count = plural("{n} line", "{n} lines", len(source.strip().splitlines()))
        begins = shorten("▸ " + one_line(source), self._widths.prose - cells(count) - 3)
        return Row(
            [
                Segment(begins, self._palette.action("toggle_fold", self.surface(message))),
                Segment(" · " + count, self._palette.action("toggle_fold", self.surface(message), "meta")),
            ]
        )

    def live_status(self, live: LiveReply) -> list[Row]:
        """Return the status below a live reply: one row, or several with the reason for a pause."""
        why = one_line(live.pause_reason, _LONGEST_SENTENCE)
        if not why:
            return [self._line("reply", [(live.spinner, "spinner"), (" ", "meta"), *live.status()])]
        text = why + " "
        spans = [Span(0, len(text), "meta")]
        for part, style in live.status():
            spans.append(Span(len(text), len(text) + len(part), style))
            text += part
        first, rest = (PrefixPart(live.spinner + " ", "spinner"),), (PrefixPart("  ", "plain"),)
        return text_rows(StyledText(text, tuple(spans)), first, rest, self._widths.prose, self._palette, "reply")

    def _figures(self, message: ChatMessage) -> list[str]:
        facts = []
        if message.usage is not None and message.usage.completion_tokens:
            facts.append(plural("{n} token", "{n} tokens", message.usage.completion_tokens))
        if message.seconds is not None:
            facts.append(_("{seconds} s").format(seconds=f"{message.seconds:.1f}"))
        if (rate := message.tokens_per_second) is not None:
            facts.append(_("{rate}/s").format(rate=round(rate)))
        if self._price_of is not None and (price := self._price_of(message)):
            facts.append(price)
        return facts

    def _line(self, surface: str, parts: Sequence[tuple[str, str]]) -> Row:
        room = self._widths.prose
        found = []
        for text, style in parts:
            shown = shorten(text, room)
            found.append(Segment(shown, self._palette.style(surface, style)))
            room -= cells(shown)
        return Row(found)


def estimate(message: ChatMessage, width: int, shape: Shape, *, reasoning: bool) -> int:
    """Return a rough and cheap estimate of the rows of a message."""
    if shape.folded:
        return 3
    rows = 3 + _lines(message.content, width)
    if message.reasoning:
        rows += 2 + _lines(message.reasoning, width) if reasoning else 1
    return rows


def _lines(text: str, width: int) -> int:
    return text.count("\n") + len(text) // max(20, width - 4)


def _name_of(message: ChatMessage) -> tuple[str, str]:
    """Return who wrote a message, and the style of that name."""
    if message.role is Role.USER:
        return _("You"), "user-name"
    if message.role is Role.SYSTEM:
        return _("System"), "system-name"
    return one_line(message.model) or _("Reply"), "reply-name"


def _clock(seconds: float) -> str:
    try:
        return time.strftime("%H:%M", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):  # a time in a damaged file, out of range for the platform
        return "--:--"


def _reasoning_seconds(message: ChatMessage) -> float | None:
    """Return the seconds of reasoning; a reply without text was reasoning to its end."""
    if message.reasoned is None and not message.content and None not in (message.first_token, message.finished):
        return (message.finished or 0.0) - (message.first_token or 0.0)
    return message.reasoned
