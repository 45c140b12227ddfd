"""What the views of a transcript draw, and what is selected in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.selection import SELECT_ALL
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from tui.domain.chat import ChatMessage
from tui.domain.safe_text import clean
from tui.rendering.message_renderer import MessageRenderer, PriceOf
from tui.rendering.note import HeaderMark
from tui.rendering.palette import Palette
from tui.widgets.transcript.copied_text import copied_text
from tui.widgets.transcript.ledger import Ledger
from tui.widgets.transcript.message_view import MessageView
from tui.widgets.transcript.pool import Pool
from tui.widgets.transcript.selection import Selected
from tui.widgets.transcript.strips import Decorations, Strips

Layer = Callable[[int, int], Decorations | None]
"""Gives what is laid over a row, by the position of the message and the row's number in it."""


class Canvas:
    """Paints the messages of a ledger for the views of a pool, in the colours of `host`'s component classes."""

    def __init__(self, ledger: Ledger, pool: Pool, host: Widget) -> None:
        self._ledger = ledger
        self._pool = pool
        self._host = host
        self.price_of: PriceOf | None = None
        self.marks: Mapping[str, HeaderMark] = {}
        """By message id."""
        self.layers: list[Layer] = []
        """What is laid over the rows, the topmost last. Empty while nothing is over any."""
        self.palette = Palette(self._style_of)
        self._strips = Strips(ledger, self.palette)
        self._selected: Selected | None = None

    def restyle(self, width: int) -> None:
        """Another width: what was drawn serves no more, and other text stands where something was selected."""
        self.clear_selection()
        self._ledger.restyle(MessageRenderer(self.palette, width, self._price, self._mark))
        self.forget()

    def recolour(self) -> None:
        """Other colours: what was drawn serves no more."""
        self.palette = Palette(self._style_of)
        if self._ledger.is_styled:
            self._ledger.restyle(MessageRenderer(self.palette, self._ledger.draw.width, self._price, self._mark))
        self.forget()

    def forget(self) -> None:
        """Other messages, widths or colours: nothing that was painted serves again."""
        self._strips = Strips(self._ledger, self.palette)

    def blank(self, width: int) -> Strip:
        """A line where there is no message."""
        return self._strips.blank(width)

    def source(self, index: int) -> str:
        """The text of a message, as it is copied."""
        live = self._ledger.live
        if live is not None and index == self._ledger.live_index:
            return live.document.source
        return clean(self._ledger.entries[index].message.content)

    @property
    def has_selection(self) -> bool:
        """Whether some text is selected."""
        return self._selected is not None and self._selected.start < self._selected.end

    def clear_selection(self) -> None:
        """Nothing is selected."""
        if self._selected is not None:
            self.select(None)
            self._host.screen.clear_selection()

    def select(self, selected: Selected | None) -> None:
        """Select this instead of what was selected, and have the screen know that something is."""
        if selected == self._selected:
            return
        self._selected = selected
        if self.has_selection and self._host not in self._host.screen.selections:
            self._host.screen.selections = {self._host: SELECT_ALL}
        for view, _y, _rows in self._pool.placed:
            view.refresh()

    def selected_text(self) -> str | None:
        """What is selected, as it is copied."""
        return copied_text(self._ledger, self._selected) if self._selected is not None else None

    # What the views ask for

    def view_strip(self, view: MessageView, row: int) -> Strip:
        width = view.size.width
        if view.index is None or view.index >= len(self._ledger):
            return self._strips.blank(width)
        over = self._over(view.index, row)
        if over is None:
            strip = self._strips.strip(view.index, row, width)
        else:
            strip = self._strips.decorated(view.index, row, width, over)
        span = self._selected.span(view.index, row) if self._selected is not None else None
        if span is None:
            return strip
        style = view.screen.get_component_rich_style("screen--selection").background_style
        return self._strips.selected(strip, row, span, style)

    def view_source(self, view: MessageView) -> str:
        return "" if view.index is None else self.source(view.index)

    def _over(self, index: int, row: int) -> Decorations | None:
        found = [over for layer in self.layers if (over := layer(index, row)) is not None]
        if len(found) < 2:
            return found[0] if found else None
        highlights = tuple(highlight for over in found for highlight in over.highlights)
        return Decorations(highlights, tuple(badge for over in found for badge in over.badges))

    def _price(self, message: ChatMessage) -> str:
        return "" if self.price_of is None else self.price_of(message)

    def _mark(self, message: ChatMessage) -> HeaderMark | None:
        return self.marks.get(message.id)

    def _style_of(self, name: str, whole: bool) -> Style:
        style = self._host.get_visual_style(name, partial=not whole)
        rules = self._host.get_component_styles(name)
        if not whole and rules.has_rule("background"):  # a partial style of Textual's leaves an opaque one out
            return style + Style(background=rules.background)
        return style
