"""SQLite databases of oterm, elia and llm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tui.domain.errors import StoreError
from tui.services.importing.fields import Doc, ident, instant, text
from tui.services.importing.found import Found, fingerprint
from tui.services.importing.plain import read_plain
from tui.store.foreign_database import Database, open_database


def read_database(path: Path) -> Iterator[Found | StoreError | None]:
    """Yield the conversations of a database, or `None` if another program wrote it. StoreError if it is damaged."""
    with open_database(path) as database:
        read = next((read for is_such, read in PROGRAMS if is_such(database)), None)
        if read is None:
            yield None
            return
        for program, doc in read(database):
            try:
                yield read_plain(doc, program)
            except StoreError as error:
                yield error


def _is_oterm(database: Database) -> bool:
    return database.has("chat", "id") and database.has("message", "chat_id", "author", "text")


def _oterm(database: Database) -> Iterator[tuple[str, Doc]]:
    for chat, rows in _chats(database):
        messages = []
        for row in rows:
            images: Any = None
            with suppress(ValueError, RecursionError):
                images = json.loads(text(row, "images") or "[]")
            messages.append({"role": row.get("author"), "text": row.get("text"), "images": images})
        yield "oterm", {**chat, "messages": messages}


def _chats(database: Database) -> Iterator[tuple[Doc, list[Doc]]]:
    """Yield the chats with their messages; messages without a chat come last."""
    messages = database.grouped("message", "chat_id", order="id")
    for chat in [*database.rows("chat"), {}]:
        groups = [messages.pop(ident(chat, "id"), [])] if chat else list(messages.values())
        for rows in groups:
            # ids begin at 1 in each database
            own = fingerprint(
                [
                    ident(chat, "id"),
                    text(chat, "name", "title", "started_at"),
                    text(rows[0], "text", "content") if rows else "",
                ]
            )
            yield {**chat, "id": own}, rows


def _is_elia(database: Database) -> bool:
    return database.has("chat", "id") and database.has("message", "chat_id", "role", "content")


def _elia(database: Database) -> Iterator[tuple[str, Doc]]:
    for chat, rows in _chats(database):
        yield "elia", {**chat, "model": text(chat, "model", "model_name"), "messages": rows}


def _is_llm(database: Database) -> bool:
    return any(
        database.has(table, *columns)
        for table, *columns in (("responses", "prompt", "response"), ("logs", "prompt", "response"), ("log", "prompt", "response"),
                                ("threads", "id", "tip_message_hash"))
    )  # fmt: skip


def _llm(database: Database) -> Iterator[tuple[str, Doc]]:
    """Yield the conversations of each of the layouts that llm has had; a database may hold all of them."""
    heads = {ident(row, "id"): row for row in database.rows("conversations")}
    linked = {
        table: database.grouped(table, "response_id", order="order")
        for table in ("prompt_fragments", "prompt_attachments", "tool_results", "tool_calls")
    }
    for table, group in (("responses", "conversation_id"), ("logs", "chat_id"), ("log", "chat_id")):
        if not database.has(table, "prompt", "response"):
            continue
        together: dict[str, list[Doc]] = {}
        for number, row in enumerate(database.rows(table)):
            own = ident(row, "id") or str(number)
            together.setdefault(ident(row, group) or own, []).append(row)
        for key, rows in together.items():
            head = heads.pop(key, {})
            messages = [message for row in rows for message in _turn(database, row, linked)]
            system = next((found for row in rows if (found := text(row, "system"))), "")
            model = text(head, "model") or text(rows[0], "model")
            yield "llm", {"id": key, "name": text(head, "name"), "model": model, "system": system, "messages": messages}
    for thread in database.rows("threads"):
        yield "llm", _thread(database, thread)


def _turn(database: Database, row: Doc, linked: dict[str, dict[str, list[Doc]]]) -> Iterator[Doc]:
    """Yield the prompt and the reply of one response."""
    key = ident(row, "id")
    fragments = [
        text(fragment, "content")
        for link in linked["prompt_fragments"].get(key, [])
        for fragment in database.rows("fragments", "id", link.get("fragment_id"))
    ]
    attached = [
        {"type": fragment.get("type"), "name": fragment.get("path") or fragment.get("url")}
        for link in linked["prompt_attachments"].get(key, [])
        for fragment in database.rows("attachments", "id", link.get("attachment_id"))
    ]
    asked = instant(row, "datetime_utc", "timestamp_utc", "timestamp")
    prompt = "\n\n".join(part for part in (*fragments, text(row, "prompt")) if part)
    yield {"role": "user", "content": prompt, "created": asked, "files": attached}
    for _result in linked["tool_results"].get(key, []):
        yield {"role": "tool"}
    lasted = row.get("duration_ms")
    yield {
        "role": "assistant",
        "content": row.get("response"),
        "reasoning": row.get("reasoning"),
        "model": text(row, "resolved_model", "model"),
        "created": asked and asked + (max(0, lasted) / 1000 if isinstance(lasted, int) and lasted < 1 << 40 else 0),
        "tool_calls": linked["tool_calls"].get(key, []),
    }


def _thread(database: Database, thread: Doc) -> Doc:
    """Return a conversation of the newer layout: a tree of messages that conversations share."""
    turns = {ident(turn, "tip_message_hash"): turn for turn in database.rows("turns", "thread_id", thread.get("id"))}
    messages: dict[str, Doc] = {}
    for tip in (*turns, ident(thread, "tip_message_hash")):
        at = tip
        while at and at not in messages:
            row = next(iter(database.rows("messages", "hash", at)), None)
            if row is None:
                break
            turn = turns.get(at, {})
            messages[at] = {
                "id": at,
                "parent": row.get("parent_hash"),
                "role": row.get("role"),
                "content": [
                    _part(database, part) for part in database.rows("parts", "message_hash", at, order="position")
                ],
                "model": text(turn, "resolved_model", "model"),
                "created": turn.get("datetime_utc"),
            }
            at = ident(row, "parent_hash")
    first = instant(thread, "datetime_utc") or min(
        (found for turn in turns.values() if (found := instant(turn, "datetime_utc"))), default=None
    )
    ordered = _parents_first(messages)
    return {"id": thread.get("id"), "name": thread.get("name"), "created": first, "messages": ordered,
            "leaf": thread.get("tip_message_hash")}  # fmt: skip


def _parents_first(messages: dict[str, Doc]) -> list[Doc]:
    ordered: dict[str, Doc] = {}
    for tip in messages:
        line: dict[str, Doc] = {}
        at = tip
        while at not in ordered and at not in line and (message := messages.get(at)) is not None:
            line[at] = message
            at = ident(message, "parent")
        ordered |= dict(reversed(line.items()))
    return list(ordered.values())


def _part(database: Database, part: Doc) -> Doc:
    payload: Any = None
    with suppress(ValueError, RecursionError):
        payload = json.loads(text(part, "payload") or "{}")
    payload = payload if isinstance(payload, dict) else {}
    said = text(part, "text") or text(payload, "text")
    pieces = payload.get("text_ref")
    for piece in pieces if isinstance(pieces, list) else []:
        if isinstance(piece, dict):
            said += text(piece, "literal")
            said += "".join(text(row, "content") for row in database.rows("fragments", "id", piece.get("fragment")))
    return {"type": part.get("type"), "text": said}


PROGRAMS = ((_is_oterm, _oterm), (_is_elia, _elia), (_is_llm, _llm))
