"""An app that shows a transcript, and ways to look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from tests.terminal_view import rows
from tui.domain.chat import ChatMessage, Role
from tui.paths import STYLES
from tui.rendering.message_renderer import MessageRenderer
from tui.themes import DUSK, HOUSE_THEMES, HOUSE_VARIABLES
from tui.widgets.transcript import MessageView, Transcript
from tui.widgets.transcript.pill import Pill


class TranscriptApp(App[None]):
    """A transcript above a prompt that has the focus."""

    CSS_PATH = STYLES / "transcript.tcss"

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.links: list[str] = []
        for theme in HOUSE_THEMES:
            self.register_theme(theme)
        self.theme = DUSK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return HOUSE_VARIABLES

    def compose(self) -> ComposeResult:
        yield Transcript(**self.options)
        yield Input()

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_message_view_link_chosen(self, event: MessageView.LinkChosen) -> None:
        self.links.append(event.url)

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    @property
    def says_more(self) -> bool:
        """Whether the last line of the transcript says that there is more below."""
        return isinstance(self.screen.get_widget_at(1, self.transcript.region.bottom - 1)[0], Pill)

    def lines(self) -> list[str]:
        """What the terminal shows of the transcript, without the scrollbar."""
        region = self.transcript.region
        width = self.transcript.scrollable_content_region.width
        return [strip.crop(0, width).text.rstrip() for strip in rows(self)[region.y : region.bottom]]


async def settle(pilot: Pilot[None]) -> None:
    """Wait until everything asked for is painted."""
    for _ in range(2):
        await pilot.pause()
        painted = asyncio.Event()
        pilot.app.screen.call_after_refresh(painted.set)
        await painted.wait()


def reference(transcript: Transcript, width: int | None = None) -> list[str]:
    """All rows of all messages one below the other, drawn without pool, caches or scrolling."""
    messages = transcript.messages
    cursor = messages.position(messages.cursor)
    plain = MessageRenderer(
        transcript.canvas.palette,
        width or messages.draw.width,
        transcript.headers.price_of,
        lambda message: transcript.headers.statuses.get(message.id),
    )
    last_reply = max((n for n, entry in enumerate(messages.entries) if entry.message.is_reply), default=-1)
    lines: list[str] = []
    for number, entry in enumerate(messages.entries):
        detailed = number in (last_reply, cursor)
        bar = "▌" if number in (cursor, messages.live_index) else " "
        if number == messages.live_index:
            rows = messages.rows(number)
        else:
            shown = messages.is_unfolded(number)
            rows = plain.render(entry.message, entry.note, entry.shape, detailed=detailed, reasoning=shown).rows
        margin = bar + " " * (plain.margin - 1)
        lines += [(margin + row.text).rstrip() for row in rows[:-1]]
        lines.append("")
    return lines


def expected(transcript: Transcript) -> list[str]:
    """The lines that the viewport must show where the scrollbar stands, whatever the views show."""
    heights, top = transcript.messages.heights, transcript.scroll_offset.y
    if not len(heights):
        return [""] * transcript.size.height
    first = heights.at(top)
    start = sum(len(transcript.messages.rows(n)) for n in range(first)) + top - heights.start(first)
    lines = reference(transcript)[start : start + transcript.size.height]
    return lines + [""] * (transcript.size.height - len(lines))


def ask(text: str = "A question?", created: float = 1763900000.0) -> ChatMessage:
    return ChatMessage(Role.USER, text, created=created)


def reply(text: str = "", created: float = 1763900000.0, **fields: Any) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, text, created=created, model="small-model", **fields)


def conversation(count: int) -> list[ChatMessage]:
    """Questions and replies of many heights."""
    parts = [
        "A paragraph. " * 12,
        "- one\n- two\n  - three",
        "```py\nx = 1\ny = 2\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "# Head",
    ]
    return [
        ask(f"Question {n}?\nsecond line") if n % 2 == 0 else reply(f"Reply {n}.\n\n" + "\n\n".join(parts[: n % 6]))
        for n in range(count)
    ]


@pytest.fixture
def make_app() -> Callable[..., TranscriptApp]:
    return TranscriptApp
