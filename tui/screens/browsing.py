"""Finding a saved conversation, or a message in one: the filter, the rows, the preview."""

from __future__ import annotations

import asyncio
import time

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.domain.chat import ConversationSummary
from tui.domain.errors import StoreError
from tui.domain.i18n import _, plural
from tui.domain.search import Query, parse_query
from tui.screens.answering import AnsweringScreen
from tui.screens.conversation_preview import ConversationPreview
from tui.services.finding import Found, find
from tui.services.services import Services
from tui.widgets.conversation_list import ConversationList
from tui.widgets.conversation_rows import Chosen, Entry
from tui.widgets.key_line import Hint, key_line
from tui.widgets.list_filter import ListFilter
from tui.widgets.title_editor import TitleEditor

ROWS = 200
"""Conversations fetched at once; more come when the cursor nears the end."""
NEAR_THE_END = 20
"""Rows from the last one."""
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


class BrowsingScreen(AnsweringScreen[Chosen | None]):
    """Shows what the filter finds, as it is typed. Whatever acts on the rows holds `one_at_a_time`."""

    filter = getters.query_one(ListFilter)
    rows = getters.query_one(ConversationList)
    preview = getters.query_one(ConversationPreview)
    editor = getters.query_one(TitleEditor)

    def __init__(self, services: Services, current: str, looking_for: str = "") -> None:
        """`current` is the id of the conversation on the chat screen; `looking_for` is typed already."""
        super().__init__()
        self.services = services
        self.current = current
        self.one_at_a_time = asyncio.Lock()
        """Keys act on what the letters and keys before them have left."""
        self.text = ""
        """The filter that the rows are of."""
        self.asked = Query()
        """What that filter asks for."""
        self._found = Found()
        self._drawn: object = None
        """What the list was filled with, and when: the same is not drawn again."""
        self._limit = ROWS
        self._looking_for = looking_for

    def compose(self) -> ComposeResult:
        """Filter and count, a line about the filter, list and preview, keys."""
        with Horizontal(id="bar"):
            yield Static("›", id="mark")
            yield ListFilter(
                self._looking_for, placeholder=_("Search titles and messages"), compact=True, select_on_focus=False
            )
            yield Static(id="count", markup=False)
        yield Static(id="note", markup=False)
        with Horizontal(id="body"):
            yield ConversationList(focusable=False, details=True)
            yield ConversationPreview(self.services)
            yield TitleEditor()
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
        self._show_words_around()
        self._show_preview()

    # -- The rows

    @on(ListFilter.Changed)
    def _typed(self, event: ListFilter.Changed) -> None:
        event.stop()
        if event.input is self.filter:
            self._fill()

    @work(group="fill", exclusive=True)
    async def _fill(self) -> None:
        async with self.one_at_a_time:
            await self.fetch(self.filter.value)

    @work(group="look", exclusive=True)
    async def _look_round(self) -> None:
        try:
            await self.services.store.refresh()
        except StoreError:
            return  # said when something is opened or changed
        async with self.one_at_a_time:
            await self.fetch(self.text)

    async def fetch(self, text: str, to: str = "") -> None:
        """Read the rows of a filter; the cursor goes to the row with the key `to`, else stays where it is.

        Another filter begins with its best row.
        """
        query = parse_query(text)
        if text != self.text:
            self._limit = ROWS
        trouble = ""
        try:
            found = await find(self.services.store, query, self._limit)
        except StoreError as error:
            found, trouble = Found(), str(error)
        if self._leaving:
            return
        self.text, self.asked, self._found = text, query, found
        live = frozenset(turn.conversation.id for turn in self.services.turns.running)
        drawn = (text, found, live, int(time.time() // 60))
        if to or drawn != self._drawn:
            self._drawn = drawn
            self._show_rows(live, to)
        self._show_words(trouble)
        self._show_preview()

    def _show_rows(self, live: frozenset[str], to: str) -> None:
        found, now = self._found, time.time()
        if self.asked.searches_text:
            terms = self.asked.terms
            self.rows.show_found(found.conversations, found.total, found.hits, terms, now, self.current, live, (to,))
        else:
            self.rows.show(found.conversations, now, self.current, live, (to, self.rows.key, self._begin_with()))

    def _begin_with(self) -> str:
        """The newest conversation but the current one, so that enter flips between the two; the first of some."""
        rows = self._found.conversations
        if self.text.strip():
            return rows[0].id if rows else ""
        others: list[ConversationSummary] = [row for row in rows if row.id != self.current] or list(rows)
        return max(others, key=lambda row: row.updated).id if others else ""

    @on(ConversationList.Highlighted)
    def _moved(self, event: ConversationList.Highlighted) -> None:
        event.stop()
        self._show_preview()
        ids = [row.id for row in self._found.conversations]
        near = event.entry is not None and event.entry.conversation.id in ids[-NEAR_THE_END:]
        if near and not self._found.hits and len(ids) < self._found.total:
            self._limit = len(ids) + ROWS
            self._fill()

    @property
    def entry(self) -> Entry | None:
        """The row under the cursor, unless it stands for others."""
        return self.rows.entry

    @property
    def _leaving(self) -> bool:
        """The widgets are being removed: what a worker has read comes too late."""
        return not self.display

    def _show_preview(self) -> None:
        self.preview.follow(None if self.has_class("-narrow") else self.entry, self.asked.terms)

    # -- The words around them

    def _show_words(self, trouble: str) -> None:
        self.set_class(self._found.nothing, "-empty")
        self.query_one("#empty", Static).update(trouble or self._nothing())
        self.query_one("#count", Static).update(self._count())
        self._show_words_around()

    def _show_words_around(self) -> None:
        """The line below the filter, and the keys: as much as there is room for."""
        self.say(self.asked.problem)
        keys = self.query_one("#keys", Static)
        keys.update(key_line(self.size.width - keys.styles.margin.width, *self.key_hints()))

    def say(self, problem: str = "") -> None:
        """Say what is wrong below the filter; else what a filter can hold, while it is empty."""
        note = self.query_one("#note", Static)
        if problem:
            note.update(Content.styled(problem, "$warning"))
        elif self.filter.value.strip():
            note.update("")
        else:
            space = " " if self.has_class("-narrow") else "  "
            note.update(Content.styled(space.join((_("or"), *FILTERS)), "$muted"))

    def _nothing(self) -> str:
        searched = self.asked.searches_text or self.asked.model or self.asked.before or self.asked.after
        if indexing := self._indexing():
            sentence = _("Nothing matches so far.") if searched else _("No conversations so far.")
            return f"{sentence} {indexing[0].upper()}{indexing[1:]}."
        if searched:
            return _("Nothing matches. Fewer letters find more; escape goes back.")
        if self.asked.in_trash:
            return _("The trash is empty. tab shows conversations.")
        return _("No saved conversations yet. escape goes back.")

    def _indexing(self) -> str:
        progress = self.services.store.indexing
        if progress is None:
            return ""
        read, of = progress
        return _("reading {n} of {all}").format(n=f"{read:,}", all=f"{of:,}")

    def _count(self) -> str:
        found, said = self._found, []
        if self.asked.searches_text:
            if found.total:
                said.append(plural("{n} title", "{n} titles", found.total))
            if found.hits:
                n = plural("{n} message", "{n} messages", len(found.hits))
                said.append(_("more than {messages}").format(messages=n) if found.more_hits else n)
        elif self.asked.in_trash:
            said.append(_("{n} in the trash").format(n=f"{found.total:,}"))
        elif found.total:
            said.append(plural("{n} conversation", "{n} conversations", found.total))
            if pinned := sum(row.pinned for row in found.conversations):
                said.append(_("{n} pinned").format(n=pinned))
        if indexing := self._indexing():
            said = [indexing] if self.has_class("-narrow") else [*said, indexing]
        return " · ".join(said)

    def key_hints(self) -> tuple[list[Hint], list[Hint]]:
        """The keys that are named at the foot: at the left by weight, at the right those that lead out."""
        return [], []
