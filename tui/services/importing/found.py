"""The results of an import, and what was left out."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tui.domain.chat import ChatMessage, Conversation
from tui.domain.i18n import _, plural
from tui.store.origins import Origin

_AFTERWARDS = 0.001
"""Seconds: the smallest difference in time that ids can express."""


class LeftOut(StrEnum):
    """Why something was left out."""

    EMPTY = "empty"
    HIDDEN = "hidden"
    PICTURE = "picture"
    FILE = "file"
    SOUND = "sound"
    TOOL_CALL = "tool call"
    TOOL_OUTPUT = "tool output"
    UNKNOWN_ROLE = "unknown role"
    UNKNOWN_KIND = "unknown kind"
    DAMAGED = "damaged"
    EMPTY_CONVERSATION = "empty conversation"
    TRASHED = "trashed"
    NO_CONVERSATION = "no conversation"
    OTHER_FILE = "other file"


def counted(reason: LeftOut, n: int) -> str:
    """Return so many of these, in words."""
    forms = {
        LeftOut.EMPTY: (_("{n} empty message"), _("{n} empty messages")),
        LeftOut.HIDDEN: (_("{n} hidden message"), _("{n} hidden messages")),
        LeftOut.PICTURE: (_("{n} picture"), _("{n} pictures")),
        LeftOut.FILE: (_("{n} attached file"), _("{n} attached files")),
        LeftOut.SOUND: (_("{n} recording"), _("{n} recordings")),
        LeftOut.TOOL_CALL: (_("{n} tool call"), _("{n} tool calls")),
        LeftOut.TOOL_OUTPUT: (_("{n} tool output"), _("{n} tool outputs")),
        LeftOut.UNKNOWN_ROLE: (_("{n} message with an unknown role"), _("{n} messages with an unknown role")),
        LeftOut.UNKNOWN_KIND: (_("{n} part of an unknown kind"), _("{n} parts of an unknown kind")),
        LeftOut.DAMAGED: (_("{n} damaged part"), _("{n} damaged parts")),
        LeftOut.EMPTY_CONVERSATION: (_("{n} conversation without a message"), _("{n} conversations without a message")),
        LeftOut.TRASHED: (_("{n} conversation in the trash"), _("{n} conversations in the trash")),
        LeftOut.NO_CONVERSATION: (
            _("{n} entry that is not a conversation"),
            _("{n} entries that are not conversations"),
        ),
        LeftOut.OTHER_FILE: (_("{n} file without a conversation"), _("{n} files without a conversation")),
    }
    return plural(*forms[reason], n)


@dataclass(slots=True)
class Found:
    """A conversation read from a file, with new ids."""

    conversation: Conversation
    origin: Origin
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    updated: float = 0.0
    """When it was last changed there, in Unix seconds; 0 if the file does not say."""
    before: object = None
    """Where it had been imported from before, as in the field `IMPORTED`."""


def fingerprint(value: object) -> str:
    """Return an id for a conversation to which the file gives none."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def id_at(seconds: float) -> str:
    """Return a new id that sorts to this time, in the format of `new_id`."""
    return f"{max(0, min(round(seconds * 1000), (1 << 48) - 1)):012x}{os.urandom(6).hex()}"


class Tree:
    """Messages by the keys of a file. One that is left out passes its children to its parent.

    Parents that are missing or circular make a message the first of a branch.
    """

    def __init__(self, created: float) -> None:
        self._created = created
        self._parents: dict[str, str | None] = {}
        self._messages: dict[str, tuple[ChatMessage, float | None]] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, key: str, parent: str | None, message: ChatMessage, created: float | None) -> None:
        """Add a message. Without a time of its own it comes right after its parent."""
        self._parents[key] = parent
        self._messages[key] = (message, created)

    def leave_out(self, key: str, parent: str | None) -> None:
        """Note the parent of a message that is left out."""
        self._parents[key] = parent

    def left_out_above(self, key: str) -> Iterator[str]:
        """Yield the left-out keys between a message and the next one above it, lowest first."""
        seen = {key}
        at = self._parents.get(key)
        while at is not None and at in self._parents and at not in self._messages and at not in seen:
            seen.add(at)
            yield at
            at = self._parents[at]

    def message(self, key: str) -> ChatMessage | None:
        """Return the message of a key, if it was added."""
        return self._messages[key][0] if key in self._messages else None

    def add_to(self, conversation: Conversation, leaf: str | None) -> None:
        """Give all messages new ids and parents and add them to the conversation; `leaf` is the key of the end on
        screen, else the newest message is the end."""
        above = {key: self._kept(self._parents[key], {key}) for key in self._messages}
        for key in self._cut_circles(above):
            message, created = self._messages[key]
            parent = above[key]
            parent_message = self._messages[parent][0] if parent is not None else None
            message.created = created or (
                self._created if parent_message is None else parent_message.created + _AFTERWARDS
            )
            message.id = id_at(message.created)
            message.parent_id = None if parent_message is None else parent_message.id
            conversation.messages[message.id] = message
        end = self._kept(leaf, set())
        if end is not None:
            conversation.leaf = self._messages[end][0].id
        elif conversation.messages:
            conversation.leaf = max(
                conversation.messages.values(), key=lambda message: (message.created, message.id)
            ).id

    def _kept(self, key: str | None, seen: set[str]) -> str | None:
        """Return the key, or the nearest one above it that was added."""
        while key is not None and key in self._parents and key not in seen:
            if key in self._messages:
                return key
            seen.add(key)
            key = self._parents[key]
        return None

    def _cut_circles(self, above: dict[str, str | None]) -> Iterator[str]:
        """Yield all keys, each after its parent; a circle of parents is cut at its first key."""
        done: set[str] = set()
        for start in above:
            line: list[str] = []
            on_line: set[str] = set()
            key: str | None = start
            while key is not None and key not in done:
                if key in on_line:
                    above[key] = None
                    line.remove(key)
                    line.append(key)
                    break
                line.append(key)
                on_line.add(key)
                key = above[key]
            for one in reversed(line):
                if one not in done:
                    done.add(one)
                    yield one


def renewed(conversation: Conversation) -> Conversation:
    """Return the same tree with new ids that sort by the times of the messages."""
    ids = {old: id_at(message.created) for old, message in conversation.messages.items()}
    messages = [
        replace(message, id=ids[old], parent_id=ids.get(message.parent_id or ""), writer="")
        for old, message in conversation.messages.items()
    ]
    return replace(
        conversation,
        id=id_at(conversation.created),
        leaf=ids.get(conversation.leaf or ""),
        messages={message.id: message for message in messages},
    )


def fenced(title: str, language: str, content: str) -> str:
    """Return an attached document as a fenced block under its title."""
    longest = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    head = f"**{title}**\n\n" if title else ""
    return f"{head}{fence}{language}\n{content.rstrip(chr(10))}\n{fence}"
