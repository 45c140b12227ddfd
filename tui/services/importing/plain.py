"""Plain conversations: a title, a model, and messages with role and content, under any of the names in use.

The same reading of a message serves most other programs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tui.domain.chat import Role
from tui.services.importing.assembly import Assembly, role_of
from tui.services.importing.content import Words
from tui.services.importing.fields import CREATED, Doc, ident, instant, mapping, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut

PLAIN = "messages"
"""The program of a plain conversation; its id is a hash of its content."""

LISTS = ("messages", "conversations", "conversation", "items", "dialogue", "dialog", "chat", "turns")
"""The names under which a conversation may hold its messages."""
BODY = ("content", "contentParts", "content_parts", "parts", "text", "value", "message", "body")
_THOUGHTS = ("reasoning_content", "reasoningContent", "reasoning", "thinking", "thoughts", "thought", "thinking_content",
             "thinking_trace", "reasoning_text", "reasoning_details")  # fmt: skip
_ATTACHED = ("files", "attachments", "images", "image_files", "extra", "experimental_attachments", "pictures")
_AUTHOR = ("role", "from", "sender", "author", "speaker")
_PARENTS = ("parent", "parent_id", "parentId", "parentUuid", "parentMessageId")


class Message(NamedTuple):
    """One message of a file, decoded."""

    author: Role | LeftOut | None
    words: Words
    model: str
    created: float | None


def author_word(raw: Doc) -> str:
    """Return the word for the author of a message."""
    return text(raw, *_AUTHOR) or text(mapping(raw, "author"), "role")


def is_message(value: object) -> bool:
    """Return whether this is a single message."""
    return isinstance(value, dict) and role_of(author_word(value)) is not None and any(key in value for key in BODY)


def listed(doc: Doc) -> list[object]:
    """Return the messages of a plain conversation, or an empty list."""
    for key in LISTS:
        found = doc.get(key)
        if isinstance(found, list) and (key == "messages" or any(map(is_message, found))):
            return found
    return []


def is_plain(doc: Doc) -> bool:
    """Return whether this is a plain conversation, in the layout of ShareGPT too."""
    return isinstance(doc.get("messages"), list) or bool(listed(doc))


def model_of(doc: Doc) -> str:
    """Return the name of a model, which may be in an object of its own."""
    inner = mapping(doc, "model")
    return text(doc, "model", "model_id", "modelId", "model_name", "modelName") or text(
        inner, "id", "name", "identifier"
    )


def decode(raw: Doc, assembly: Assembly) -> Message:
    """Return a message with its words; what cannot be taken of it is counted."""
    words = assembly.words()
    author = role_of(author_word(raw))
    if isinstance(author, LeftOut):
        return Message(author, words, "", None)
    body = next((raw[key] for key in BODY if raw.get(key)), None)
    words.take(body)
    for key in _THOUGHTS:
        if not words.thoughts or key != "reasoning_details":
            words.think(raw.get(key))
    for key in _ATTACHED:
        attached = raw.get(key)
        for one in attached if isinstance(attached, list) else []:
            words.attach(one, key)
    calls = raw.get("tool_calls") or raw.get("function_call")
    if calls:
        words.count(LeftOut.TOOL_CALL, len(calls) if isinstance(calls, list) else 1)
    if (
        not author_word(raw)
        and body is None
        and any(isinstance(value, str) and value.strip() for value in raw.values())
    ):
        words.count(LeftOut.UNKNOWN_KIND)
    return Message(author, words, model_of(raw), instant(raw, *CREATED))


def add_listed(
    assembly: Assembly,
    messages: list[object],
    *,
    prefix: str = "",
    before: str | None = None,
    adapt: Callable[[Words], None] | None = None,
) -> str | None:
    """Add messages that follow each other, or name their parents, and return the key of the last."""
    keys = {ident(raw, "id", "uuid") for raw in messages if isinstance(raw, dict)} - {""}
    for number, raw in enumerate(messages):
        if not isinstance(raw, dict):
            assembly.left_out[LeftOut.DAMAGED] += 1
            continue
        key = ident(raw, "id", "uuid") or f"{prefix}#{number}"
        above = ident(raw, *_PARENTS)
        message = decode(raw, assembly)
        if adapt is not None:
            adapt(message.words)
        parent = above if above in keys else before
        kept = assembly.add(key, parent, message.author, message.words, model=message.model, created=message.created)
        before = kept
    return before


def read_plain(doc: Doc, program: str = PLAIN) -> Found:
    """Return the conversation. System messages before all others are its system prompt."""
    assembly = Assembly(program, model_of(doc))
    assembly.system = text(doc, "system", "system_prompt", "systemPrompt")
    last = add_listed(assembly, listed(doc))
    leaf = ident(doc, "leaf", "currentId", "current_node") or last
    title = text(doc, "title", "name", "topic", "subject")
    return assembly.finish(
        doc, ident(doc, "id"), title=title, created=instant(doc, *CREATED), leaf=leaf, pinned=doc.get("pinned") is True
    )
