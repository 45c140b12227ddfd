"""Chinwag's own files, from an export or another data folder."""

from __future__ import annotations

import json
from collections import Counter

from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.services.export.json_form import ENVELOPE, KIND, VERSION
from tui.services.importing.fields import Doc, rows, text
from tui.services.importing.found import Found, fingerprint, renewed
from tui.services.importing.left_out import LeftOut
from tui.store.codec import SCHEMA, decode_conversation, schema_of
from tui.store.origins import IMPORTED, NEWER, Origin

PROGRAM = "chinwag"


def is_own(doc: Doc) -> bool:
    """Return whether chinwag exported this."""
    return isinstance(doc.get("chinwag"), int) and doc.get("kind") == KIND


def read_own(doc: Doc) -> Found:
    """Return the whole tree as it was; StoreError if a newer version wrote it, RecursionError if it cannot be stored."""
    if doc["chinwag"] > VERSION or schema_of(doc) > SCHEMA:
        raise StoreError(_(NEWER))
    messages = {text(message, "id"): message for message in rows(doc, "messages") if text(message, "id")}
    listed = doc.get("messages")
    left_out: Counter[LeftOut] = Counter()
    if missing := (len(listed) if isinstance(listed, list) else 1) - len(messages):
        left_out[LeftOut.DAMAGED] = missing
    left_out[LeftOut.DAMAGED] += sum(not isinstance(message.get("content"), str) for message in messages.values())
    meta = {key: value for key, value in doc.items() if key not in ENVELOPE}
    found = as_found(decode_conversation("", meta, messages), text(doc, "id"), left_out)
    json.dumps([found.before, found.conversation.extra, *(one.extra for one in found.conversation.messages.values())])
    return found


def as_found(conversation: Conversation, id_there: str, left_out: Counter[LeftOut]) -> Found:
    """Return a conversation of another data folder, with new ids."""
    before = conversation.extra.pop(IMPORTED, None)
    origin = Origin(PROGRAM, id_there or fingerprint(list(conversation.messages)))
    return Found(renewed(conversation), origin, +left_out, conversation.updated, before)
