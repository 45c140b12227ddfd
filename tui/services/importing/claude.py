"""Claude's data export: `conversations.json`, a list of conversations, each with its "chat_messages".

The site's own API returns one conversation in the same shape, with the model's name.
"""

from __future__ import annotations

from tui.services.importing.assembly import Assembly, role_of
from tui.services.importing.content import Words
from tui.services.importing.documents import Documents, artifact_change
from tui.services.importing.fields import Doc, ident, instant, rows, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut

PROGRAM = "claude"

_TOOLS = {"tool_use", "tool_result"}


def is_claude(doc: Doc) -> bool:
    """Return whether this is a conversation of such an export."""
    return isinstance(doc.get("chat_messages"), list)


def read_claude(doc: Doc) -> Found:
    """Return the conversation with all its branches. Exports do not name models; a name in the file is kept."""
    assembly = Assembly(PROGRAM, text(doc, "model"))
    listed = doc["chat_messages"]
    assembly.left_out[LeftOut.DAMAGED] += sum(not isinstance(raw, dict) for raw in listed)
    documents: dict[str, Documents] = {}
    before: str | None = None
    for number, raw in enumerate(rows(doc, "chat_messages")):
        parent = ident(raw, "parent_message_uuid", "parent_id") or before  # older exports are in order, without parents
        known = dict(documents.get(parent or "", {}))
        words = _words(raw, assembly.words(), known)
        before = assembly.add(
            ident(raw, "uuid", "message_id", "id") or f"#{number}",
            parent,
            role_of(text(raw, "sender", "role")),
            words,
            model=text(raw, "model"),
            created=instant(raw, "created_at", "inserted_at"),
        )
        documents[before] = known
    return assembly.finish(
        doc,
        text(doc, "uuid", "id"),
        title=text(doc, "name", "title"),
        created=instant(doc, "created_at", "inserted_at"),
        leaf=text(doc, "current_leaf_message_uuid") or None,
        pinned=doc.get("is_starred") is True,
    )


def _words(raw: Doc, words: Words, documents: Documents) -> Words:
    """Collect what a message says: its blocks, else its text; then what was attached."""
    content = raw.get("content")
    blocks = rows(raw, "content")
    changed: dict[str, int] = {}
    for block in blocks:
        if text(block, "type") != "tool_use":
            words.take(block)
            continue
        known = set(documents)
        document = artifact_change(block, documents)
        if document is None:
            words.count(LeftOut.TOOL_CALL)
            continue
        if document.key in known and document.key in changed:  # only the last of the changes in one message is kept
            words.parts[changed[document.key]] = ""
        if document.key in known:
            changed[document.key] = len(words.parts)
        words.parts.append(str(document))
    if not words.content and not _TOOLS & {text(block, "type") for block in blocks}:
        words.take(text(raw, "text") or (content if isinstance(content, str) else ""))  # with tools it has no words
    words.think(raw.get("thinking_content"))
    for key in ("attachments", "files"):
        for one in rows(raw, key):
            words.attach(one, key)
    return words
