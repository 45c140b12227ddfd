"""Which program wrote a JSON value, told by its fields, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.services.importing.chatbox import is_chatbox, read_chatbox
from tui.services.importing.chatgpt import is_chatgpt, read_chatgpt
from tui.services.importing.cherry_studio import is_cherry_studio, read_cherry_studio
from tui.services.importing.claude import is_claude, read_claude
from tui.services.importing.deepseek import is_deepseek, read_deepseek
from tui.services.importing.fields import CREATED, Doc, ident, mapping, text
from tui.services.importing.found import Found
from tui.services.importing.grok import is_grok, read_grok
from tui.services.importing.left_out import LeftOut
from tui.services.importing.librechat import is_librechat, read_librechat
from tui.services.importing.llama_cpp import is_llama_cpp, read_llama_cpp
from tui.services.importing.lm_studio import is_lm_studio, read_lm_studio
from tui.services.importing.open_webui import is_open_webui, read_open_webui
from tui.services.importing.own import is_own, read_own
from tui.services.importing.plain import LISTS, is_message, is_plain, read_plain

SOURCES: tuple[tuple[Callable[[Doc], bool], Callable[[Doc], Found | Iterable[Found | StoreError]]], ...] = (
    (is_own, read_own),
    (is_deepseek, read_deepseek),
    (is_chatgpt, read_chatgpt),
    (is_claude, read_claude),
    (is_open_webui, read_open_webui),
    (is_librechat, read_librechat),
    (is_lm_studio, read_lm_studio),
    (is_llama_cpp, read_llama_cpp),
    (is_grok, read_grok),
    (is_chatbox, read_chatbox),
    (is_cherry_studio, read_cherry_studio),
    (is_plain, read_plain),
)
"""The first that recognizes a value reads it."""

_WRAPPERS = ("conversations", "chats", "history", "sessions", "threads", "items", "data", "biz_data", "results")
_DEEPEST = 5
_TELLING = frozenset((*LISTS, "prompt", "response", "responses", "history", "chat_messages", "mapping", "exchanges",
                      "question", "answer", "utterances", "says", "role", "sender"))  # fmt: skip
"""Keys that a conversation of an unknown form is likely to have."""


class Unread(NamedTuple):
    """One conversation that could not be read."""

    title: str
    reason: str
    path: str = ""


class Nothing(NamedTuple):
    """One entry, or one whole file, without a conversation."""

    reason: LeftOut


def read(value: Any, depth: int = 0) -> Iterator[Found | Unread | Nothing]:
    """Yield the conversations in a JSON value, also from inside of "conversations" and the like."""
    if isinstance(value, list) and value and depth < _DEEPEST:
        if sum(map(is_message, value)) * 2 > len(value):
            yield from _safely(read_plain, {"messages": value})
        else:
            for one in value:
                yield from read(one, depth + 1)
        return
    if not isinstance(value, dict):
        yield Nothing(LeftOut.NO_CONVERSATION)
        return
    for is_such, take in SOURCES:
        if is_such(value):
            yield from _safely(take, value)
            return
    inner = next((found for key in _WRAPPERS if isinstance(found := value.get(key), list | dict) and found), None)
    if inner is not None and depth < _DEEPEST:
        within = (
            list(inner.values())
            if isinstance(inner, dict) and all(isinstance(one, dict) for one in inner.values())
            else inner
        )
        yield from read(within, depth + 1)
    elif _TELLING & value.keys():
        yield Unread(text(value, "title", "name"), _("chinwag does not know its form."))
    else:
        yield Nothing(LeftOut.NO_CONVERSATION)


def _safely(take: Callable[[Doc], Found | Iterable[Found | StoreError]], doc: Doc) -> Iterator[Found | Unread]:
    title = text(doc, "title", "name")
    try:
        found = take(doc)
        for one in [found] if isinstance(found, Found) else found:
            yield Unread(title, str(one)) if isinstance(one, StoreError) else one
    except StoreError as error:
        yield Unread(title, str(error))
    except RecursionError:
        yield Unread(title, _("It is nested too deeply."))


class _Group:
    """Messages that stand alone in a list or in lines, and belong together."""

    def __init__(self, head: Doc | None = None) -> None:
        self.head = head
        self.messages: list[Any] = []

    def doc(self) -> Doc:
        if self.head is not None:
            return {"conv": self.head, "messages": self.messages}
        first = next((one for one in self.messages if isinstance(one, dict)), {})
        return {"id": ident(first, "thread_id", "sessionId"), "messages": self.messages}


def gathered(runs: Iterable[tuple[int, Any]]) -> Iterator[Any]:
    """Yield the values of a file, with single messages put together to conversations: a bare list of them, or lines, with
    or without a line for the session before."""
    group: _Group | None = None
    key: object = None
    for run, value in runs:
        if isinstance(value, dict) and value.get("type") == "session" and "id" in value:
            yield from _done(group)
            group, key = _Group({name: one for name, one in value.items() if name != "type"}), run
            continue
        message = _enveloped(value)
        if message is None:
            yield value
            continue
        if group is None or group.head is None:
            own = (run, ident(message, "thread_id", "sessionId"))
            if group is None or own != key:
                yield from _done(group)
                group, key = _Group(), own
        group.messages.append(message)
    yield from _done(group)


def _done(group: _Group | None) -> Iterator[Doc]:
    if group is not None and (group.messages or group.head is not None):
        yield group.doc()


def _enveloped(value: Any) -> Doc | None:
    """Return a single message, also out of an object around it that names its id, parent and time."""
    if not isinstance(value, dict):
        return None
    inner = mapping(value, "message")
    if "role" in inner and not isinstance(value.get("mapping"), dict):
        around = {
            name: one
            for name in ("id", "uuid", "parentId", "parentUuid", "sessionId", *CREATED)
            if (one := value.get(name))
        }
        return around | inner
    return value if is_message(value) and not any(isinstance(value.get(key), list) for key in LISTS) else None
