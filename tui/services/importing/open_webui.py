"""Open WebUI's export: a list of chats, each with a tree of messages under "history"."""

from __future__ import annotations

import html
import re

from tui.services.importing.assembly import Assembly
from tui.services.importing.content import Words
from tui.services.importing.fields import Doc, ident, instant, mapping, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut
from tui.services.importing.plain import add_listed, decode

PROGRAM = "open-webui"

_DETAILS = re.compile(
    r'<details type="(reasoning|tool_calls|code_interpreter)"[^>]*>\s*(?:<summary>.*?</summary>)?(.*?)(?:</details>|\Z)', re.DOTALL
)  # fmt: skip
_QUOTED = re.compile(r"^> ?", re.MULTILINE)


def _chat(doc: Doc) -> Doc:
    return mapping(doc, "chat") or doc


def is_open_webui(doc: Doc) -> bool:
    """Return whether this is a chat of this program: a row of its database, or what is in it."""
    chat = _chat(doc)
    listed = isinstance(chat.get("messages"), list) and "chat" in doc
    return isinstance(mapping(chat, "history").get("messages"), dict) or listed


def read_open_webui(doc: Doc) -> Found:
    """Return the chat with all its branches."""
    chat = _chat(doc)
    models = chat.get("models")
    assembly = Assembly(
        PROGRAM, next((one for one in models if isinstance(one, str)), "") if isinstance(models, list) else ""
    )
    assembly.system = text(mapping(chat, "params"), "system") or text(chat, "system")
    nodes = mapping(mapping(chat, "history"), "messages")
    leaf = ident(mapping(chat, "history"), "currentId") or None
    for key, raw in nodes.items():
        if not isinstance(raw, dict):
            assembly.left_out[LeftOut.DAMAGED] += 1
            continue
        message = decode(raw, assembly)
        if not message.words.content:
            message.words.take(raw.get("output"))
        if not message.words.content:
            message.words.take(text(mapping(raw, "error"), "content"))
        _unfold(message.words)
        assembly.add(
            key,
            ident(raw, "parentId") or None,
            message.author,
            message.words,
            model=message.model,
            created=message.created,
            stopped=raw.get("done") is False,
        )
    if not nodes:
        listed = chat.get("messages")
        leaf = add_listed(assembly, listed if isinstance(listed, list) else [], adapt=_unfold)
    return assembly.finish(
        doc,
        ident(doc, "id") or ident(chat, "id"),
        title=text(doc, "title") or text(chat, "title"),
        created=instant(doc, "created_at") or instant(chat, "timestamp", "created_at"),
        updated=instant(doc, "updated_at", "timestamp"),
        leaf=leaf,
        pinned=doc.get("pinned") is True,
    )


def _unfold(words: Words) -> None:
    """Move folded reasoning out of the text, and count folded tool calls."""

    def open_one(details: re.Match[str]) -> str:
        inner = html.unescape(details[2]).strip()
        if details[1] == "reasoning":
            words.think(_QUOTED.sub("", inner))
            return ""
        words.count(LeftOut.TOOL_CALL)
        return inner if details[1] == "code_interpreter" else ""

    words.parts = [_DETAILS.sub(open_one, part).strip() if "<details" in part else part for part in words.parts]
