"""Grok's data export: conversations, each with its responses, prompts among them."""

from __future__ import annotations

import re

from tui.domain.chat import Role
from tui.services.importing.assembly import Assembly
from tui.services.importing.fields import Doc, ident, instant, mapping, rows, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut
from tui.services.importing.plain import decode

PROGRAM = "grok"

_CARD = re.compile(r"<grok:render\b.*?(?:</grok:render>|/>)", re.DOTALL)
"""The place of a card, which only the web page can draw."""


def is_grok(doc: Doc) -> bool:
    """Return whether this is a conversation of such an export."""
    return "conversation" in doc and isinstance(doc.get("responses"), list)


def read_grok(doc: Doc) -> Found:
    """Return the conversation with all its branches."""
    assembly = Assembly(PROGRAM)
    head = mapping(doc, "conversation")
    responses = [mapping(row, "response") or row for row in rows(doc, "responses")]
    assembly.left_out[LeftOut.DAMAGED] += len(doc["responses"]) - len(responses)
    linked = any(ident(raw, "parent_response_id") for raw in responses)
    before: str | None = None
    for number, raw in enumerate(responses):
        message = decode(raw, assembly)
        words = message.words
        for trace in rows(raw, "agent_thinking_traces"):
            words.think(text(trace, "thinking_trace"))
        for key in ("file_attachments", "generated_image_urls"):
            listed = raw.get(key)
            for _one in listed if isinstance(listed, list) else []:
                words.file("", "image" if "image" in key else "file")
        words.parts = [_CARD.sub("", part) for part in words.parts]
        author = message.author
        if author is None and "grok" in text(raw, "sender").lower():
            author = Role.ASSISTANT
        before = assembly.add(
            ident(raw, "_id", "id") or f"#{number}",
            ident(raw, "parent_response_id") if linked else before,
            author,
            words,
            model=message.model,
            created=message.created,
            stopped=raw.get("partial") is True,
        )
    return assembly.finish(
        doc,
        ident(head, "id"),
        title=text(head, "title"),
        created=instant(head, "create_time"),
        updated=instant(head, "modify_time"),
        leaf=ident(head, "leaf_response_id") or None,
        pinned=head.get("starred") is True,
    )
