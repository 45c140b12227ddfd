"""Chatbox's export: sessions, each under a key of its own, with earlier threads and forks."""

from __future__ import annotations

from collections.abc import Iterator

from tui.domain.errors import StoreError
from tui.services.importing.assembly import Assembly
from tui.services.importing.fields import CREATED, Doc, ident, instant, mapping, rows, text
from tui.services.importing.found import Found
from tui.services.importing.plain import add_listed

PROGRAM = "chatbox"


def is_chatbox(doc: Doc) -> bool:
    """Return whether this is an export of this program."""
    return "chat-sessions-list" in doc or "chat-sessions" in doc or any(key.startswith("session:") for key in doc)


def read_chatbox(doc: Doc) -> Iterator[Found | StoreError]:
    """Yield the sessions, and their earlier threads as conversations of their own."""
    sessions = [value for key, value in doc.items() if key.startswith("session:") and isinstance(value, dict)]
    for session in sessions or rows(doc, "chat-sessions"):
        for talk in (session, *rows(session, "threads")):
            try:
                yield _read(talk, mapping(session, "messageForksHash"), text(session, "name"))
            except StoreError as error:
                yield error


def _read(talk: Doc, forks: Doc, name: str) -> Found:
    assembly = Assembly(PROGRAM)
    listed = talk.get("messages")
    leaf = add_listed(assembly, listed if isinstance(listed, list) else [])
    for at, fork in forks.items():
        if assembly.tree.message(at) is None or not isinstance(fork, dict):
            continue  # of another thread
        for number, other in enumerate(rows(fork, "lists")):
            messages = other.get("messages")
            add_listed(assembly, messages if isinstance(messages, list) else [], prefix=f"{at}.{number}", before=at)
    title = text(talk, "threadName", "name") or name
    return assembly.finish(talk, ident(talk, "id"), title=title, created=instant(talk, *CREATED), leaf=leaf)
