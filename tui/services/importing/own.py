"""Chinwag's own files, and plain ones: a title, a model, and messages with role and content."""

from __future__ import annotations

from collections import Counter

from tui.domain.chat import ChatMessage, Conversation, Role, now, title_from
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.services.export.json_form import ENVELOPE, KIND, VERSION
from tui.services.importing.fields import Doc, instant, rows, text
from tui.services.importing.found import Found, LeftOut, Tree, fingerprint, id_at, renewed
from tui.store.codec import SCHEMA, decode_conversation, schema_of
from tui.store.origins import IMPORTED, NEWER, Origin

PROGRAM = "chinwag"
PLAIN = "messages"
"""The program of a plain conversation; its id is a hash of its content."""

_ROLES = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
}


def is_own(doc: Doc) -> bool:
    """Return whether chinwag exported this."""
    return isinstance(doc.get("chinwag"), int) and doc.get("kind") == KIND


def is_plain(doc: Doc) -> bool:
    """Return whether this is a plain conversation."""
    return isinstance(doc.get("messages"), list)


def read_own(doc: Doc) -> Found:
    """Return the whole tree as it was; StoreError if a newer version wrote it."""
    if doc["chinwag"] > VERSION or schema_of(doc) > SCHEMA:
        raise StoreError(_(NEWER))
    messages = {text(message, "id"): message for message in rows(doc, "messages") if text(message, "id")}
    listed = doc.get("messages")
    left_out: Counter[LeftOut] = Counter()
    if missing := (len(listed) if isinstance(listed, list) else 1) - len(messages):
        left_out[LeftOut.DAMAGED] = missing
    meta = {key: value for key, value in doc.items() if key not in ENVELOPE}
    return as_found(decode_conversation("", meta, messages), text(doc, "id"), left_out)


def as_found(conversation: Conversation, id_there: str, left_out: Counter[LeftOut]) -> Found:
    """Return a conversation of another data folder, with new ids."""
    before = conversation.extra.pop(IMPORTED, None)
    origin = Origin(PROGRAM, id_there or fingerprint(list(conversation.messages)))
    return Found(renewed(conversation), origin, left_out, conversation.updated, before)


def read_plain(doc: Doc) -> Found:
    """Return messages in sequence. System messages before all others are the conversation's system prompt."""
    left_out: Counter[LeftOut] = Counter()
    created = instant(doc, "created") or instant(doc, "created_at") or now()
    conversation = Conversation(id=id_at(created), created=created, model=text(doc, "model"))
    conversation.system = text(doc, "system") or None
    tree = Tree(created)
    before: str | None = None
    listed = doc["messages"]
    left_out[LeftOut.DAMAGED] = len(listed) - len(rows(doc, "messages"))
    for number, raw in enumerate(rows(doc, "messages")):
        message = _message(raw, conversation.model, left_out)
        if message is None:
            continue
        if message.role is Role.SYSTEM and not tree and conversation.system is None:
            conversation.system = message.content
            continue
        key = str(number)
        tree.put(key, before, message, instant(raw, "created") or instant(raw, "created_at"))
        before = key
    tree.add_to(conversation, before)
    first = next((message.content for message in conversation.messages.values() if message.role is Role.USER), "")
    conversation.title = one_line(text(doc, "title")) or title_from(first)
    conversation.updated = max((message.created for message in conversation.messages.values()), default=created)
    return Found(conversation, Origin(PLAIN, text(doc, "id") or fingerprint(doc)), left_out)


def _message(raw: Doc, model: str, left_out: Counter[LeftOut]) -> ChatMessage | None:
    role = text(raw, "role")
    if role in ("tool", "function"):
        left_out[LeftOut.TOOL_OUTPUT] += 1
        return None
    if role not in _ROLES:
        left_out[LeftOut.UNKNOWN_ROLE] += 1
        return None
    content = text(raw, "content") or _joined(rows(raw, "content"), left_out)
    reasoning = text(raw, "reasoning") or text(raw, "reasoning_content")
    if not content.strip() and not reasoning.strip():
        left_out[LeftOut.TOOL_CALL if raw.get("tool_calls") else LeftOut.EMPTY] += 1
        return None
    replied = role == "assistant"
    return ChatMessage(
        _ROLES[role], content, reasoning=reasoning, model=(text(raw, "model") or model) if replied else ""
    )


def _joined(parts: list[Doc], left_out: Counter[LeftOut]) -> str:
    return "\n\n".join(said for part in parts if (said := _part(part, left_out)))


def _part(part: Doc, left_out: Counter[LeftOut]) -> str:
    """Return the text of a part of a message, in the format of chat completions."""
    if text(part, "text"):
        return text(part, "text")
    kind = text(part, "type")
    if "image" in kind:
        left_out[LeftOut.PICTURE] += 1
        return _("[picture]")
    if "audio" in kind:
        left_out[LeftOut.SOUND] += 1
    elif "file" in kind:
        left_out[LeftOut.FILE] += 1
    else:
        left_out[LeftOut.UNKNOWN_KIND] += 1
    return ""
