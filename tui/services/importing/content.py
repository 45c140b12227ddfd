"""What one message says, from the parts that programs and APIs put into a message."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.services.importing.fields import Doc, text
from tui.services.importing.found import fenced
from tui.services.importing.left_out import LeftOut

_SAID = ("text", "content", "value", "message", "markdown", "refusal", "transcript")
"""The keys of a part that may hold its words."""
_THOUGHT = ("thinking", "think", "reasoning", "thought", "summary", *_SAID)
_PLAIN = frozenset(
    [
        "text",
        "input_text",
        "output_text",
        "markdown",
        "main_text",
        "refusal",
        "paragraph",
        "string",
        "voice_note",
        "transcript",
        "translation",
        "code",
        "compact",
        "quote",
        "message",
        "multimodal_text",
        "error",
    ]
)
"""Kinds of parts whose words are the message's own."""
_FAMILIES: tuple[tuple[re.Pattern[str], LeftOut | None], ...] = (
    (re.compile("redacted|encrypted|hidden"), LeftOut.HIDDEN),
    (re.compile("token_budget|flag|debug|step-start|status|^root$|^tip$"), None),
    (re.compile("image|picture|photo|screenshot"), LeftOut.PICTURE),
    (re.compile("audio|sound|voice"), LeftOut.SOUND),
    (re.compile("(tool|function|call|search|code|mcp).*(result|output|response)|observation"), LeftOut.TOOL_OUTPUT),
    (re.compile("tool|function|call|search|citation|knowledge|plugin|action|interpreter|read_link|mcp"), LeftOut.TOOL_CALL),
    (re.compile("file|document|attachment|pdf|video|source|resource"), LeftOut.FILE),
)  # fmt: skip
"""What is left out, by words in the kind of a part; `None` holds no words at all. The first that fits counts."""
_THINKS = re.compile("think|thought|reason")
_MARKED = re.compile(
    r"\A\s*(?:<((?:seed:)?think(?:ing)?|thought|reason(?:ing)?)>|\[(THINK)\])(.*?)(?:</\1>|\[/\2\]|\Z)", re.DOTALL
)
_NAMES = ("name", "filename", "file_name", "fileIdentifier", "title")
_DEEPEST = 40


class Words:
    """Collects the words of one message, and counts in `left_out` what it cannot take."""

    def __init__(self, left_out: Counter[LeftOut]) -> None:
        self.left_out = left_out
        self.parts: list[str] = []
        self.thoughts: list[str] = []
        self.counted = False
        """Whether something of this message was left out."""

    @property
    def content(self) -> str:
        """The text of the message."""
        return "\n\n".join(part for part in self.parts if part.strip())

    @property
    def reasoning(self) -> str:
        """What the model thought before it."""
        return "\n\n".join(thought for thought in self.thoughts if thought.strip())

    def count(self, reason: LeftOut, n: int = 1) -> None:
        """Count something that is left out."""
        self.left_out[reason] += n
        self.counted = True

    def take(self, value: object, depth: int = 0) -> None:
        """Add a text, a part, or a list of them."""
        if isinstance(value, str):
            self.parts.append(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.parts.append(str(value))
            self.count(LeftOut.DAMAGED)
        elif isinstance(value, list | dict) and depth > _DEEPEST:
            self.count(LeftOut.DAMAGED)
        elif isinstance(value, list):
            for one in value:
                self.take(one, depth + 1)
        elif isinstance(value, dict):
            self._part(value, depth)

    def think(self, value: object) -> None:
        """Add what the model thought: a text, or a list of texts and parts."""
        self.thoughts += [thought for thought in said(value, _THOUGHT) if thought not in self.thoughts]

    def file(self, name: str, kind: str) -> None:
        """Count an attachment, and name it in the text. `kind` is a media type or a word such as "image"."""
        reason = next((reason for words, reason in _FAMILIES if words.search(kind.lower())), None)
        self.count(reason if reason in (LeftOut.PICTURE, LeftOut.SOUND) else LeftOut.FILE)
        if name or reason is not LeftOut.PICTURE:
            self.parts.append(_("[file: {name}]").format(name=one_line(name, 80) or "?"))
        else:
            self.parts.append(_("[picture]"))

    def attach(self, attached: object, key: str) -> None:
        """Add an attachment from the list under `key`: its text if the file has it, else its name."""
        doc = attached if isinstance(attached, dict) else {}
        inner = doc.get("file")
        name = text(doc, *_NAMES) or (text(inner, *_NAMES) if isinstance(inner, dict) else "")
        kind = text(doc, "type", "fileType", "file_kind", "mime_type", "mimeType", "contentType", "file_type") or key
        content = text(doc, "extracted_content", "content")
        if content.strip() and not re.match("image|audio", kind.lower()):
            self.parts.append(fenced(one_line(name, 80), "", content))
        else:
            self.file(name, kind)

    def split_marks(self) -> None:
        """Move what the model thought between marks at the beginning of the text to the thoughts."""
        while match := _MARKED.match(self.content):
            self.think(match[3].strip())
            self.parts = [self.content[match.end() :].lstrip()]

    def _part(self, part: Doc, depth: int) -> None:
        kind = text(part, "type", "content_type", "kind").lower()
        if kind not in _PLAIN and kind and _THINKS.search(kind) and not _FAMILIES[0][0].search(kind):
            self.think(part)
            return
        known = (
            next(((reason,) for words, reason in _FAMILIES if words.search(kind)), None) if kind not in _PLAIN else None
        )
        if known is None or known == (LeftOut.SOUND,):
            inner = part.get("content")
            if isinstance(inner, list):
                self.take(inner, depth + 1)
                return
            if words := "\n\n".join(said(part, _SAID)):
                self.parts.append(words)
                return
        if known is None:
            self.count(LeftOut.EMPTY if kind in _PLAIN and kind else LeftOut.UNKNOWN_KIND)
        elif known[0] is not None:
            self._leave_out(known[0], part)

    def _leave_out(self, reason: LeftOut, part: Doc) -> None:
        if reason is LeftOut.FILE and (name := text(part, *_NAMES)):
            self.file(name, text(part, "fileType"))
            return
        self.count(reason)
        if reason is LeftOut.PICTURE:
            self.parts.append(_("[picture]"))


def said(value: object, keys: tuple[str, ...] = _SAID) -> Iterator[str]:
    """Yield the texts in a value: itself, those of a list, or the first text under one of these keys of an object."""
    ahead = [value]
    for _step in range(10_000):  # a value may be nested without end
        if not ahead:
            return
        at = ahead.pop()
        if isinstance(at, str):
            yield from [at] if at.strip() else []
        elif isinstance(at, list):
            ahead += reversed(at)
        elif isinstance(at, dict):
            ahead += [found for key in keys if (found := at.get(key)) and isinstance(found, str | list | dict)][:1]
