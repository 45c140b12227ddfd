"""ChatGPT's marks of the private range, U+E200 to U+E206, as words and links.

The web page draws them as chips. Those between U+E200 and U+E201 have fields, parted by U+E202, of which the first is the
kind; the others stand around cited words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tui.domain.safe_text import one_line
from tui.services.importing.fields import Doc, rows, text

_CHIP = re.compile("\ue200([^\ue200\ue201]*)\ue201|\ue200([^\\s\ue200\ue201]*)")
"""A whole chip, or the rest of one whose end is missing."""
_PRIVATE = re.compile("[\ue200-\ue2ff]")
_SOURCES = re.compile(r"\s*turn\d+(?:[a-z_]+\d+)?(?:\s*,\s*turn\d+(?:[a-z_]+\d+)?)*\s*")
_BARE = re.compile(r"(?:file|nav)?cite(?:turn\d+[a-z_]+\d+)+|\bturn\d+(?:search|news|file|view)\d+")
"""A citation whose marks were lost on the way."""
_LABELS = ("name", "title", "label", "alt", "text", "prompt_text", "url")


def without_marks(body: str, metadata: Doc) -> str:
    """Return the text with its citations as links, its entities as words, and none of the marks."""
    chips = _PRIVATE.search(body) is not None
    if not chips and "turn" not in body and "†" not in body:
        return body
    shown: dict[str, str] = {}
    for reference in rows(metadata, "content_references"):
        if (marked := text(reference, "matched_text")) and (
            _PRIVATE.search(marked) or _BARE.search(marked) or "†" in marked
        ):
            shown[marked] = _reference(reference)
    for marked in sorted(shown, key=len, reverse=True):
        body = body.replace(marked, shown[marked])
    if chips:
        body = _CHIP.sub(lambda found: _chip(found[1] if found[1] is not None else found[2]), body)
        body = _PRIVATE.sub("", body.replace("\ue202", " "))
    return _BARE.sub("", body) if chips or shown or "citeturn" in body else body


def _reference(reference: Doc) -> str:
    """Return what stands for a mark: its Markdown, or links to what it names."""
    if plain := text(reference, "alt"):
        return plain
    links = [_link(text(item, "title", "attribution"), text(item, "url")) for item in rows(reference, "items")]
    named = text(reference, "name", "title")
    return (
        f"({', '.join(links)})" if (links := [link for link in links if link]) else _link(named, text(reference, "url"))
    )


def _link(label: str, address: str) -> str:
    label = one_line(label).replace("[", "(").replace("]", ")")
    if not re.fullmatch(r"https?://[^\s<>]+", address):
        return label
    return f"[{label or address}]({address.replace('(', '%28').replace(')', '%29')})"


def _chip(inside: str) -> str:
    """Return the words of a chip without a reference: its labels and links, and nothing for plain citations."""
    _kind, *fields = inside.split("\ue202")
    labels: list[str] = []
    for field in fields:
        labels += _labels_in(field)
    addresses = [label for label in labels if re.match(r"https?://", label)]
    words = [label for label in labels if label not in addresses]
    if addresses:
        return _link(words[0] if words else "", addresses[0]) + "".join(f" {word}" for word in words[1:])
    return ", ".join(words)


def _labels_in(field: str) -> Iterator[str]:
    if _SOURCES.fullmatch(field) or not field.strip():
        return
    value: Any = None
    with suppress(ValueError, RecursionError):
        value = json.loads(field)
    if isinstance(value, list):  # an entity: its kind, its name, what tells it from others
        yield from (name for name in value[1:2] if isinstance(name, str))
    elif isinstance(value, dict):
        yield from (found for key in _LABELS if (found := text(value, key)))
        for chosen in value["selections"] if isinstance(value.get("selections"), list) else []:
            yield from (name for name in chosen[1:2] if isinstance(name, str)) if isinstance(chosen, list) else ()
    elif value is None:
        yield field.strip()
