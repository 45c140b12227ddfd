"""Documents that a model writes with a tool beside the conversation, and changes later: canvas and artifacts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tui.domain.safe_text import one_line
from tui.services.importing.fields import Doc, mapping, rows, text
from tui.services.importing.found import fenced

_ANYTHING = {".*", "(?s).*", "^.*$", "(?s)^.*$", r"[\s\S]*", "(.|\n)*"}
"""Patterns that mean the whole text."""
_ESCAPED = re.compile(r"\\([^\w\s])")
_SPECIAL = re.compile(r"[.^$*+?{}\[\]|()\\]")


@dataclass(slots=True)
class Document:
    """The state of a document after a change."""

    key: str
    title: str
    language: str
    content: str

    def __str__(self) -> str:
        return fenced(one_line(self.title, 80), one_line(self.language, 30), self.content)


_EDITORS = {"artifacts", "create_file", "str_replace", "str_replace_editor", "str_replace_based_edit_tool"}
_LONGEST = 5_000_000
"""Characters: a change that would make a document longer than this is not carried out."""

Documents = dict[str, Document]
"""By their ids, with "" for the one that was written last."""


def canvas_change(tool: str, call: Doc, known: Documents) -> Document | None:
    """Return the document that a call of ChatGPT's canvas writes or changes, `None` if it does neither."""
    if tool.endswith("create_textdoc"):
        kind, content = text(call, "type"), text(call, "content")
        language = kind.removeprefix("code/") if kind.startswith("code/") else "markdown" if kind == "document" else ""
        return _keep(known, Document("", text(call, "name"), language, content)) if content.strip() else None
    if not tool.endswith("update_textdoc"):
        return None
    before = known.get("", Document("", "", "", ""))
    content = before.content
    updates = [(text(update, "pattern"), text(update, "replacement"), update) for update in rows(call, "updates")]
    for pattern, replacement, update in updates:
        literal = _ESCAPED.sub(r"\1", pattern)
        if pattern in _ANYTHING or not content:
            content = replacement
        elif (
            literal
            and literal in content
            and not _SPECIAL.search(_ESCAPED.sub("", pattern))
            and len(content) < _LONGEST
        ):
            content = content.replace(literal, replacement, -1 if update.get("multiple") is True else 1)
        else:  # patterns from a file are not run: one can take for ever
            changed = "\n".join(replacement for _pattern, replacement, _update in updates)
            return replace(before, content=changed) if changed.strip() else None
    return _keep(known, replace(before, content=content)) if content.strip() else None


def artifact_change(block: Doc, known: Documents) -> Document | None:
    """Return the document that a tool call of Claude writes or changes: an artifact, or a file."""
    tool, given = text(block, "name"), mapping(block, "input")
    key = text(given, "id", "path") or "?"
    before = known.get(key, Document(key, text(given, "title", "id", "path"), "", ""))
    old, new = text(given, "old_str"), text(given, "new_str")
    content = text(given, "content", "file_text")
    if tool not in _EDITORS:
        return None
    if content.strip():
        language = text(given, "language") or (
            "markdown" if text(given, "type") == "text/markdown" else before.language
        )
        return _keep(known, Document(key, text(given, "title") or before.title, language, content))
    if not old or old not in before.content or len(before.content) > _LONGEST:  # of a version that is not in the file
        return replace(before, content=new) if new.strip() else None
    return _keep(known, replace(before, content=before.content.replace(old, new, 1)))


def _keep(known: Documents, document: Document) -> Document:
    known[document.key] = known[""] = document
    return document
