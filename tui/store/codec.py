"""Conversations to documents and back; the only module that knows the names of their keys.

Reading is tolerant: a field of the wrong type counts as missing, so that no single value makes a conversation
unreadable. Fields of a newer version are kept in `extra` and written back to the file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar

from tui.domain.chat import ChatMessage, Conversation, MessageError, MessageState, Role, Usage
from tui.domain.i18n import _
from tui.domain.settings import GenerationOptions

Doc = dict[str, Any]
Docs = dict[str, Doc]
Migration = Callable[[Doc, Docs], tuple[Doc, Docs]]
Word = TypeVar("Word", bound=StrEnum)

SCHEMA = 1
"""The version of the documents that this version writes."""

MIGRATIONS: Mapping[int, Migration] = {}
"""Functions from that version to the next, in memory."""

_LATEST = 253_370_764_800.0
"""The year 9999, in Unix seconds."""

_META = {"schema", "title", "created", "updated", "model", "profile", "system", "params", "leaf", "pinned"}
_MESSAGE = {
    "id", "parent_id", "role", "content", "reasoning", "reasoned", "model", "params", "usage", "finish_reason",
    "notice", "created", "first_token", "finished", "resumed", "state", "writer", "error", "deleted", "marked",
}  # fmt: skip
_ERROR = {"class", "sentence", "status", "request_id"}
_USAGE = {field.name for field in fields(Usage)}
_OPTIONS = {field.name for field in fields(GenerationOptions)}


def schema_of(meta: Doc | None) -> int:
    """Return the version of a stored conversation; 1 if it has none."""
    version = (meta or {}).get("schema")
    return max(1, version) if isinstance(version, int) else 1


def encode_meta(conversation: Conversation) -> Doc:
    """Return everything about a conversation except its messages."""
    return {
        **conversation.extra,
        "schema": SCHEMA,
        "title": conversation.title,
        "created": conversation.created,
        "updated": conversation.updated,
        "model": conversation.model,
        "profile": conversation.profile,
        "system": conversation.system,
        "params": {**_dict(conversation.extra, "params"), **conversation.options.as_dict()},
        "leaf": conversation.leaf,
        "pinned": conversation.pinned,
    }


def encode_message(message: ChatMessage) -> Doc:
    """Return one message. Every key is always present, so that a value can be unset."""
    usage, error, extra = message.usage, message.error, message.extra
    return {
        **extra,
        "id": message.id,
        "parent_id": message.parent_id,
        "role": extra.get("role", message.role.value),
        "content": message.content,
        "reasoning": message.reasoning,
        "reasoned": message.reasoned,
        "model": message.model,
        "params": {**_dict(extra, "params"), **message.options.as_dict()},
        "usage": usage and {**_dict(extra, "usage"), **{name: getattr(usage, name) for name in sorted(_USAGE)}},
        "finish_reason": message.finish_reason,
        "notice": message.notice,
        "created": message.created,
        "first_token": message.first_token,
        "finished": message.finished,
        "resumed": message.resumed,
        "state": message.state.value,
        "writer": message.writer,
        "error": error
        and {
            **_dict(extra, "error"),
            "class": error.kind,
            "sentence": error.sentence,
            "status": error.status,
            "request_id": error.request_id,
        },
        "deleted": message.deleted,
        "marked": message.marked,
    }


def decode_conversation(
    conversation_id: str, meta: Doc | None, messages: Docs, migrations: Mapping[int, Migration] = MIGRATIONS
) -> Conversation:
    """Return the conversation in these documents, migrated to the current version."""
    meta = dict(meta) if meta is not None else {"title": _("Recovered")}
    for version in range(schema_of(meta), SCHEMA):
        meta, messages = migrations[version](meta, messages)
    decoded = {message_id: _message(message_id, doc) for message_id, doc in messages.items()}
    _reconnect(decoded.values())
    created = _moment(meta, "created")
    updated = _moment(meta, "updated")
    times = [message.created for message in decoded.values()]
    conversation = Conversation(
        id=conversation_id,
        title=_text(meta, "title"),
        created=min(times, default=0.0) if created is None else created,
        updated=max(times, default=0.0) if updated is None else updated,
        model=_text(meta, "model"),
        profile=_text(meta, "profile"),
        system=_optional_text(meta, "system"),
        options=_options(meta),
        leaf=_optional_text(meta, "leaf"),
        pinned=meta.get("pinned") is True,
        messages=decoded,
        extra=_rest(meta, _META, params=_OPTIONS),
    )
    if conversation.leaf not in decoded:
        shown = [message for message in decoded.values() if not message.deleted]
        conversation.leaf = max(shown, key=_age).id if shown else None
    return conversation


def _message(message_id: str, doc: Doc) -> ChatMessage:
    created = _moment(doc, "created")
    role = _word(doc, "role", Role)
    extra = _rest(doc, _MESSAGE, params=_OPTIONS, usage=_USAGE, error=_ERROR)
    if role is None and isinstance(doc.get("role"), str):
        extra["role"] = doc["role"]
    return ChatMessage(
        role=role or Role.ASSISTANT,
        content=_text(doc, "content"),
        id=message_id,
        parent_id=_optional_text(doc, "parent_id"),
        state=_word(doc, "state", MessageState) or MessageState.COMPLETE,
        reasoning=_text(doc, "reasoning"),
        reasoned=_number(doc, "reasoned"),
        model=_text(doc, "model"),
        options=_options(doc),
        usage=_usage(doc),
        finish_reason=_optional_text(doc, "finish_reason"),
        notice=_text(doc, "notice"),
        created=time_of(message_id) if created is None else created,
        first_token=_moment(doc, "first_token"),
        finished=_moment(doc, "finished"),
        resumed=doc.get("resumed") is True,
        writer=_text(doc, "writer"),
        error=_error(doc),
        deleted=doc.get("deleted") is True,
        marked=doc.get("marked") is True,
        extra=extra,
    )


def _reconnect(messages: Iterable[ChatMessage]) -> None:
    """Attach a message whose parent was lost to the one written before it, so that earlier messages stay visible."""
    ordered = sorted(messages, key=_age)
    known = {message.id for message in ordered}
    for before, message in zip([None, *ordered], ordered, strict=False):
        if message.parent_id is not None and message.parent_id not in known:
            message.parent_id = None if before is None else before.id


def _age(message: ChatMessage) -> tuple[float, str]:
    return message.created, message.id


def time_of(message_id: str) -> float:
    """Return the time of an id in Unix seconds, from its first 12 hexadecimal digits (milliseconds); 0 for other ids."""
    try:
        seconds = int(message_id[:12], 16) / 1000
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds < _LATEST else 0.0


def _options(doc: Doc) -> GenerationOptions:
    found = _dict(doc, "params")
    kinds: dict[str, type | UnionType] = {"temperature": int | float, "top_p": int | float, "max_tokens": int}
    usable: dict[str, Any] = {}
    for name, kind in kinds.items():
        value = found.get(name)
        if isinstance(value, kind) and not isinstance(value, bool):
            with suppress(ValueError):  # out of range counts as not set
                GenerationOptions(**{name: value})  # type: ignore[arg-type]
                usable[name] = value
    return GenerationOptions(**usable)


def _usage(doc: Doc) -> Usage | None:
    found = _dict(doc, "usage")
    counts = {name: value for name in _USAGE if isinstance(value := found.get(name), int)}
    return Usage(**counts) if counts else None


def _error(doc: Doc) -> MessageError | None:
    found = doc.get("error")
    if not isinstance(found, dict):
        return None
    status = found.get("status")
    return MessageError(
        kind=_text(found, "class") or "protocol",
        sentence=_text(found, "sentence"),
        status=status if isinstance(status, int) else None,
        request_id=_optional_text(found, "request_id"),
    )


def _rest(doc: Doc, known: set[str], **inner: set[str]) -> Doc:
    """Return the fields of `doc`, and of these dicts in it, that this version does not know."""
    rest = {key: value for key, value in doc.items() if key not in known}
    for key, names in inner.items():
        if unknown := {name: value for name, value in _dict(doc, key).items() if name not in names}:
            rest[key] = unknown
    return rest


def _text(doc: Doc, key: str) -> str:
    return _optional_text(doc, key) or ""


def _optional_text(doc: Doc, key: str) -> str | None:
    value = doc.get(key)
    return value if isinstance(value, str) else None


def _number(doc: Doc, key: str) -> float | None:
    value = doc.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _moment(doc: Doc, key: str) -> float | None:
    """Return a time in Unix seconds, if it is in the range that every platform can display."""
    value = _number(doc, key)
    return value if value is not None and 0 <= value < _LATEST else None


def _word(doc: Doc, key: str, words: type[Word]) -> Word | None:
    value = doc.get(key)
    return next((word for word in words if word.value == value), None)


def _dict(doc: Doc, key: str) -> Doc:
    value = doc.get(key)
    return value if isinstance(value, dict) else {}
