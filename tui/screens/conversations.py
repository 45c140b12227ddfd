"""All saved conversations: find, open, rename, pin, put into the trash."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.domain.chat import Conversation, ConversationSummary
from tui.domain.errors import StoreError
from tui.domain.safe_text import one_line
from tui.domain.words import _, plural
from tui.paths import STYLES
from tui.screens.answering import AnsweringScreen
from tui.screens.dialogs import Rename
from tui.services.parts import Parts
from tui.widgets.conversation_list import ConversationList
from tui.widgets.list_filter import ListFilter
from tui.widgets.preview import Preview

ROWS = 200
"""Rows fetched at once; more come when the cursor nears the end."""
NEAR_THE_END = 20
"""Rows from the last one."""
LOOK_EVERY = 2.0
"""Seconds between two looks at what other windows saved."""
PREVIEW_AFTER = 0.08
"""Seconds the cursor rests before a conversation is read: a held arrow key reads nothing."""
PREVIEW_FROM = 100
"""Columns from which the preview stands beside the list."""
COUNT_FROM = 60
"""Columns from which the filter leaves room for the count."""


class ConversationsScreen(AnsweringScreen[str | None]):
    """The list of all conversations, a filter above it, the end of the one under the cursor beside it.

    Dismissed with the id of a conversation to open, "" for a new one, None to leave everything as it is. `current` is
    returned when it was renamed, and "" when it was put into the trash, so that it is not shown as it was before.
    """

    CSS_PATH = STYLES / "conversations.tcss"
    AUTO_FOCUS = "ListFilter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="list.open"),
        Binding("escape,ctrl+o,f3", "back", "Back", id="list.back"),
        Binding("ctrl+n", "new", "New conversation", id="list.new"),
        Binding("f2", "rename", "Rename", id="list.rename"),
        Binding("ctrl+x,f8", "trash", "Put into the trash", id="list.trash"),
        Binding("ctrl+z", "undo", "Undo the last change", id="list.undo"),
        Binding("ctrl+t,f6", "pin", "Pin, or no longer", id="list.pin"),
        Binding("f1", "help", "Keys", id="list.help"),
        Binding("down,ctrl+j", "move('cursor_down')", "Down", show=False, id="list.down"),
        Binding("up,ctrl+k", "move('cursor_up')", "Up", show=False, id="list.up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="list.page_down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="list.page_up"),
        Binding("ctrl+home", "move('first')", "First", show=False, id="list.first"),
        Binding("ctrl+end", "move('last')", "Last", show=False, id="list.last"),
    ]

    filter = getters.query_one(ListFilter)
    rows = getters.query_one(ConversationList)
    preview = getters.query_one(Preview)

    def __init__(self, parts: Parts, current: str) -> None:
        """`current` is the id of the conversation on the chat screen."""
        super().__init__()
        self._parts = parts
        self._current = current
        self._changes = parts.changes
        self._title = parts.changes.titles.get(current)
        """What the current conversation was last named in this run, before this screen."""
        self._summaries: Sequence[ConversationSummary] = ()
        self._live: frozenset[str] = frozenset()
        self._text = ""
        """The filter that the rows are of."""
        self._limit = ROWS
        self._total = 0
        """Conversations that the filter lets through, fetched or not."""
        self._previewed: ConversationSummary | None = None
        self._one_at_a_time = asyncio.Lock()
        """Keys act on what the letters and keys before them have left."""

    def compose(self) -> ComposeResult:
        """Filter, list and preview, keys."""
        with Horizontal(id="bar"):
            yield Static("›", id="mark")
            yield ListFilter(placeholder=_("type: titles"), compact=True)
            yield Static(id="count", markup=False)
        with Horizontal(id="body"):
            yield ConversationList(focusable=False, details=True)
            yield Preview()
        yield Static(id="empty", markup=False)
        yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        """Fill the list, and keep it up to date."""
        self._fill()
        self.set_interval(LOOK_EVERY, self._look_round)

    def on_resize(self, event: events.Resize) -> None:
        """Narrow terminals show the list alone."""
        self.set_class(event.size.width < PREVIEW_FROM, "-narrow")
        self.set_class(event.size.width < COUNT_FROM, "-slim")
        self.query_one("#keys", Static).update(_key_line(event.size.width - 4))
        self._preview()

    # -- The rows

    @work(group="fill", exclusive=True)
    async def _fill(self) -> None:
        async with self._one_at_a_time:
            await self._fetch(self.filter.value)

    @work(group="look", exclusive=True)
    async def _look_round(self) -> None:
        try:
            await self._parts.store.refresh()
        except StoreError:
            return  # said when something is opened or changed
        async with self._one_at_a_time:
            await self._fetch(self._text)

    async def _fetch(self, text: str, to: str = "") -> None:
        """Read the rows of a filter; the cursor goes to the conversation `to`, else stays where it is.

        Another filter begins with its first row.
        """
        if text != self._text:
            self._limit = ROWS
        store = self._parts.store
        try:
            found = await store.recent(self._limit + 1, text=text)
            total = len(found) if len(found) <= self._limit else await store.count(text)
        except StoreError as error:
            self._text, self._total = text, 0
            self._show([], str(error))
            return
        rows = found[: self._limit]
        live = frozenset(turn.conversation.id for turn in self._parts.turns.running)
        if to or text != self._text or (rows, live, total) != (self._summaries, self._live, self._total) or not rows:
            wanted = to or (self.rows.chosen_id if text == self._text else None)
            self._text, self._live, self._total = text, live, total
            self._show(rows, self._nothing(), wanted)

    def _show(self, rows: Sequence[ConversationSummary], nothing: str, wanted: str | None = None) -> None:
        if self._leaving:
            return
        ids = [row.id for row in rows]
        if wanted not in ids and ids:
            wanted = ids[0] if self._text.strip() else _previous(rows, self._current)
        self._summaries = rows
        self.rows.show(rows, time.time(), self._current, self._live)
        if wanted in ids:
            self.rows.highlighted = self.rows.get_option_index(wanted)
        self.query_one("#empty", Static).update(nothing)
        self.set_class(not rows, "-empty")
        self.query_one("#count", Static).update(self._count())
        self._preview()

    def _nothing(self) -> str:
        if self._text.strip():
            return _("Nothing matches. Fewer letters find more; escape goes back.")
        return _("No saved conversations yet. escape goes back.")

    def _count(self) -> str:
        n = self._total
        if self._text.strip():
            return plural("{n} match", "{n} matches", n)
        pinned = sum(row.pinned for row in self._summaries)
        said = plural("{n} conversation", "{n} conversations", n) if n else ""
        return said + (" · " + _("{n} pinned").format(n=pinned) if pinned else "")

    def _chosen(self) -> ConversationSummary | None:
        return next((row for row in self._summaries if row.id == self.rows.chosen_id), None)

    @on(ListFilter.Changed)
    def _typed(self, event: ListFilter.Changed) -> None:
        event.stop()
        self._fill()

    @on(ConversationList.Highlighted)
    def _moved(self, event: ConversationList.Highlighted) -> None:
        event.stop()
        self._preview()
        ids = [row.id for row in self._summaries]
        if len(ids) < self._total and event.conversation_id in ids[-NEAR_THE_END:]:
            self._limit = len(ids) + ROWS
            self._fill()

    # -- The preview

    def _preview(self) -> None:
        chosen = None if self.has_class("-narrow") else self._chosen()
        if chosen == self._previewed:
            return
        self._previewed = chosen
        if chosen is None:
            self.preview.clear()
        else:
            self.preview.show_summary(chosen, time.time())
            self._read(chosen.id)

    @work(group="preview", exclusive=True)
    async def _read(self, conversation_id: str) -> None:
        await asyncio.sleep(PREVIEW_AFTER)
        shown: Conversation | StoreError
        turn = self._parts.turns.of(conversation_id)
        if turn is not None:
            shown = turn.conversation
        else:
            try:
                shown = (await self._parts.store.load(conversation_id)).conversation
            except StoreError as error:
                shown = error
        if self._leaving:
            return
        if isinstance(shown, StoreError):
            self.preview.say(str(shown))
        else:
            self.preview.show_messages(shown.branch())

    # -- Leaving

    @property
    def _leaving(self) -> bool:
        """The widgets are being removed: what a worker has read comes too late."""
        return not self.display

    @on(ConversationList.Chosen)
    def _clicked(self, event: ConversationList.Chosen) -> None:
        event.stop()
        self.dismiss(event.conversation_id)

    @work(group="change")
    async def action_back(self) -> None:
        """Leave, once every change is made."""
        async with self._one_at_a_time:
            if self._current in self._changes.trashed:
                self.dismiss("")
            else:
                renamed = self._changes.titles.get(self._current) != self._title
                self.dismiss(self._current if renamed else None)

    @work(group="change")
    async def action_new(self) -> None:
        """Begin a new conversation."""
        async with self._one_at_a_time:
            self.dismiss("")

    # -- What is done with the conversation under the cursor

    def action_open(self) -> None:
        """Open the conversation under the cursor."""
        self._act(self.filter.value, self._open)

    def action_rename(self) -> None:
        """Ask for a new title."""
        self._act(self.filter.value, self._rename)

    def action_trash(self) -> None:
        """Put the conversation into the trash."""
        self._act(self.filter.value, self._trash)

    def action_pin(self) -> None:
        """Keep the conversation at the top, or no longer."""
        self._act(self.filter.value, self._pin)

    def action_move(self, action: str) -> None:
        """Move the cursor by one of the list's own actions."""
        self._act(self.filter.value, partial(self._move, action))

    @work(group="change")
    async def _act(self, text: str, act: Callable[[ConversationSummary], Awaitable[None]]) -> None:
        """Do this with the one under the cursor, once the rows are those of the filter as it was when the key came."""
        async with self._one_at_a_time:
            if text != self._text:
                await self._fetch(text)
            if (chosen := self._chosen()) is not None:
                with self._told():
                    await act(chosen)

    async def _open(self, chosen: ConversationSummary) -> None:
        self.dismiss(chosen.id)

    async def _move(self, action: str, _chosen: ConversationSummary) -> None:
        getattr(self.rows, f"action_{action}")()
        if self.rows.highlighted is None:  # a page up that ends on the first heading
            self.rows.action_first()

    async def _rename(self, chosen: ConversationSummary) -> None:
        title = await self.app.push_screen_wait(Rename(chosen.title))
        if title is not None and title != chosen.title:
            await self._changes.rename(chosen, title)
            await self._fetch(self._text, chosen.id)

    async def _trash(self, chosen: ConversationSummary) -> None:
        if self._parts.turns.of(chosen.id) is not None:
            said = _("A reply is arriving there. Open it and press escape to stop it; then it can go to the trash.")
            self.notify(said, severity="warning")
            return
        beside = _beside(self._summaries, chosen)
        await self._changes.trash(chosen)
        said = _("Moved to trash. Until you quit, ctrl+z in this list brings it back.")
        self.notify(said, title=one_line(chosen.title, 60))
        await self._fetch(self._text, beside)

    async def _pin(self, chosen: ConversationSummary) -> None:
        await self._changes.set_pinned(chosen, not chosen.pinned)
        await self._fetch(self._text, chosen.id)

    @work(group="change")
    async def action_undo(self) -> None:
        """Take the last change back."""
        async with self._one_at_a_time:
            with self._told():
                undone = await self._changes.undo()
                if undone is None:
                    self.notify(_("There is nothing to undo."))
                    return
                self.notify(undone.sentence)
                await self._fetch(self._text, undone.conversation_id)

    def action_help(self) -> None:
        """The keys."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self._parts.places))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A change that fails is told to the user."""
        try:
            yield
        except StoreError as error:
            self.notify(str(error), severity="error", timeout=12)


def _previous(rows: Sequence[ConversationSummary], current: str) -> str:
    """The newest conversation but the current one."""
    others = [row for row in rows if row.id != current] or rows
    return max(others, key=lambda row: row.updated).id


def _beside(rows: Sequence[ConversationSummary], row: ConversationSummary) -> str:
    """The conversation the cursor goes to when `row` leaves the list."""
    at = next(n for n, other in enumerate(rows) if other.id == row.id)
    return next((other.id for other in (*rows[at + 1 : at + 2], *rows[max(0, at - 1) : at])), "")


def _key_line(width: int) -> Content:
    """The keys of the screen: as many as there is room for, those that lead out at the right."""
    right = _hints(("ctrl+z", _("undo")), ("esc", _("back")))
    hints = (
        ("enter", _("open")),
        ("f2", _("rename")),
        ("ctrl+x", _("trash")),
        ("ctrl+t", _("pin")),
        ("ctrl+n", _("new")),
        ("f1", _("keys")),
    )
    fitting = (hints[:n] for n in range(len(hints), 0, -1))
    left = next(
        (line for some in fitting if (line := _hints(*some)).cell_length + right.cell_length + 3 <= width), Content()
    )
    return Content.assemble(left, " " * max(0, width - left.cell_length - right.cell_length), right)


def _hints(*pairs: tuple[str, str]) -> Content:
    return Content("   ").join(Content.assemble((key, "$accent"), (f" {what}", "$muted")) for key, what in pairs)
