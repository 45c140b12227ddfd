"""aichat's sessions: YAML files, read by a small strict reader of the YAML that aichat writes."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from tui.services.importing.fields import Doc, seconds_of
from tui.services.importing.found import Found, fingerprint
from tui.services.importing.plain import read_plain

PROGRAM = "aichat"

_AUTOMATIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-(.*)", re.DOTALL)
"""The name of a session that was not given one: when it began, and a title."""
_LINE = re.compile(r"( *)(.*)")
_KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#\-?:,\[\]{}&*!|>'"%@`][^#]*?|-[^\s#]+):(?: +(.*))?""")
_BLOCK = re.compile(r"([|>])([1-9]?)([+-]?)([1-9]?)")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
            " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}  # fmt: skip
_ESCAPED = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_WORDS: dict[str, Any] = {"null": None, "~": None, "[]": [], "{}": {}}
_DEEPEST = 30


class YamlError(ValueError):
    """It is not YAML of the kind that is read here."""


def read_session(written: str, name: PurePath) -> Found | None:
    """Return the conversation of a session file, `None` if it is something else."""
    try:
        doc = Yaml(written).document()
    except YamlError:
        return None
    if not isinstance(doc, dict) or not isinstance(doc.get("messages"), list) or "model" not in doc:
        return None
    earlier = doc.get("compressed_messages")
    messages = [*(earlier if isinstance(earlier, list) else []), *doc["messages"]]
    if not messages or not all(isinstance(one, dict) and "role" in one for one in messages):
        return None
    match = _AUTOMATIC.fullmatch(name.stem)
    title = match[7] if match else name.stem
    head: Doc = {"title": title.replace("-", " ") if match else title, "model": doc["model"], "messages": messages}
    if match:
        head["created"] = seconds_of(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6]}")
    return read_plain({**head, "id": fingerprint(doc)}, PROGRAM)


class Yaml:
    """Reads block mappings, lists and scalars as serde_yaml writes them; anything else is a YamlError."""

    def __init__(self, written: str) -> None:
        self._lines = written.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
        self._at = 0

    def document(self) -> object:
        """Return the value of the whole file."""
        value = self._node(0, 0)
        if self._peek() is not None:
            raise YamlError
        return value

    def _peek(self) -> tuple[int, str] | None:
        """Return the indentation and the words of the next line that has any."""
        while self._at < len(self._lines):
            match = _LINE.fullmatch(self._lines[self._at])
            if match is None or match[2].startswith("\t"):
                raise YamlError
            words = match[2].rstrip()
            if words and not words.startswith("#") and not (self._at == 0 and words == "---"):
                return len(match[1]), words
            self._at += 1
        return None

    def _node(self, indent: int, depth: int) -> object:
        """Return the mapping or list that begins on the next line, at this indentation or more."""
        ahead = self._peek()
        if ahead is None or ahead[0] < indent:
            return None
        if depth > _DEEPEST:
            raise YamlError
        if ahead[1] == "-" or ahead[1].startswith("- "):
            return self._list(ahead[0], depth)
        return self._mapping(ahead[0], depth)

    def _list(self, indent: int, depth: int) -> list[object]:
        found: list[object] = []
        while (
            (ahead := self._peek()) is not None
            and ahead[0] == indent
            and (ahead[1] == "-" or ahead[1].startswith("- "))
        ):
            rest = ahead[1][1:].lstrip()
            if rest and _KEY.fullmatch(rest):
                inner = indent + len(ahead[1]) - len(rest)
                self._lines[self._at] = " " * inner + rest
                found.append(self._mapping(inner, depth + 1))
            elif not rest:
                self._at += 1
                found.append(self._node(indent + 1, depth + 1))
            else:
                self._at += 1
                found.append(self._scalar(rest, indent))
        return found

    def _mapping(self, indent: int, depth: int) -> Doc:
        found: Doc = {}
        while (ahead := self._peek()) is not None and ahead[0] == indent:
            match = _KEY.fullmatch(ahead[1])
            if match is None:
                if ahead[1].startswith("- ") and found:
                    break
                raise YamlError
            key = str(self._scalar(match[1], indent, key=True))
            if key in found:
                raise YamlError
            self._at += 1
            rest = (match[2] or "").strip()
            if rest and not rest.startswith("#"):
                found[key] = self._scalar(rest, indent)
                continue
            following = self._peek()
            in_place = following is not None and following[0] == indent and following[1].startswith("-")
            found[key] = self._node(indent if in_place else indent + 1, depth + 1)
        if ahead is not None and ahead[0] > indent:
            raise YamlError
        return found

    def _scalar(self, words: str, indent: int, *, key: bool = False) -> object:
        block = None if key else _BLOCK.fullmatch(words)
        if block is not None:
            return self._block(indent, folded=block[1] == ">", given=block[2] or block[4], chomp=block[3])
        if words.startswith('"'):
            if not re.fullmatch(r'"(?:[^"\\]|\\.)*"', words):
                raise YamlError
            return _ESCAPED.sub(_unescape, words[1:-1])
        if words.startswith("'"):
            if not re.fullmatch(r"'(?:[^']|'')*'", words):
                raise YamlError
            return words[1:-1].replace("''", "'")
        if words in _WORDS and not key:
            return _WORDS[words]
        if words[0] in "[{&*!|>%@`" or (": " in words and not key):
            raise YamlError
        return words.split(" #", maxsplit=1)[0].rstrip()

    def _block(self, indent: int, *, folded: bool, given: str, chomp: str) -> str:
        """Return a text over several lines, which are indented more than `indent`."""
        lines: list[str] = []
        width = indent + int(given) if given else 0
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip(" "):
                lead = len(line) - len(line.lstrip(" "))
                width = width or lead
                if lead < width or lead <= indent:
                    break
            lines.append(line[width:] if width else "")
            self._at += 1
        kept = len(lines)
        while kept and not lines[kept - 1]:
            kept -= 1
        body = (" " if folded else "\n").join(lines[:kept])
        if chomp == "+":
            return body + "\n" * (len(lines) - kept + 1 - (self._at >= len(self._lines) and len(lines) > kept))
        return body if chomp == "-" or not body else body + "\n"


def _unescape(match: re.Match[str]) -> str:
    if code := match[1] or match[2] or match[3]:
        if int(code, 16) > 0x10FFFF:
            raise YamlError
        return chr(int(code, 16))
    if match[4] not in _ESCAPES:
        raise YamlError
    return _ESCAPES[match[4]]
