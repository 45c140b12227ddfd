"""Cherry Studio's backup, `data.json` in its zip: topics, whose messages name blocks of content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.services.importing.assembly import Assembly
from tui.services.importing.fields import CREATED, UPDATED, Doc, ident, instant, mapping, rows, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut
from tui.services.importing.plain import decode

PROGRAM = "cherry-studio"


def is_cherry_studio(doc: Doc) -> bool:
    """Return whether this is a backup of this program."""
    return isinstance(mapping(doc, "indexedDB").get("topics"), list)


def read_cherry_studio(doc: Doc) -> Iterator[Found | StoreError]:
    """Yield the topics."""
    heads = _heads(mapping(doc, "localStorage"))
    database = mapping(doc, "indexedDB")
    blocks = {ident(block, "id"): block for block in rows(database, "message_blocks")}
    alone = set(blocks)
    for topic in rows(database, "topics"):
        try:
            yield _read(topic, heads.get(ident(topic, "id"), {}), blocks, alone)
        except StoreError as error:
            yield error
    if any(text(blocks[key], "content").strip() for key in alone):
        yield StoreError(_("Some of its texts belong to no message."))


def _heads(stored: Doc) -> dict[str, Doc]:
    """Return the names and prompts of topics, which are kept as JSON in JSON, by their ids."""
    heads: dict[str, Doc] = {}
    with suppress(ValueError, RecursionError):
        state = json.loads(text(stored, "persist:cherry-studio") or "{}")
        kept = json.loads(text(state, "assistants") or "{}") if isinstance(state, dict) else {}
        for assistant in rows(kept, "assistants") if isinstance(kept, dict) else []:
            for topic in rows(assistant, "topics"):
                heads[ident(topic, "id")] = {**topic, "system": text(topic, "prompt") or text(assistant, "prompt")}
    return heads


def _read(topic: Doc, head: Doc, blocks: dict[str, Doc], alone: set[str]) -> Found:
    assembly = Assembly(PROGRAM)
    assembly.system = text(head, "system")
    before: str | None = None
    chosen: set[str] = set()
    messages = topic.get("messages")
    for number, raw in enumerate(messages if isinstance(messages, list) else []):
        if not isinstance(raw, dict):
            assembly.left_out[LeftOut.DAMAGED] += 1
            continue
        if text(raw, "type") == "clear":
            continue
        named = raw.get("blocks")
        parts: list[object] = []
        for one in named if isinstance(named, list) else []:
            key = str(one)
            alone.discard(key)
            parts.append(blocks.get(key))
            assembly.left_out[LeftOut.DAMAGED] += key not in blocks
        message = decode({**raw, "content": parts} if parts else raw, assembly)
        asked = ident(raw, "askId")
        key = assembly.add(
            ident(raw, "id") or f"#{number}",
            asked if asked and assembly.tree.message(asked) else before,
            message.author,
            message.words,
            model=message.model,
            created=message.created,
        )
        if raw.get("foldSelected") is True or not asked or asked not in chosen:
            before = key  # of several replies to a prompt the conversation goes on from the chosen one, or the last
        if raw.get("foldSelected") is True:
            chosen.add(asked)
    return assembly.finish(
        topic,
        ident(topic, "id"),
        title=text(head, "name") or text(topic, "name"),
        created=instant(head, *CREATED) or instant(topic, *CREATED),
        updated=instant(head, *UPDATED),
        leaf=before,
        pinned=head.get("pinned") is True,
    )
