"""LibreChat's export of one conversation: messages in a list, or each below the one it answers."""

from __future__ import annotations

import re

from tui.domain.chat import Role
from tui.services.importing.assembly import Assembly
from tui.services.importing.content import Words
from tui.services.importing.fields import CREATED, Doc, ident, instant, mapping, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut
from tui.services.importing.plain import author_word, decode, model_of

PROGRAM = "librechat"

_THINKING = re.compile(r"\A\s*:::thinking\s*\n(.*?)\n:::\s*", re.DOTALL)


def _listed(doc: Doc) -> list[object]:
    for key in ("messagesTree", "messages"):
        value = doc.get(key)
        if isinstance(value, list | dict) and value:
            return value if isinstance(value, list) else [value]
    return []


def is_librechat(doc: Doc) -> bool:
    """Return whether this program wrote it."""
    listed = [raw for raw in _listed(doc) if isinstance(raw, dict)]
    return bool(listed) and (
        "messagesTree" in doc or any("messageId" in raw or "isCreatedByUser" in raw for raw in listed)
    )


def read_librechat(doc: Doc) -> Found:
    """Return the conversation with all its branches."""
    options = mapping(doc, "options")
    assembly = Assembly(PROGRAM, model_of(options) or model_of(doc))
    assembly.system = text(options, "promptPrefix", "system") or text(doc, "promptPrefix", "system")
    ahead: list[tuple[object, str | None]] = [(raw, None) for raw in reversed(_listed(doc))]
    number = 0
    while ahead:
        raw, above = ahead.pop()
        if not isinstance(raw, dict):
            assembly.left_out[LeftOut.DAMAGED] += 1
            continue
        number += 1
        message = decode(raw, assembly)
        author: Role | LeftOut | None = message.author
        if isinstance(raw.get("isCreatedByUser"), bool):
            author = Role.USER if raw["isCreatedByUser"] else Role.ASSISTANT
        elif author is None and author_word(raw):  # the name of a model
            author = Role.ASSISTANT
        _unfold(message.words)
        key = assembly.add(
            ident(raw, "messageId", "id") or f"#{number}",
            above or ident(raw, "parentMessageId") or None,
            author,
            message.words,
            model=message.model,
            created=message.created,
            stopped=raw.get("unfinished") is True,
        )
        children = raw.get("children")
        ahead += [(child, key) for child in reversed(children)] if isinstance(children, list) else []
    return assembly.finish(
        doc, ident(doc, "conversationId", "id"), title=text(doc, "title"), created=instant(doc, *CREATED)
    )


def _unfold(words: Words) -> None:
    if match := _THINKING.match(words.content):
        words.think(match[1])
        words.parts = [words.content[match.end() :]]
