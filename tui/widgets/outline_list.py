"""An outline, a line for each of its items, however many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.domain.i18n import _, plural
from tui.domain.search import Term, marks_in_title
from tui.markdown.outline import OutlineItem
from tui.markdown.wrapping import cells, shorten
from tui.rendering.note import BOOKMARK

_DEEPEST = 6
"""Steps that a line is moved to the right at most."""
_LEAST_TEXT = 12
"""Cells that are left for the text before a count gives way."""


class OutlineList(ScrollView, can_focus=False):
    """Shows the items it is given, and says which was chosen; the focus is elsewhere. Items can be put at both ends."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"outline-list--{name}" for name in ("cursor", "question", "reply", "heading", "text", "muted", "mark", "hit")
    }
    DEFAULT_CSS = """
    OutlineList { overflow: hidden auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    @dataclass
    class Chosen(Message):
        """The user chose an item."""

        outline_list: OutlineList
        item: OutlineItem

        @property
        def control(self) -> OutlineList:
            """The list."""
            return self.outline_list

    def __init__(self) -> None:
        super().__init__()
        self.items: list[OutlineItem] = []
        self.cursor: int | None = None
        self._words: Sequence[str] = ()
        self._styles: dict[tuple[str, ...], Style] = {}

    @property
    def chosen(self) -> OutlineItem | None:
        """The item under the cursor."""
        return None if self.cursor is None else self.items[self.cursor]

    def show(self, items: list[OutlineItem], cursor: int, words: Sequence[str]) -> None:
        """Show these items instead, the cursor on one of them in the middle, and mark these folded words."""
        self.items, self._words = items, words
        self.cursor = max(0, min(cursor, len(items) - 1)) if items else None
        self._fit()
        if self.cursor is not None:
            self._scroll(self.cursor - self.size.height // 2)
        self.refresh()

    def extend(self, above: Sequence[OutlineItem], below: Sequence[OutlineItem]) -> None:
        """Put items before and after all others. What is in view stays where it is, and so does the cursor."""
        top = self.scroll_offset.y
        self.items = [*above, *self.items, *below]
        if self.cursor is not None:
            self.cursor += len(above)
        elif self.items:
            self.cursor = min(len(above), len(self.items) - 1)
        self._fit()
        if above:
            self._scroll(top + len(above))
        self.refresh()

    def move(self, step: int) -> None:
        """The cursor down by so many lines, or up; it stays on the first and the last."""
        if self.cursor is None:
            return
        self.cursor = max(0, min(self.cursor + step, len(self.items) - 1))
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if self.cursor < top:
            self._scroll(self.cursor)
        elif self.cursor >= top + height:
            self._scroll(self.cursor - height + 1)
        self.refresh()

    def choose(self) -> None:
        """Choose the item under the cursor."""
        if (item := self.chosen) is not None:
            self.post_message(self.Chosen(self, item))

    def on_click(self, event: events.Click) -> None:
        """Choose the item under the mouse."""
        event.stop()
        at = self.scroll_offset.y + event.y
        if 0 <= at < len(self.items):
            self.cursor = at
            self.refresh()
            self.choose()

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in view."""
        self._fit()
        self.move(0)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        width, at = self.size.width, self.scroll_offset.y + y
        under = ("cursor",) if at == self.cursor else ()
        if at >= len(self.items):
            return Strip.blank(width, self._style())
        parts = [Segment(text, self._style(*under, *names)) for text, *names in self._parts(self.items[at], width)]
        return Strip(parts).adjust_cell_length(width, self._style(*under))

    def _parts(self, item: OutlineItem, width: int) -> list[tuple[str, ...]]:
        """The texts of a line, each with the names of its styles."""
        parts: list[tuple[str, ...]] = [(f" {BOOKMARK} " if item.marked else "   ", "mark")]
        speakers = {"question": _("you"), "reply": _("reply")}
        name = max(map(cells, speakers.values())) + 1
        who = speakers.get(item.kind, "")
        indent = 0 if who else 2 * min(item.depth, _DEEPEST)
        parts.append((who + " " * (name - cells(who) + indent), item.kind if who else "text"))
        if item.language:
            parts.append((item.language + "  ", "muted"))
        room = width - sum(cells(text) for text, *_names in parts) - 1
        count = plural("{n} line", "{n} lines", item.lines) if item.kind == "code" else ""
        if count and room - cells(count) - 2 < _LEAST_TEXT:
            count = ""
        text = shorten(item.text, max(1, room - (cells(count) + 2 if count else 0)))
        style = "heading" if item.kind == "heading" else "text"
        parts += self._marked(text, item, style)
        if count:
            parts.append((" " * (room - cells(text) - cells(count)) + count, "muted"))
        return parts

    def _marked(self, text: str, item: OutlineItem, style: str) -> list[tuple[str, ...]]:
        """A text, with what of it was looked for in another style."""
        names = (style, "muted") if item.kind == "code" else (style,)
        spans = marks_in_title(text, [Term(word) for word in self._words])
        cuts = sorted({0, len(text), *(end for span in spans for end in span)})
        hits = {span.start for span in spans}
        return [(text[a:b], *names, "hit") if a in hits else (text[a:b], *names) for a, b in pairwise(cuts)]

    def _scroll(self, top: int) -> None:
        """Bring a line to the top. Unforced, that would do nothing until the scrollbar has been laid out."""
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def _fit(self) -> None:
        """Tell the scrollbar how much there is. Setting the size the usual way lays the screen out, which takes longer."""
        size, height = Size(self.size.width, len(self.items)), self.size.height
        if size.width == self.virtual_size.width and min(size.height, self.virtual_size.height) > height:
            self.set_reactive(Widget.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size

    def _style(self, *names: str) -> Style:
        found = self._styles.get(names)
        if found is None:
            found = self.rich_style
            for name in names:
                found += self.get_component_rich_style(f"outline-list--{name}", partial=True)
            self._styles[names] = found
        return found
