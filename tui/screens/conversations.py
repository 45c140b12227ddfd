"""All saved conversations: find, open, rename, pin, move to the trash and out of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import ClassVar, Literal

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from tui.domain.chat import ConversationSummary
from tui.domain.errors import ChangeError, StoreError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.domain.search import trash_toggled
from tui.paths import STYLES
from tui.screens.conversation_preview import PreviewReader
from tui.screens.conversation_results import ConversationResults
from tui.screens.rename_dialog import RenameDialog
from tui.screens.result_screen import ResultScreen
from tui.services.services import Services
from tui.widgets.conversation_list import ConversationList
from tui.widgets.conversation_rows import Chosen
from tui.widgets.key_gate import HOLDS_KEYS
from tui.widgets.key_line import Hint, key_line
from tui.widgets.preview import Preview

LOOK_EVERY = 2.0
"""Seconds between two looks at what other windows saved."""
PREVIEW_FROM = 100
"""Columns from which the preview stands beside the list."""
COUNT_FROM = 60
"""Columns from which the filter leaves room for the count."""
ROOMY_FROM = 30
"""Rows from which there is a blank line above the list."""
FILTERS = ("model:", "role:you", "before:2026-11", "after:2w", "in:trash")
"""An example of each filter."""

Move = Literal["cursor_up", "cursor_down", "page_up", "page_down", "first", "last"]


class ConversationsScreen(ResultScreen[Chosen | None]):
    """The browser of conversations: filter, rows, preview.

    Dismissed with where to go, or None to leave everything as it is. `current` is returned when it was renamed, and a
    new conversation when it was moved to the trash, so that it is not shown as it was before.
    """

    CSS_PATH = STYLES / "conversations.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", priority=True, id="list.open"),
        Binding("escape,ctrl+o,f3", "back", "Back", id="list.back"),
        Binding("ctrl+n", "new", "New conversation", id="list.new"),
        Binding("f2", "rename", "Rename", id="list.rename"),
        Binding("ctrl+x,f8", "trash", "Move to the trash, or restore", priority=True, id="list.trash"),
        Binding("tab,f7", "toggle_trash", "Show or hide the trash", id="list.show_trash"),
        Binding("ctrl+z", "undo", "Undo", id="list.undo"),
        Binding("ctrl+t,f6", "pin", "Pin or unpin", id="list.pin"),
        Binding("f1", "help", "Keys", id="list.help"),
        Binding("down,ctrl+j", "move('cursor_down')", "Down", show=False, id="list.down"),
        Binding("up,ctrl+k", "move('cursor_up')", "Up", show=False, priority=True, id="list.up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="list.page_down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="list.page_up"),
        Binding("ctrl+home", "move('first')", "First", show=False, priority=True, id="list.first"),
        Binding("ctrl+end", "move('last')", "Last", show=False, priority=True, id="list.last"),
    ]

    filter = getters.query_one(Input)

    def __init__(
        self,
        services: Services,
        current: str,
        looking_for: str = "",
        show_help: Callable[[], None] = lambda: None,
    ) -> None:
        """`current` is the id of the conversation on the chat screen; `looking_for` is typed already."""
        super().__init__()
        self.rows = ConversationList(focusable=False, details=True)
        self.preview = Preview()
        self._store = services.store
        self._current = current
        self._looking_for = looking_for
        self._show_help = show_help
        self.results = ConversationResults(services, self.rows, current)
        self._reader = PreviewReader(services, self.preview)
        self._one_at_a_time = asyncio.Lock()
        """Keys act on what the letters and keys before them have left."""
        self._changes = services.changes
        self._was_trashed = current in self._changes.trashed
        self._titled = self._changes.titles.get(current)

    def compose(self) -> ComposeResult:
        """Filter and count, a line about the filter, list and preview, keys."""
        with Horizontal(id="bar"):
            yield Static("›", id="mark")
            yield Input(
                self._looking_for, placeholder=_("Search titles and messages"), compact=True, select_on_focus=False
            )
            yield Static(id="count", markup=False)
        yield Static(id="note", markup=False)
        with Horizontal(id="body"):
            yield self.rows
            yield self.preview
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
        self.set_class(event.size.height < ROOMY_FROM, "-low")
        self._show_note_and_keys()
        self._show_preview()

    # -- The rows

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    @work(group="fill", exclusive=True)
    async def _fill(self) -> None:
        async with self._one_at_a_time:
            await self._fetch(self.filter.value)

    @work(group="look", exclusive=True)
    async def _look_round(self) -> None:
        try:
            await self._store.refresh()
        except StoreError:
            return  # said when something is opened or changed
        async with self._one_at_a_time:
            await self._fetch(self.results.text)

    async def _fetch(self, text: str, to: str = "") -> None:
        """Read and show the rows of a filter; the cursor goes to the row with the key `to`, else stays where it is."""
        await self.results.read(text)
        if not self.display:  # the widgets are being removed
            return
        self.results.show(to)
        self.set_class(self.results.found.nothing, "-empty")
        self.query_one("#empty", Static).update(self.results.why_empty)
        self.query_one("#count", Static).update(self.results.count(short=self.has_class("-narrow")))
        self._show_note_and_keys()
        self._show_preview()

    @on(ConversationList.Highlighted)
    def _moved(self, event: ConversationList.Highlighted) -> None:
        event.stop()
        self._show_preview()
        if self.results.needs_more(event.entry):
            self._fill()

    def _show_preview(self) -> None:
        self._reader.follow(None if self.has_class("-narrow") else self.rows.entry, self.results.query.terms)

    def _show_note_and_keys(self) -> None:
        """Say what is wrong with the filter, or what one can hold while it is empty; below, the keys."""
        note = self.query_one("#note", Static)
        if problem := self.results.query.problem:
            note.update(Content.styled(problem, "$warning"))
        elif self.filter.value.strip():
            note.update("")
        else:
            space = " " if self.has_class("-narrow") else "  "
            note.update(Content.styled(space.join((_("or"), *FILTERS)), "$muted"))
        keys = self.query_one("#keys", Static)
        keys.update(key_line(self.size.width - keys.styles.margin.width, self._hints(), [("esc", _("back"))]))

    def _hints(self) -> list[Hint]:
        undo = ("ctrl+z", _("undo"))
        if self.results.query.in_trash:
            return [("enter", _("read")), ("ctrl+x", _("bring back")), ("tab", _("conversations")), undo]
        return [
            ("enter", _("open")),
            ("f2", _("rename")),
            ("ctrl+x", _("trash")),
            ("ctrl+t", _("pin")),
            ("tab", _("show trash")),
            ("ctrl+n", _("new")),
            undo,
            ("f1", _("keys")),
        ]

    # -- Leaving

    async def before_quit(self) -> None:
        """Wait until every change is made."""
        async with self._one_at_a_time:
            pass

    @on(ConversationList.Chosen)
    def _clicked(self, event: ConversationList.Chosen) -> None:
        event.stop()
        self._go_to(Chosen(event.conversation_id, event.message_id))

    @work(group="change", name=HOLDS_KEYS)
    async def action_back(self) -> None:
        """Leave, once every change is made."""
        async with self._one_at_a_time:
            if self._current in self._changes.trashed and not self._was_trashed:
                self.dismiss(Chosen(""))
            elif self._changes.titles.get(self._current) != self._titled:
                self.dismiss(Chosen(self._current))
            else:
                self.dismiss(None)

    @work(group="change", name=HOLDS_KEYS)
    async def action_new(self) -> None:
        """Begin a new conversation."""
        async with self._one_at_a_time:
            self.dismiss(Chosen(""))

    # -- Moving and opening

    def action_open(self) -> None:
        """Open what is under the cursor; a row that stands for others shows them."""
        self._on_rows(self._open)

    def action_move(self, how: Move) -> None:
        """Move the cursor."""
        self._on_rows(partial(self._move, how))

    async def action_toggle_trash(self) -> None:
        """Type `in:trash`, or take it away."""
        self.filter.value = trash_toggled(self.filter.value)
        self.filter.action_end()

    @work(group="change", name=HOLDS_KEYS)
    async def _on_rows(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do this once the rows are those of the filter. Keys that come meanwhile wait."""
        async with self._one_at_a_time:
            if self.filter.value != self.results.text:
                await self._fetch(self.filter.value)
            with self._told():
                await act()

    async def _open(self) -> None:
        if (chosen := self.rows.choose()) is not None:
            self._go_to(chosen)

    def _go_to(self, chosen: Chosen) -> None:
        self.dismiss(replace(chosen, terms=self.results.query.terms) if chosen.message_id else chosen)

    async def _move(self, how: Move) -> None:
        self.rows.move(how)

    # -- What is done with the conversation under the cursor

    def action_rename(self) -> None:
        """Ask for a new title."""
        self._on_rows(partial(self._with_chosen, self._rename))

    def action_trash(self) -> None:
        """Move the conversation to the trash, or out of it."""
        self._on_rows(partial(self._with_chosen, self._trash_or_restore))

    def action_pin(self) -> None:
        """Keep the conversation at the top, or no longer."""
        self._on_rows(partial(self._with_chosen, self._pin))

    async def _with_chosen(self, act: Callable[[ConversationSummary], Awaitable[None]]) -> None:
        if (entry := self.rows.entry) is not None:
            await act(entry.conversation)

    async def _rename(self, conversation: ConversationSummary) -> None:
        key = self.rows.key
        if self._is_in_trash(conversation):
            return
        title = await self.app.push_screen_wait(RenameDialog(conversation.title))
        if title is not None and title != conversation.title:
            await self._changes.rename(conversation, title)
            await self._fetch(self.results.text, key)

    def _is_in_trash(self, conversation: ConversationSummary) -> bool:
        if conversation.trashed:
            sentence = _("It is in the trash. ctrl+x brings it back; then it can be changed.")
            self.notify(sentence, severity="warning")
        return conversation.trashed

    async def _trash_or_restore(self, conversation: ConversationSummary) -> None:
        beside = self.rows.neighbour(conversation.id)
        if conversation.trashed:
            await self._changes.restore(conversation)
            said = _("Brought back. ctrl+z moves it to the trash again.")
        else:
            await self._changes.trash(conversation)
            said = _("Moved to trash. ctrl+z brings it back.")
        self._report(said, one_line(conversation.title, 60))
        await self._fetch(self.results.text, beside)

    async def _pin(self, conversation: ConversationSummary) -> None:
        key = self.rows.key
        if not self._is_in_trash(conversation):
            await self._changes.set_pinned(conversation, not conversation.pinned)
            await self._fetch(self.results.text, key)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._on_rows(self._undo)

    async def _undo(self) -> None:
        undone = await self._changes.undo()
        if undone is None:
            self._report(_("There is nothing to undo."))
            return
        self._report(undone.sentence)
        await self._fetch(self.results.text, undone.conversation_id)

    def action_help(self) -> None:
        """Show the keys."""
        self._show_help()

    def _report(self, sentence: str, title: str = "") -> None:
        """Say what was done, in the place of what was said before: notices lie over the list."""
        self.app.clear_notifications()
        self.notify(sentence, title=title)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Show why a change failed."""
        try:
            yield
        except ChangeError as error:
            self.notify(str(error), severity="warning")
        except StoreError as error:
            self.notify(str(error), severity="error", timeout=12)
