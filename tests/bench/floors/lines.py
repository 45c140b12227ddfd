"""The floor of a transcript: one widget that draws lines, and full Markdown by Rich. It follows the end of the reply.

python -m tests.bench.floors.lines BASE_URL

Finished blocks are drawn once; the last, still growing one is drawn again, twenty times a second at most. Painting
touches the visible rows only.
"""

from __future__ import annotations

import asyncio
import json
import sys

import httpx
from markdown_it import MarkdownIt
from rich.markdown import Markdown
from textual import work
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input

FRAME = 1 / 20


class Lines(ScrollView, can_focus=False):
    """Finished lines, and those of the block that grows."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = MarkdownIt("commonmark").enable("table")
        self._finished: list[Strip] = []
        self._growing: list[Strip] = []
        self._source = ""

    def add(self, text: str) -> None:
        """A whole message."""
        self._finished += [*self._draw(text), Strip([])]
        self._show(None)

    def feed(self, text: str) -> None:
        """More of the reply: every block but the last is finished."""
        self._source += text
        before: list[Strip] | None = self._growing
        starts = [token.map[0] for token in self._parser.parse(self._source) if token.level == 0 and token.map]
        if len(starts) > 1:
            lines = self._source.splitlines(keepends=True)
            self._finished += [*self._draw("".join(lines[: starts[-1]])), Strip([])]
            self._source = "".join(lines[starts[-1] :])
            before = None
        self._growing = self._draw(self._source)
        self._show(before)

    def end(self) -> None:
        """The reply is over."""
        text, self._source, self._growing = self._source, "", []
        self.add(text)

    def _draw(self, text: str) -> list[Strip]:
        console = self.app.console
        options = console.options.update(width=max(20, self.size.width - 4), height=None)
        return [Strip(line) for line in console.render_lines(Markdown(text), options, pad=False)]

    def _show(self, before: list[Strip] | None) -> None:
        height = len(self._finished) + len(self._growing)
        if height != self.virtual_size.height:
            self.virtual_size = Size(self.size.width, height)
        top = self.scroll_offset.y
        if top != self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True, force=True)
        if before is None or self.scroll_offset.y != top:
            self.refresh()
            return
        for row in range(max(len(before), len(self._growing))):
            if before[row : row + 1] != self._growing[row : row + 1]:
                self.refresh(Region(0, len(self._finished) + row - top, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """A line of the viewport."""
        row, finished = y + self.scroll_offset.y, len(self._finished)
        strip = self._finished[row] if row < finished else Strip([])
        if finished <= row < finished + len(self._growing):
            strip = self._growing[row - finished]
        return strip.extend_cell_length(self.size.width, self.rich_style).crop(0, self.size.width)


class LinesApp(App[None]):
    """Lines above, an Input below."""

    CSS = "Lines { height: 1fr; } Input { dock: bottom; }"

    def __init__(self) -> None:
        super().__init__()
        self._messages: list[dict[str, str]] = []
        self._client = httpx.AsyncClient(timeout=None)
        self._services: list[str] = []

    def compose(self) -> ComposeResult:
        """The two."""
        yield Lines()
        yield Input(placeholder="READY")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask."""
        event.input.clear()
        self.reply(event.value)

    @work
    async def reply(self, prompt: str) -> None:
        """Stream the answer."""
        view = self.query_one(Lines)
        view.add(prompt)
        self._messages.append({"role": "user", "content": prompt})
        body = {"model": "bench", "stream": True, "messages": self._messages}
        done = asyncio.Event()
        painter = asyncio.create_task(self._paint(view, done))
        async with self._client.stream("POST", sys.argv[1] + "/chat/completions", json=body) as reply:
            async for line in reply.aiter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    self._services.append(json.loads(line[6:])["choices"][0]["delta"].get("content") or "")
        done.set()
        await painter

    async def _paint(self, view: Lines, done: asyncio.Event) -> None:
        while not done.is_set():
            begun = asyncio.get_running_loop().time()
            self._draw_parts(view)
            await asyncio.sleep(max(0.005, begun + FRAME - asyncio.get_running_loop().time()))
        self._draw_parts(view)
        view.end()

    def _draw_parts(self, view: Lines) -> None:
        if self._services:
            view.feed("".join(self._services))
            self._services.clear()


if __name__ == "__main__":
    LinesApp().run()
