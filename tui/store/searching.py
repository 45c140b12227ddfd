"""Queries of the search index. Reads only, on its own connection and thread. Blocking."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from tui.domain.chat import ConversationSummary, Role
from tui.domain.search import Query, SearchHit, contains, fold, matching_line
from tui.store.entries import IndexedMessage
from tui.store.folder import DataFolder
from tui.store.index import COLUMNS, first_number, has_words, moment_of, storable, summary_of
from tui.store.indexing import read_entry
from tui.store.tokenizer import joined, match_expression

LINE_LENGTH = 300
"""Characters of a matching line."""

_Condition = tuple[list[str], list[Any]]


class IndexReader:
    """Lists and searches. Methods raise sqlite3.Error if the file fails."""

    def __init__(self, db: sqlite3.Connection, folder: DataFolder) -> None:
        self._db = db
        self._folder = folder
        self._has_words = has_words(db)

    def recent(self, limit: int, skip: int, query: Query) -> list[ConversationSummary]:
        """Return the conversations whose title has all terms: pinned ones, then the newest."""
        return self._list("c.pinned DESC, c.updated DESC, c.id DESC", limit, skip, query)

    def newest(self) -> str:
        """Return the id of the conversation changed last, pinned or not; empty if there is none."""
        found = self._list("c.updated DESC, c.id DESC", 1, 0, Query())
        return found[0].id if found else ""

    def count(self, query: Query) -> int:
        """Return how many conversations `recent` finds without a limit."""
        where, values = _of_conversations(query)
        found = self._db.execute(f"SELECT count(*) FROM conversation c WHERE {' AND '.join(where)}", values)  # noqa: S608
        return int(found.fetchone()[0])

    def search(self, limit: int, query: Query, go_on: Callable[[], bool]) -> Iterator[SearchHit]:
        """Yield messages that have all terms, the newest first; without indexed words, the newest conversations first.

        Ends early when `go_on` returns False.
        """
        expression = match_expression(query.terms)
        if (query.terms and not expression) or not go_on():
            return iter(())
        if self._has_words:
            return self._look_up(limit, query, expression)
        return islice(self._scan(query, go_on), limit)

    def interrupt(self) -> None:
        """Make the running query end with sqlite3.OperationalError. For any thread."""
        with suppress(sqlite3.ProgrammingError):  # closed
            self._db.interrupt()

    def _list(self, order: str, limit: int, skip: int, query: Query) -> list[ConversationSummary]:
        where, values = _of_conversations(query)
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM conversation c WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
            (*values, limit, skip),
        )
        return [summary_of(row) for row in rows]

    def _look_up(self, limit: int, query: Query, expression: str) -> Iterator[SearchHit]:
        where, values = _of_messages(query)
        if expression:
            where.insert(0, "words MATCH ?")
            values.insert(0, expression)
        # CROSS JOIN makes the planner start with the words, whose rows are in order of time.
        rows = self._db.execute(
            f"SELECT m.id, m.role, m.number, w.text, {COLUMNS} FROM words w"  # noqa: S608 (constants)
            " CROSS JOIN message m ON m.number = w.rowid CROSS JOIN conversation c ON c.number = m.conversation"
            f" WHERE {' AND '.join(where)} ORDER BY w.rowid DESC LIMIT ?",
            (*values, limit),
        )
        for message_id, role, number, text, *conversation in rows:
            line, marks = matching_line(joined(text), query.terms, LINE_LENGTH)
            yield SearchHit(summary_of(tuple(conversation)), message_id, Role(role), moment_of(number), line, marks)

    def _scan(self, query: Query, go_on: Callable[[], bool]) -> Iterator[SearchHit]:
        """Search the files themselves."""
        for summary in self._list("c.updated DESC", -1, 0, Query(in_trash=query.in_trash)):
            if not go_on():
                return
            entry = read_entry(self._folder, summary.id)
            messages = sorted(entry.messages, key=lambda m: m.created, reverse=True) if entry is not None else []
            for message in messages:
                if message.content.strip() and _fits(message, summary, query):
                    line, marks = matching_line(message.content, query.terms, LINE_LENGTH)
                    yield SearchHit(summary, message.id, Role(message.role), message.created, line, marks)


def _of_conversations(query: Query) -> _Condition:
    where: list[str] = ["c.trashed = ?"]
    values: list[Any] = [query.in_trash]
    for term in query.terms:
        where.append("instr(c.folded, ?)")
        values.append(storable(fold(term.text)))
    if query.model:
        where.append("instr(lower(c.model), ?)")
        values.append(storable(query.model.lower()))
    if query.after is not None:
        where.append("c.updated >= ?")
        values.append(query.after)
    if query.before is not None:
        where.append("c.updated < ?")
        values.append(query.before)
    return where, values


def _of_messages(query: Query) -> _Condition:
    where: list[str] = ["c.trashed = ?"]
    values: list[Any] = [query.in_trash]
    if query.role is not None:
        where.append("m.role = ?")
        values.append(query.role.value)
    if query.model:  # a prompt has no model: the conversation's counts
        where.append("instr(lower(iif(m.model = '', c.model, m.model)), ?)")
        values.append(storable(query.model.lower()))
    if query.after is not None:
        where.append("w.rowid >= ?")
        values.append(first_number(query.after))
    if query.before is not None:
        where.append("w.rowid < ?")
        values.append(first_number(query.before))
    return where, values


def _fits(message: IndexedMessage, summary: ConversationSummary, query: Query) -> bool:
    """Return whether a message meets the conditions of `_of_messages`, and has the terms."""
    return (
        (query.role is None or message.role == query.role.value)
        and query.model.lower() in (message.model or summary.model).lower()
        and (query.after is None or message.created >= query.after)
        and (query.before is None or message.created < query.before)
        and contains(message.content, query.terms)
    )
