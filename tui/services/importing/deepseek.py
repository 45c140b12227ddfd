"""DeepSeek's data export: `conversations.json`, a list of conversations, each a tree of nodes with typed fragments."""

from __future__ import annotations

import re

from tui.domain.chat import Role
from tui.services.importing.assembly import Assembly, role_of
from tui.services.importing.content import Words
from tui.services.importing.fields import Doc, ident, instant, mapping, rows, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut

PROGRAM = "deepseek"

_CITED = re.compile(r"\[citation:(\d+)\]")
_QUESTION = {"REQUEST", "FILE"}


def is_deepseek(doc: Doc) -> bool:
    """Return whether this is a conversation of such an export."""
    nodes = [node for node in mapping(doc, "mapping").values() if isinstance(node, dict)]
    messages = [mapping(node, "message") for node in nodes]
    return bool(nodes) and ("inserted_at" in doc or any("fragments" in one or "inserted_at" in one for one in messages))


def read_deepseek(doc: Doc) -> Found:
    """Return the conversation with all its branches."""
    assembly = Assembly(PROGRAM)
    authors: dict[str, object] = {}
    for key, node in mapping(doc, "mapping").items():
        raw = mapping(node, "message") if isinstance(node, dict) else {}
        parent = ident(node, "parent") if isinstance(node, dict) else ""
        if not raw:
            damaged = not isinstance(node, dict) or node.get("message") is not None
            assembly.left_out[LeftOut.DAMAGED] += damaged
            assembly.tree.leave_out(key, parent or None)
            continue
        words = assembly.words()
        author = _author(raw, authors.get(parent))
        authors[key] = author
        _take(raw, words)
        assembly.add(
            key,
            parent or None,
            author,
            words,
            model=text(raw, "model"),
            created=instant(raw, "inserted_at", "created_at"),
        )
    return assembly.finish(
        doc,
        ident(doc, "id"),
        title=text(doc, "title"),
        created=instant(doc, "inserted_at", "created_at"),
        leaf=ident(doc, "current_node", "current_message_id") or None,
    )


def _author(raw: Doc, before: object) -> Role | LeftOut | None:
    """Return who wrote a message: older exports say it by a role, newer ones by its fragments, some by the order."""
    if role := text(raw, "role"):
        return role_of(role)
    kinds = {text(fragment, "type").upper() for fragment in rows(raw, "fragments")}
    if kinds:
        return Role.USER if kinds <= _QUESTION else Role.ASSISTANT
    if text(raw, "reasoning_content", "thinking_content") or raw.get("search_results"):
        return Role.ASSISTANT
    return Role.ASSISTANT if before is Role.USER else Role.USER


def _take(raw: Doc, words: Words) -> None:
    """Collect the fragments. What a search found is left out, but the links to it in the text stay."""
    found = rows(raw, "search_results")
    for fragment in rows(raw, "fragments"):
        kind = text(fragment, "type").upper()
        if "THINK" in kind:
            words.think(text(fragment, "content"))
        elif kind in ("REQUEST", "RESPONSE") or (kind not in ("SEARCH", "FILE") and text(fragment, "content")):
            words.take(fragment.get("content"))
        elif kind == "FILE":
            for file in rows(fragment, "files") or [fragment]:
                words.attach(file, "file")
        else:
            found += rows(fragment, "results")
            words.count(LeftOut.TOOL_OUTPUT)
    if not rows(raw, "fragments"):
        words.think(text(raw, "reasoning_content", "thinking_content"))
        words.take(raw.get("content"))
    for file in rows(raw, "files"):
        words.attach(file, "file")
    links = {ident(one, "cite_index") or str(n): text(one, "url") for n, one in enumerate(found, 1)}
    words.parts = [_CITED.sub(lambda cited: _link(cited[1], links.get(cited[1], "")), part) for part in words.parts]


def _link(number: str, address: str) -> str:
    return f"[{number}]({address})" if re.fullmatch(r"https?://[^\s()<>]+", address) else ""
