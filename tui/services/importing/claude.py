"""Claude's data export: `conversations.json`, a list of conversations, each with its "chat_messages".

The site's own API returns one conversation in the same shape, with the model's name.
"""

from __future__ import annotations

from collections import Counter

from tui.domain.chat import ChatMessage, Conversation, Role, now
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.services.importing.fields import Doc, instant, mapping, rows, text
from tui.services.importing.found import Found, LeftOut, Tree, fenced, fingerprint, id_at
from tui.store.origins import Origin

PROGRAM = "claude"

_ROLES = {"human": Role.USER, "user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}
_TOOLS = {"tool_use", "tool_result"}
_SILENT = {"token_budget", "flag"}
"""Kinds of content without words."""


def is_claude(doc: Doc) -> bool:
    """Return whether this is a conversation of such an export."""
    return isinstance(doc.get("chat_messages"), list)


def read_claude(doc: Doc) -> Found:
    """Return the conversation with all its branches. Exports do not name models; a name in the file is kept."""
    left_out: Counter[LeftOut] = Counter()
    created = instant(doc, "created_at") or instant(doc, "updated_at") or now()
    tree = Tree(created)
    raw_messages = rows(doc, "chat_messages")
    before: str | None = None
    for number, raw in enumerate(raw_messages):
        key = text(raw, "uuid") or f"#{number}"
        parent = text(raw, "parent_message_uuid") or before  # older exports are in order, without parents
        before = key
        message = _message(raw, text(doc, "model"), left_out)
        if message is None:
            tree.leave_out(key, parent)
        else:
            tree.put(key, parent, message, instant(raw, "created_at"))
    conversation = Conversation(
        id=id_at(created),
        title=one_line(text(doc, "name")),
        created=created,
        updated=instant(doc, "updated_at") or created,
        model=text(doc, "model"),
        pinned=doc.get("is_starred") is True,
    )
    tree.add_to(conversation, text(doc, "current_leaf_message_uuid") or None)
    origin = Origin(PROGRAM, text(doc, "uuid") or fingerprint(doc))
    return Found(conversation, origin, left_out, instant(doc, "updated_at") or 0.0)


def _message(raw: Doc, model: str, left_out: Counter[LeftOut]) -> ChatMessage | None:
    role = _ROLES.get(text(raw, "sender"))
    if role is None:
        left_out[LeftOut.UNKNOWN_ROLE] += 1
        return None
    parts: list[str] = []
    thoughts: list[str] = []
    for block in rows(raw, "content"):
        _take(block, parts, thoughts, left_out)
    if not any(part.strip() for part in parts) and not _TOOLS & {text(block, "type") for block in rows(raw, "content")}:
        parts.append(text(raw, "text"))  # with tool blocks it only says that they cannot be shown
    parts += _attached(raw, left_out)
    content = "\n\n".join(part for part in parts if part.strip())
    reasoning = "\n\n".join(thought for thought in thoughts if thought.strip())
    if not content and not reasoning:
        left_out[LeftOut.EMPTY] += 1
        return None
    return ChatMessage(
        role, content, reasoning=reasoning, model=(text(raw, "model") or model) if role is Role.ASSISTANT else ""
    )


def _take(block: Doc, parts: list[str], thoughts: list[str], left_out: Counter[LeftOut]) -> None:
    """Add one block of content."""
    kind = text(block, "type")
    if kind in ("text", "voice_note"):
        parts.append(text(block, "text"))
    elif kind == "thinking":
        thoughts.append(text(block, "thinking"))
    elif kind == "tool_use":
        written = _written(block)
        if written:
            parts.append(written)
        else:
            left_out[LeftOut.TOOL_CALL] += 1
    elif kind == "tool_result":
        left_out[LeftOut.TOOL_OUTPUT] += 1
    elif kind == "image":
        left_out[LeftOut.PICTURE] += 1
        parts.append(_("[picture]"))
    elif kind not in _SILENT:
        left_out[LeftOut.UNKNOWN_KIND] += 1


def _written(block: Doc) -> str:
    """Return a document that the model wrote with a tool: an artifact, or a file."""
    given = mapping(block, "input")
    if text(block, "name") == "artifacts":
        kind = text(given, "type")
        language = text(given, "language") or ("markdown" if kind == "text/markdown" else "")
        title, content = text(given, "title") or text(given, "id"), text(given, "content")
    elif text(block, "name") == "create_file":
        title, language, content = text(given, "path"), "", text(given, "file_text")
    else:
        return ""
    return fenced(one_line(title, 80), one_line(language, 30), content) if content.strip() else ""


def _attached(raw: Doc, left_out: Counter[LeftOut]) -> list[str]:
    """Return the attachments: the text of long pastes, and the names of other files."""
    found = []
    for attachment in rows(raw, "attachments"):
        name = one_line(text(attachment, "file_name"), 80)
        pasted = text(attachment, "extracted_content")
        if pasted.strip():
            found.append(fenced(name, "", pasted))
        else:
            left_out[LeftOut.FILE] += 1
            found.append(_("[file: {name}]").format(name=name or "?"))
    for file in rows(raw, "files"):
        left_out[LeftOut.PICTURE if text(file, "file_kind") == "image" else LeftOut.FILE] += 1
        found.append(_("[file: {name}]").format(name=one_line(text(file, "file_name"), 80) or "?"))
    return found
