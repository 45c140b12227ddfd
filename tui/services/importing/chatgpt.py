"""ChatGPT's data export: `conversations.json`, a list of conversations, each a tree of nodes under "mapping"."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role, now
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.services.importing.fields import Doc, instant, mapping, rows, text
from tui.services.importing.found import Found, LeftOut, Tree, fenced, fingerprint, id_at
from tui.store.origins import Origin

PROGRAM = "chatgpt"

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}
_TO_ALL = ("", "all")
_HIDDEN_KINDS = {"user_editable_context", "model_editable_context"}
_TOOL_KINDS = {"execution_output", "tether_quote", "tether_browsing_display", "system_error", "computer_output"}
_MARKED = re.compile("\ue200([^\ue200\ue201]*)\ue201")
"""A citation or an entity, between private-use characters, which the web page draws as a chip."""


def is_chatgpt(doc: Doc) -> bool:
    """Return whether this is a conversation of such an export."""
    return isinstance(doc.get("mapping"), dict)


def read_chatgpt(doc: Doc) -> Found:
    """Return the conversation with all its branches. What only the program itself saw is left out."""
    left_out: Counter[LeftOut] = Counter()
    created = instant(doc, "create_time") or instant(doc, "update_time") or now()
    tree = Tree(created)
    thoughts: dict[str, str] = {}
    for key, node in mapping(doc, "mapping").items():
        if not isinstance(node, dict):
            left_out[LeftOut.DAMAGED] += 1
            continue
        parent = text(node, "parent") or None
        raw = node.get("message")
        message = None
        if isinstance(raw, dict):
            thought = _thoughts(mapping(raw, "content"))
            if thought:
                thoughts[key] = thought
            if not thought:
                message = _message(raw, left_out)
            elif not node.get("children"):  # it was stopped before the first word
                message = ChatMessage(
                    Role.ASSISTANT, state=MessageState.STOPPED, model=text(mapping(raw, "metadata"), "model_slug")
                )
        if message is None:
            tree.leave_out(key, parent)
        else:
            message.reasoning = thoughts.get(key, "")
            tree.put(key, parent, message, instant(mapping(node, "message"), "create_time"))
    _give_thoughts(tree, mapping(doc, "mapping"), thoughts)
    conversation = Conversation(
        id=id_at(created),
        title=one_line(text(doc, "title")),
        created=created,
        updated=instant(doc, "update_time") or created,
    )
    tree.add_to(conversation, text(doc, "current_node") or None)
    last = conversation.last_reply()
    conversation.model = (last.model if last is not None else "") or text(doc, "default_model_slug")
    origin = Origin(PROGRAM, text(doc, "conversation_id") or text(doc, "id") or fingerprint(doc))
    return Found(conversation, origin, left_out, instant(doc, "update_time") or 0.0)


def _give_thoughts(tree: Tree, nodes: Doc, thoughts: dict[str, str]) -> None:
    """Move thoughts to the reply they led to: in the file they are nodes of their own, above it."""
    if not thoughts:
        return
    for key in nodes:
        message = tree.message(key)
        if message is not None and message.is_reply:
            above = [thoughts[one] for one in tree.left_out_above(key) if one in thoughts]
            message.reasoning = "\n\n".join([*reversed(above), *([message.reasoning] if message.reasoning else [])])


def _message(raw: Doc, left_out: Counter[LeftOut]) -> ChatMessage | None:
    """Return a message that people see, or `None`, counting it as left out."""
    author, metadata, content = mapping(raw, "author"), mapping(raw, "metadata"), mapping(raw, "content")
    kind = text(content, "content_type")
    role = text(author, "role")
    if metadata.get("is_visually_hidden_from_conversation") is True or kind in _HIDDEN_KINDS:
        left_out[LeftOut.HIDDEN] += 1
        return None
    if role == "tool" or kind in _TOOL_KINDS:
        _count_tool(content, left_out)
        return None
    if role not in _ROLES:
        left_out[LeftOut.UNKNOWN_ROLE] += 1
        return None
    body = _body(content, metadata, left_out)
    if text(raw, "recipient") not in _TO_ALL:
        body = _document(text(raw, "recipient"), content)
        if not body:
            left_out[LeftOut.TOOL_CALL] += 1
            return None
    if not body.strip():
        if kind != "reasoning_recap":  # it only says how long it thought
            left_out[LeftOut.HIDDEN if role == "system" else LeftOut.EMPTY] += 1
        return None
    finish = text(mapping(metadata, "finish_details"), "type")
    stopped = finish == "interrupted" or text(raw, "status") == "in_progress"
    return ChatMessage(
        _ROLES[role],
        body,
        state=MessageState.STOPPED if stopped and role == "assistant" else MessageState.COMPLETE,
        model=text(metadata, "model_slug") if role == "assistant" else "",
        finish_reason="length" if finish == "max_tokens" else None,
    )


def _body(content: Doc, metadata: Doc, left_out: Counter[LeftOut]) -> str:
    """Return the text, with a line for each thing in it that cannot be imported."""
    kind = text(content, "content_type")
    if kind == "reasoning_recap":
        return ""
    if kind == "code":
        language = text(content, "language")
        code = text(content, "text")
        return fenced("", "" if language == "unknown" else language, code) if code.strip() else ""
    parts = content.get("parts")
    if not isinstance(parts, list):
        parts = [text(content, "text")]
        if not parts[0] and kind not in ("", "text"):
            left_out[LeftOut.UNKNOWN_KIND] += 1
    found = [part if isinstance(part, str) else _part(part, left_out) for part in parts]
    pictures = sum(isinstance(part, dict) and text(part, "content_type") == "image_asset_pointer" for part in parts)
    for number, attachment in enumerate(rows(metadata, "attachments")):
        is_picture = text(attachment, "mime_type").startswith("image/") or text(attachment, "mimeType").startswith(
            "image/"
        )
        if not is_picture or number >= pictures:
            left_out[LeftOut.FILE] += 1
            found.append(_("[file: {name}]").format(name=one_line(text(attachment, "name"), 80) or "?"))
    return _unmarked("\n\n".join(part for part in found if part), metadata)


def _part(part: object, left_out: Counter[LeftOut]) -> str:
    if not isinstance(part, dict):
        return ""
    kind = text(part, "content_type")
    if kind == "image_asset_pointer":
        left_out[LeftOut.PICTURE] += 1
        return _("[picture]")
    if "audio" in kind and not text(part, "text"):
        left_out[LeftOut.SOUND] += 1
        return ""
    if not text(part, "text"):
        left_out[LeftOut.UNKNOWN_KIND] += 1
    return text(part, "text")


def _count_tool(content: Doc, left_out: Counter[LeftOut]) -> None:
    pictures = sum(text(part, "content_type") == "image_asset_pointer" for part in rows(content, "parts"))
    left_out[LeftOut.PICTURE if pictures else LeftOut.TOOL_OUTPUT] += pictures or 1


def _document(recipient: str, content: Doc) -> str:
    """Return a document that the model wrote into the canvas."""
    if recipient != "canmore.create_textdoc":
        return ""
    call: object = None
    source = text(content, "text") or "".join(part for part in content.get("parts") or [] if isinstance(part, str))
    with suppress(ValueError, RecursionError):
        call = json.loads(source)
    if not isinstance(call, dict) or not text(call, "content").strip():
        return ""
    kind = text(call, "type")
    language = kind.removeprefix("code/") if kind.startswith("code/") else "markdown" if kind == "document" else ""
    return fenced(one_line(text(call, "name"), 80), language, text(call, "content"))


def _thoughts(content: Doc) -> str:
    """Return the model's thoughts, from a node that holds nothing else."""
    if text(content, "content_type") != "thoughts":
        return ""
    found = []
    for thought in rows(content, "thoughts"):
        summary, body = text(thought, "summary").strip(), text(thought, "content").strip()
        found.append("\n\n".join(part for part in (f"**{summary}**" if summary else "", body) if part))
    return "\n\n".join(part for part in found if part)


def _unmarked(body: str, metadata: Doc) -> str:
    """Return the text with the web page's chips as words or links."""
    if "\ue200" not in body:
        return body
    for reference in rows(metadata, "content_references"):
        marked, plain = text(reference, "matched_text"), reference.get("alt")
        if marked.startswith("\ue200") and isinstance(plain, str) and plain:
            body = body.replace(marked, plain)
    return _MARKED.sub(_name_of, body)


def _name_of(match: re.Match[str]) -> str:
    """Return the text of a chip: an entity's name, and nothing for a citation."""
    kind, _separator, rest = match[1].partition("\ue202")
    if kind == "entity":
        with suppress(ValueError, RecursionError):
            named = json.loads(rest)
            if isinstance(named, list) and len(named) > 1 and isinstance(named[1], str):
                return named[1]
    return ""
