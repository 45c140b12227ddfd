"""What the body of an error says: objects, lists, events, text and web pages in, sentences, codes and delays out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tui.api.reading import UnreadableError, decode

_CONTAINERS = ("error", "baseresp", "fault", "response")
"""Fields that hold the error as an object. Names of fields are compared in lower case and without underscores."""
_SENTENCES = (
    "message", "detail", "msg", "err", "errormsg", "errormessage", "errmsg", "statusmsg", "errordescription",
    "faultstring", "description", "title", "errors", "details", "reason",
)  # fmt: skip
_CODES = {
    "code", "type", "status", "reason", "errorcode", "errcode", "errortype", "errorname", "httpcode", "statuscode",
    "quotaid", "errno",
}  # fmt: skip
_DELAYS = {
    "retryafter", "retryafterms", "retryafterseconds", "retrydelay", "retryin", "resetsinseconds", "resetsin", "resetin",
    "resetafter", "resetsat", "resetat", "quotaresetdelay", "quotaresettimestamp", "estimatedtime", "waitseconds",
}  # fmt: skip
_PAGE = re.compile(r"\s*\W*\s*(<!doctype html|<html\b).*", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"<(code|message)>([^<]*)</\1>", re.IGNORECASE)
_EVENT_DATA = re.compile(r"^data:[ \t]*(.*)$", re.MULTILINE)
_EVENT = re.compile(r"(?:id|event|data|retry|error)?:", re.ASCII)
_QUOTED = re.compile(r"""^(?P<before>[^{]*?)(?:b?['"])?(?P<json>\{.*\})['"]?\s*$""", re.DOTALL)
_MOST_SENTENCES = 3
_MOST_VALUES = 500
_DEEPEST = 6
_LONGEST_QUOTED = 64 * 1024


@dataclass(slots=True)
class Said:
    """What an error's body says."""

    sentence: str = ""
    """For people."""
    codes: list[str] = field(default_factory=list)
    """Codes, types and statuses, the innermost first."""
    delays: dict[str, Any] = field(default_factory=dict)
    """Fields on when to try again."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of the provider that a relay passes on in its body."""
    page: str = ""
    """The web page that came instead of an error."""

    @property
    def status(self) -> int | None:
        """The HTTP status that a code names, when the error came with a success status."""
        return next((int(code) for code in self.codes if re.fullmatch(r"[45]\d\d", code)), None)


def read_error(body: Any) -> Said:
    """Return the sentence and the codes of an error, which may be an object, a list, text or a web page."""
    if isinstance(body, str):
        return _read_text(body)
    said = Said()
    if isinstance(body, (dict, list)):
        found = list(dict.fromkeys(_without_page(one) for one in _sentences(body)))
        said.sentence = "; ".join(found[:_MOST_SENTENCES])
        _collect(body, said)
    return said


def _read_text(text: str) -> Said:
    text = text.strip().removeprefix("\ufeff")
    if text[:1] in ("{", "["):
        try:
            return read_error(decode(text))
        except UnreadableError:
            return Said(text)
    if _EVENT.match(text) and (data := "\n".join(_EVENT_DATA.findall(text)).strip()):
        return read_error(data)
    if text[:1] != "<":
        return Said(_without_page(text), page=text if _PAGE.search(text) else "")
    parts = {name.lower(): value.strip() for name, value in _XML.findall(text)}
    if parts:
        return Said(parts.get("message", ""), [parts["code"]] if "code" in parts else [])
    return Said(_title(text), page=text)


def _title(page: str) -> str:
    from html import unescape

    title = _TITLE.search(page)
    return unescape(title[1]).strip() if title else ""


def _without_page(sentence: str) -> str:
    """Return a sentence with only the title of a web page that it quotes: relays quote whole error pages."""
    page = _PAGE.search(sentence)
    if page is None:
        return sentence
    return " - ".join(part for part in (sentence[: page.start()].strip(), _title(page[0])) if part)


def _named(value: dict[Any, Any]) -> dict[str, Any]:
    """Return the fields by their names as they are compared."""
    return {str(name).lower().replace("_", ""): each for name, each in value.items()}


def _quoted(text: str) -> tuple[str, Any]:
    """Return what stands before the JSON object that a text quotes, and that object; relays quote whole answers."""
    if "{" in text and len(text) <= _LONGEST_QUOTED and (match := _QUOTED.match(text)):
        try:
            return match["before"], decode(match["json"])
        except UnreadableError:
            pass
    return text, None


def _sentences(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the sentences in an error, the most specific first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        before, inner = _quoted(value)
        within = list(_sentences(inner, depth + 1)) if inner is not None else []
        if within:
            yield f"{before.strip()} {within[0]}".strip()
        elif value.strip():
            yield value.strip()
    elif isinstance(value, list):
        for item in value:
            yield from _sentences(item, depth + 1)
    elif isinstance(value, dict):
        yield from _sentences_in(_named(value), depth + 1)


def _sentences_in(fields: dict[str, Any], depth: int) -> Iterator[str]:
    for name in _CONTAINERS:
        if fields.get(name):
            found = list(_sentences(fields[name], depth))
            yield from found
            if found and not isinstance(fields[name], str):
                return
    for name in _SENTENCES:
        value = fields.get(name)
        if found := list(_sentences(value, depth)) or (_by_field(value) if name == "errors" else []):
            where = _place(fields.get("loc"))
            yield from (f"{where}: {sentence}" if where else sentence for sentence in found)
            break
    raw = fields.get("metadata")
    if isinstance(raw, dict):  # what the provider behind a relay said
        yield from _sentences(raw.get("raw"), depth)


def _by_field(errors: Any) -> list[str]:
    """Return the sentences in `{"temperature": ["is not allowed"]}`."""
    if not isinstance(errors, dict):
        return []
    return [f"{name}: {said}" for name, value in errors.items() for said in _sentences(value, _DEEPEST - 1)]


def _place(loc: Any) -> str:
    """Return the field that a validation error is about: `["body", "temperature"]` is "temperature"."""
    parts = [str(part) for part in loc if isinstance(part, (str, int))] if isinstance(loc, list) else []
    return ".".join(parts[1:] if parts[:1] == ["body"] else parts)


def _collect(value: Any, said: Said) -> None:
    """Add the codes, delays and headers anywhere in an error, the outermost last."""
    level, levels = [value], list[list[dict[str, Any]]]()
    seen = 0
    while level and seen < _MOST_VALUES and len(levels) <= 2 * _DEEPEST:
        objects: list[dict[str, Any]] = []
        after: list[Any] = []
        for one in level:
            seen += 1
            if isinstance(one, str):
                one = _quoted(one)[1]
            if isinstance(one, list):
                after += one[:_MOST_VALUES]
            elif isinstance(one, dict):
                objects.append(named := _named(one))
                after += [each for name, each in named.items() if name != "baseresp"]  # its codes are its own
        levels.append(objects)
        level = after
    for objects in reversed(levels):
        for fields in objects:
            _collect_from(fields, said)


def _collect_from(fields: dict[str, Any], said: Said) -> None:
    for name, value in fields.items():
        if name in _CODES and isinstance(value, (str, int)) and not isinstance(value, bool):
            said.codes.append(str(value))
        elif name in _DELAYS:
            said.delays.setdefault(name, value)
        elif name == "error" and isinstance(value, str) and re.fullmatch(r"\w{4,60}", value):
            said.codes.append(value)
        elif name == "headers" and isinstance(value, dict):
            said.headers.update({str(key).lower(): str(each) for key, each in value.items()})
        elif name == "cloudflareerror" and value is True:
            said.page = said.page or "cloudflare"
    base = fields.get("baseresp")
    if isinstance(base, dict) and base.get("status_code") is not None:
        said.codes.insert(0, f"base_resp {base['status_code']}")
