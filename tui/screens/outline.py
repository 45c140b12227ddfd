"""The outline of the conversation: what is in it, and a way to each place."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.domain.chat import ChatMessage
from tui.domain.earlier import words_in
from tui.domain.i18n import _, plural
from tui.markdown.outline import OutlineItem, outline_of
from tui.paths import STYLES
from tui.screens.result_screen import Dialog
from tui.widgets.filter_box import FilterBox
from tui.widgets.outline_list import OutlineList
from tui.widgets.transcript.jump import ReadingPlace
from tui.widgets.transcript.searcher import Slices

SHOW_EVERY = 0.1
"""Seconds between two times that what was found since is put into the list."""


class Outline(Dialog[OutlineItem | None]):
    """Questions, headings, code and bookmarked messages, in their order. Type to filter; dismissed with what was chosen.

    Messages are read from the place that is being read outwards, a few at a time.
    """

    CSS_PATH = STYLES / "outline.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="outline.back"),
        Binding("tab", "only_marked", "Bookmarked messages only, or all", show=False, id="outline.marked"),
    ]

    box = getters.query_one(FilterBox)

    def __init__(self, messages: Sequence[ChatMessage], at: ReadingPlace, live: Sequence[OutlineItem] = ()) -> None:
        """`live` are the items of the last message, if that is being written."""
        super().__init__()
        self.rows = OutlineList()
        self._messages = messages
        self._at = at
        self._live = {item.message_id: live for item in live}
        self._above: list[OutlineItem] = []
        """What was found above the place being read, nearest first."""
        self._below: list[OutlineItem] = []
        """What was found from there on."""
        self._shown = (0, 0)
        """How many of both are in the list, or were left out of it by the filter."""
        self._ready = False
        self._whole = False
        self._words: list[str] = []
        self._only_marked = False
        self._entered = False
        """Enter was pressed before there was a line to go to."""

    def compose(self) -> ComposeResult:
        """Filter and list."""
        keys = [("enter", _("go there")), ("tab", _("bookmarks only")), ("esc", _("back"))]
        yield FilterBox(_("Outline"), self.rows, self.rows.move, keys=keys)

    def on_mount(self) -> None:
        """Read the messages."""
        self.box.input.placeholder = _("Filter")
        self.box.say(_("Reading…"))
        self.box.set_total(len(self._messages))
        self._fill()

    def on_resize(self, event: events.Resize) -> None:
        """The list takes the room that the filter leaves."""
        self.box.fit(event.size)

    # -- Reading the messages

    @work(group="fill")
    async def _fill(self) -> None:
        slices, began = Slices(), time.monotonic()
        start, end = self._at.position, len(self._messages)
        before, after = start - 1, start
        while before >= 0 or after < end:
            if after < end:
                self._below += await self._items(after)
                after += 1
            if before >= 0:
                self._above += reversed(await self._items(before))
                before -= 1
            self._ready = self._ready or self._find_place(more_above=before >= 0)
            await slices.turn()
            if time.monotonic() - began > SHOW_EVERY or (self._ready and self._has_page()):
                self._show_more()
                began = time.monotonic()
        self._ready = self._whole = True
        self._show_more()
        count = len(self._above) + len(self._below)
        self.box.set_total(count)
        self.box.input.placeholder = plural("Filter {n} line", "Filter {n} lines", count)

    async def _items(self, index: int) -> Sequence[OutlineItem]:
        message = self._messages[index]
        return self._live[message.id] if message.id in self._live else await outline_of(message)

    def _find_place(self, *, more_above: bool) -> bool:
        """Have `_below` begin with what stands last at or above the place being read; whether that is known yet."""
        message_id = self._messages[self._at.position].id
        here = [item.message_id == message_id and item.block <= self._at.block for item in self._below]
        passed = here.index(False) if False in here else len(here)
        if passed:
            self._above[:0] = reversed(self._below[: passed - 1])
            del self._below[: passed - 1]
        elif self._above:
            self._below.insert(0, self._above.pop(0))
        else:
            return not more_above
        return True

    def _has_page(self) -> bool:
        """Whether nothing is in the list yet although there is enough for a page of it."""
        return self._shown == (0, 0) and len(self._above) + len(self._below) >= self.rows.size.height

    # -- The list

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        words = words_in(event.text)
        if words != self._words:
            self._words = words
            self._show_all()

    def action_only_marked(self) -> None:
        """Show bookmarked messages only, or all lines."""
        self._only_marked = not self._only_marked
        self.box.border_title = _("Outline · bookmarks only") if self._only_marked else _("Outline")
        self._show_all()

    def _fits(self, item: OutlineItem) -> bool:
        return (item.marked or not self._only_marked) and item.has(self._words)

    def _show_all(self) -> None:
        if not self._ready:
            return
        above = [item for item in reversed(self._above) if self._fits(item)]
        below = [item for item in self._below if self._fits(item)]
        self._shown = (len(self._above), len(self._below))
        self.rows.show([*above, *below], len(above), self._words)
        self._say()

    def _show_more(self) -> None:
        if not self._ready:
            return
        if self._shown == (0, 0):
            self._show_all()
            return
        above, below = self._shown
        more_above = [item for item in reversed(self._above[above:]) if self._fits(item)]
        more_below = [item for item in self._below[below:] if self._fits(item)]
        self._shown = (len(self._above), len(self._below))
        if more_above or more_below:
            self.rows.extend(more_above, more_below)
        self._say()

    def _say(self) -> None:
        if self._entered and self.rows.chosen is not None:
            self.dismiss(self.rows.chosen)
        sentence = ""
        if not self.rows.items:
            if not self._whole:
                sentence = _("Reading…")
            elif self._words:
                sentence = _("No line has these words.")
            elif self._only_marked:
                sentence = _("No bookmarks yet. Press m in READ to set one.")
            else:
                sentence = _("Nothing to list yet.")
        self.box.say(sentence)

    # -- Choosing

    @on(FilterBox.Entered)
    def _enter(self, event: FilterBox.Entered) -> None:
        """Go to the line under the cursor, as soon as there is one."""
        event.stop()
        if (item := self.rows.chosen) is not None:
            self.dismiss(item)
        else:
            self._entered = not self._whole

    @on(OutlineList.Chosen)
    def _chosen(self, event: OutlineList.Chosen) -> None:
        event.stop()
        self.dismiss(event.item)
