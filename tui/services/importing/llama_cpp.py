"""The web UI of llama.cpp: a conversation and the tree of its messages, as one JSON file or as lines."""

from __future__ import annotations

from tui.services.importing.assembly import Assembly
from tui.services.importing.fields import CREATED, Doc, ident, instant, mapping, rows, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut
from tui.services.importing.plain import decode, model_of

PROGRAM = "llama.cpp"


def is_llama_cpp(doc: Doc) -> bool:
    """Return whether this is a conversation of this program."""
    return "conv" in doc and isinstance(doc.get("messages"), list)


def read_llama_cpp(doc: Doc) -> Found:
    """Return the conversation with all its branches. Lines without ids follow each other."""
    head = mapping(doc, "conv")
    assembly = Assembly(PROGRAM, model_of(head))
    messages = rows(doc, "messages")
    assembly.left_out[LeftOut.DAMAGED] += len(doc["messages"]) - len(messages)
    linked = any(ident(raw, "parent", "parentId") for raw in messages)
    before: str | None = None
    for number, raw in enumerate(messages):
        parent = ident(raw, "parent", "parentId") if linked else before
        key = ident(raw, "id") or f"#{number}"
        if text(raw, "type") == "root" and not text(raw, "content"):
            assembly.tree.leave_out(key, parent)
            continue
        message = decode(raw, assembly)
        before = assembly.add(key, parent, message.author, message.words, model=message.model, created=message.created)
        if raw.get("toolCalls"):
            assembly.left_out[LeftOut.TOOL_CALL] += 1
    times = [found for raw in messages if (found := instant(raw, *CREATED))]
    return assembly.finish(
        doc,
        ident(head, "id"),
        title=text(head, "name", "title"),
        created=instant(head, *CREATED) or min(times, default=None),
        updated=instant(head, "lastModified"),
        leaf=ident(head, "currNode") or (None if linked else before),
        pinned=head.get("pinned") is True,
    )
