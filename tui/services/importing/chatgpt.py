"""ChatGPT's data export: `conversations.json`, a list of conversations, each a tree of nodes under "mapping"."""

from __future__ import annotations

import json
from contextlib import suppress

from tui.domain.chat import ChatMessage, MessageState, Role
from tui.services.importing.assembly import Assembly, role_of
from tui.services.importing.citations import without_marks
from tui.services.importing.content import Words, said
from tui.services.importing.documents import Documents, canvas_change
from tui.services.importing.fields import Doc, instant, mapping, rows, text
from tui.services.importing.found import Found, fenced
from tui.services.importing.left_out import LeftOut

PROGRAM = "chatgpt"

_TO_ALL = ("", "all")
_HIDDEN_KINDS = {"user_editable_context", "model_editable_context"}
_TOOL_KINDS = {"execution_output", "tether_quote", "tether_browsing_display", "system_error", "computer_output"}


def is_chatgpt(doc: Doc) -> bool:
    """Return whether this is a conversation of such an export."""
    return isinstance(doc.get("mapping"), dict)


def read_chatgpt(doc: Doc) -> Found:
    """Return the conversation with all its branches. What only the program itself saw is left out."""
    assembly = Assembly(PROGRAM)
    tree = assembly.tree
    thoughts: dict[str, str] = {}
    documents: dict[str, Documents] = {}
    for key, node in mapping(doc, "mapping").items():
        if not isinstance(node, dict):
            assembly.left_out[LeftOut.DAMAGED] += 1
            continue
        parent = text(node, "parent") or None
        raw = mapping(node, "message")
        message = None
        documents[key] = dict(documents.get(parent or "", {}))
        if thought := _thoughts(mapping(raw, "content")):
            thoughts[key] = thought
            if not node.get("children"):  # it was stopped before the first word
                message = ChatMessage(
                    Role.ASSISTANT, state=MessageState.STOPPED, model=text(mapping(raw, "metadata"), "model_slug")
                )
        elif raw:
            message = _message(raw, assembly.words(), documents[key])
        elif node.get("message") is not None:
            assembly.left_out[LeftOut.DAMAGED] += 1
        if message is None:
            tree.leave_out(key, parent)
        else:
            message.reasoning = thoughts.get(key, "")
            tree.put(key, parent, message, instant(raw, "create_time"))
    _give_thoughts(assembly, mapping(doc, "mapping"), thoughts)
    assembly.model = text(doc, "default_model_slug")
    return assembly.finish(
        doc,
        text(doc, "conversation_id", "id"),
        title=without_marks(text(doc, "title"), {}),
        created=instant(doc, "create_time"),
        updated=instant(doc, "update_time"),
        leaf=text(doc, "current_node") or None,
        pinned=doc.get("is_starred") is True,
    )


def _give_thoughts(assembly: Assembly, nodes: Doc, thoughts: dict[str, str]) -> None:
    """Move thoughts to the reply they led to: in the file they are nodes of their own, above it."""
    for key in nodes if thoughts else ():
        message = assembly.tree.message(key)
        if message is not None and message.is_reply:
            above = [thoughts[one] for one in assembly.tree.left_out_above(key) if one in thoughts]
            message.reasoning = "\n\n".join([*reversed(above), *([message.reasoning] if message.reasoning else [])])


def _message(raw: Doc, words: Words, documents: Documents) -> ChatMessage | None:
    """Return a message that people see, or `None`, counting it as left out."""
    metadata, content = mapping(raw, "metadata"), mapping(raw, "content")
    kind = text(content, "content_type")
    author = role_of(text(mapping(raw, "author"), "role"))
    if metadata.get("is_visually_hidden_from_conversation") is True or kind in _HIDDEN_KINDS:
        words.count(LeftOut.HIDDEN)
    elif author is LeftOut.TOOL_OUTPUT or kind in _TOOL_KINDS:
        pictures = sum(text(part, "content_type") == "image_asset_pointer" for part in rows(content, "parts"))
        words.count(LeftOut.PICTURE if pictures else LeftOut.TOOL_OUTPUT, pictures or 1)
    elif text(raw, "recipient") not in _TO_ALL:
        document = canvas_change(text(raw, "recipient"), _call(content), documents)
        if document is not None:
            words.parts = [str(document)]
        else:
            words.count(LeftOut.TOOL_CALL)
    elif kind != "reasoning_recap":  # it only says how long it thought
        _take(content, metadata, words)
        if not words.content and not words.counted:
            words.count(LeftOut.HIDDEN if author is Role.SYSTEM else LeftOut.EMPTY)
    if not words.content:
        return None
    if not isinstance(author, Role):
        words.count(LeftOut.UNKNOWN_ROLE)
        return None
    finish = text(mapping(metadata, "finish_details"), "type")
    stopped = finish == "interrupted" or text(raw, "status") == "in_progress"
    return ChatMessage(
        author,
        without_marks(words.content, metadata),
        state=MessageState.STOPPED if stopped and author is Role.ASSISTANT else MessageState.COMPLETE,
        model=text(metadata, "model_slug") if author is Role.ASSISTANT else "",
        finish_reason="length" if finish == "max_tokens" else None,
    )


def _take(content: Doc, metadata: Doc, words: Words) -> None:
    """Collect the text, with a line for each thing in it that cannot be imported."""
    if text(content, "content_type") == "code":
        language, code = text(content, "language"), text(content, "text")
        words.take(fenced("", "" if language == "unknown" else language, code) if code.strip() else "")
        return
    parts = content.get("parts")
    pictures = 0
    for part in parts if isinstance(parts, list) else []:
        words.take(part)
        pictures += isinstance(part, dict) and text(part, "content_type") == "image_asset_pointer"
    if not isinstance(parts, list):
        if found := [*said(content, ("text", "content", "result", "summary"))]:
            words.take(found)
        elif text(content, "content_type") not in ("", "text"):
            words.count(LeftOut.UNKNOWN_KIND)
    for number, attachment in enumerate(rows(metadata, "attachments")):
        if not text(attachment, "mime_type", "mimeType").startswith("image/") or number >= pictures:
            words.file(text(attachment, "name"), "file")


def _call(content: Doc) -> Doc:
    """Return the arguments of a tool call."""
    parts = content.get("parts")
    listed = parts if isinstance(parts, list) else []
    source = text(content, "text") or "".join(part for part in listed if isinstance(part, str))
    with suppress(ValueError, RecursionError):
        call = json.loads(source, strict=False)
        return call if isinstance(call, dict) else {}
    return {}


def _thoughts(content: Doc) -> str:
    """Return the model's thoughts, from a node that holds nothing else."""
    if text(content, "content_type") != "thoughts":
        return ""
    found = []
    for thought in rows(content, "thoughts"):
        summary, body = text(thought, "summary").strip(), text(thought, "content").strip()
        found.append("\n\n".join(part for part in (f"**{summary}**" if summary else "", body) if part))
    return without_marks("\n\n".join(part for part in found if part), {})
