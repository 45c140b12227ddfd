"""What the filter of the conversations finds, and how that is said."""

from __future__ import annotations

import time

from tui.domain.chat import ConversationSummary
from tui.domain.errors import StoreError
from tui.domain.i18n import _, plural
from tui.domain.search import Query, parse_query
from tui.services.finding import Found, find
from tui.services.services import Services
from tui.widgets.conversation_list import ConversationList
from tui.widgets.conversation_rows import Entry

ROWS = 200
"""Conversations read at once; more come when the cursor nears the end."""
NEAR_THE_END = 20
"""Rows from the last one."""


class ConversationResults:
    """Reads what a filter finds and fills the list with it."""

    def __init__(self, services: Services, rows: ConversationList, current: str) -> None:
        """`current` is the id of the conversation that is open."""
        self.text = ""
        """The filter that was read last."""
        self.query = Query()
        """What it asks for."""
        self.found = Found()
        self._trouble = ""
        """Why it could not be read."""
        self._store = services.store
        self._turns = services.turns
        self._rows = rows
        self._current = current
        self._limit = ROWS
        self._drawn: object = None
        """What the list was filled with, and when: the same is not drawn again."""

    async def read(self, text: str) -> None:
        """Read what this filter finds."""
        query, trouble = parse_query(text), ""
        if text != self.text:
            self._limit = ROWS
        try:
            found = await find(self._store, query, self._limit)
        except StoreError as error:
            found, trouble = Found(), str(error)
        self.text, self.query, self.found, self._trouble = text, query, found, trouble

    def show(self, to: str = "") -> None:
        """Fill the list; the cursor goes to the row with the key `to`, else stays where it is.

        Another filter begins with its best row.
        """
        found, now = self.found, time.time()
        live = frozenset(turn.conversation.id for turn in self._turns.running)
        drawn = (self.text, found, live, int(now // 60))
        if drawn == self._drawn and not to:
            return
        self._drawn = drawn
        rows, current = self._rows, self._current
        if self.query.searches_text:
            rows.show_found(found.conversations, found.total, found.hits, self.query.terms, now, current, live, (to,))
        else:
            rows.show(found.conversations, now, current, live, (to, rows.key, self._first_key()))

    def _first_key(self) -> str:
        """Return the newest conversation but the open one, so that enter flips between the two; of a filter, the first."""
        rows = self.found.conversations
        if self.text.strip():
            return rows[0].id if rows else ""
        others: list[ConversationSummary] = [row for row in rows if row.id != self._current] or list(rows)
        return max(others, key=lambda row: row.updated).id if others else ""

    def needs_more(self, entry: Entry | None) -> bool:
        """Return whether the cursor is near the end of what was read, and there is more; the next read brings that."""
        ids = [row.id for row in self.found.conversations]
        near = entry is not None and entry.conversation.id in ids[-NEAR_THE_END:]
        if not near or self.found.hits or len(ids) >= self.found.total:
            return False
        self._limit = len(ids) + ROWS
        return True

    # -- In words

    @property
    def why_empty(self) -> str:
        """What to say in the place of rows."""
        query = self.query
        if self._trouble:
            return self._trouble
        filtered = query.searches_text or query.model or query.before or query.after
        if (progress := self._store.indexing) is not None:
            sentence = _("No matches so far.") if filtered else _("No conversations so far.")
            return f"{sentence} " + _("Reading {n} of {all}.").format(n=f"{progress[0]:,}", all=f"{progress[1]:,}")
        if filtered:
            return _("No matches. Try fewer words, or press esc to go back.")
        if query.in_trash:
            return _("The trash is empty. Press tab to go back.")
        return _("No saved conversations yet. Press esc to go back.")

    def count(self, *, short: bool) -> str:
        """Return how much was found; `short` where there is little room."""
        found, said = self.found, []
        if self.query.searches_text:
            if found.total:
                said.append(plural("{n} title", "{n} titles", found.total))
            if found.hits:
                n = plural("{n} message", "{n} messages", len(found.hits))
                said.append(_("more than {messages}").format(messages=n) if found.more_hits else n)
        elif self.query.in_trash:
            said.append(_("{n} in the trash").format(n=f"{found.total:,}"))
        elif found.total:
            said.append(plural("{n} conversation", "{n} conversations", found.total))
            if pinned := sum(row.pinned for row in found.conversations):
                said.append(_("{n} pinned").format(n=pinned))
        if (progress := self._store.indexing) is not None:
            indexing = _("reading {n} of {all}").format(n=f"{progress[0]:,}", all=f"{progress[1]:,}")
            said = [indexing] if short else [*said, indexing]
        return " · ".join(said)
