"""The outline of the conversation: what is in it, and a way to each place."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from tui.domain.chat import ChatMessage
from tui.domain.earlier import words_in
from tui.domain.i18n import _, plural
from tui.markdown.outline import OutlineItem, outline_of
from tui.paths import STYLES
from tui.screens.answering import Dialog
from tui.widgets.list_filter import ListFilter
from tui.widgets.outline_list import OutlineList
from tui.widgets.transcript.jump import ReadingPlace
from tui.widgets.transcript.searcher import Slices

ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""
SHOW_EVERY = 0.1
"""Seconds between two times that what was found since is put into the list."""


class Outline(Dialog[OutlineItem | None]):
    """Questions, headings, code and marked messages, in their order. Type to filter; answers with what was chosen.

    Messages are read from the place that is being read outwards, a few at a time.
    """

    CSS_PATH = STYLES / "outline.tcss"
    AUTO_FOCUS = "ListFilter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="outline.back"),
        Binding("enter", "choose", "Go there", id="outline.choose"),
        Binding("tab", "only_marked", "Marked messages only, or all", show=False, id="outline.marked"),
        Binding("down,ctrl+j", "move(1)", "Down", show=False, id="outline.down"),
        Binding("up,ctrl+k", "move(-1)", "Up", show=False, id="outline.up"),
        Binding("pagedown", "move_page(1)", "Page down", show=False, id="outline.page_down"),
        Binding("pageup", "move_page(-1)", "Page up", show=False, id="outline.page_up"),
        Binding("ctrl+home", "move_page(-1000000)", "First", show=False, id="outline.first"),
        Binding("ctrl+end", "move_page(1000000)", "Last", show=False, id="outline.last"),
    ]

    rows = getters.query_one(OutlineList)

    def __init__(self, messages: Sequence[ChatMessage], at: ReadingPlace, live: Sequence[OutlineItem] = ()) -> None:
        """`live` are the items of the last message, if that is being written."""
        super().__init__()
        self.filter = ListFilter(compact=True, placeholder=_("Filter"))
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
        self._early: list[events.Key] = []
        self._late: list[events.Key] = []
        self._answered = False

    def compose(self) -> ComposeResult:
        """Filter and list."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Outline")
            dialog.border_subtitle = _("enter go there · tab marked only · esc back")
            yield self.filter
            yield Static(_("Reading…"), id="state", markup=False)
            yield OutlineList()

    def on_mount(self) -> None:
        """Give the filter what was typed by now, and read the messages."""
        self.call_after_refresh(self._take_over)
        self._fill()

    def on_resize(self, event: events.Resize) -> None:
        """The list takes the room that the filter leaves."""
        height = event.size.height
        self.set_class(height < ROOMY_FROM, "-low")
        self.rows.styles.height = max(1, height * 96 // 100 - (4 if height < ROOMY_FROM else 7))

    # -- Keys that come before the filter has the focus, or after the answer

    def take(self, event: events.Key) -> None:
        """A key that came to the screen below, right behind the one that opened or closed this dialog."""
        if self._answered:
            self._late.append(event)
        elif isinstance(self.focused, ListFilter) and not self._early:
            self.filter.post_message(events.Key(event.key, event.character))
        else:
            self._early.append(event)

    def on_key(self, event: events.Key) -> None:
        """Keys that came before the filter had the focus."""
        if not isinstance(self.focused, ListFilter):
            event.stop()
            event.prevent_default()
            self.take(event)

    def release(self, to: Screen[None]) -> None:
        """Give keys that came behind the one that closed this dialog to the screen below."""
        self.filter.release(to)
        for event in self._late:
            to.post_message(event)

    def _answer(self, item: OutlineItem | None) -> None:
        self._answered = True
        self.filter.hold()
        self.dismiss(item)

    def _take_over(self) -> None:
        early, self._early = self._early, []
        for event in early:
            self.filter.post_message(events.Key(event.key, event.character))

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
        self.filter.placeholder = plural("Filter {n} line", "Filter {n} lines", count)

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

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()

    def _narrow(self) -> None:
        words = words_in(self.filter.value)
        if words != self._words:
            self._words = words
            self._show_all()

    def action_only_marked(self) -> None:
        """Show marked messages alone, or all lines."""
        self._only_marked = not self._only_marked
        title = _("Outline · marked only") if self._only_marked else _("Outline")
        self.query_one(".dialog", Vertical).border_title = title
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
            self._answer(self.rows.chosen)
        sentence = ""
        if not self.rows.items:
            if not self._whole:
                sentence = _("Reading…")
            elif self._words:
                sentence = _("No line has these words.")
            elif self._only_marked:
                sentence = _("Nothing is marked yet. m in READ marks a message.")
            else:
                sentence = _("There is nothing to list yet.")
        state = self.query_one("#state", Static)
        state.update(sentence)
        state.display = bool(sentence)

    # -- Choosing

    def action_choose(self) -> None:
        """Go to the line under the cursor, as soon as there is one."""
        self._narrow()  # letters of the same burst
        if (item := self.rows.chosen) is not None:
            self._answer(item)
        else:
            self._entered = not self._whole

    @on(OutlineList.Chosen)
    def _chosen(self, event: OutlineList.Chosen) -> None:
        event.stop()
        self._answer(event.item)

    def action_back(self) -> None:
        """Close it; the view below has not moved."""
        self._answer(None)

    def action_move(self, step: int) -> None:
        """To another line."""
        self.rows.move(step)

    def action_move_page(self, pages: int) -> None:
        """By so many pages."""
        self.rows.move(pages * max(1, self.rows.size.height - 1))
