"""The messages of a conversation while they are collected from a file."""

from __future__ import annotations

from collections.abc import Iterator

from tui.domain.chat import ChatMessage, Conversation
from tui.services.importing.found import id_at

_AFTERWARDS = 0.001
"""Seconds: the smallest difference in time that ids can express."""


class Tree:
    """Messages by the keys of a file. One that is left out passes its children to its parent.

    Parents that are missing or circular make a message the first of a branch.
    """

    def __init__(self) -> None:
        self._parents: dict[str, str | None] = {}
        self._messages: dict[str, tuple[ChatMessage, float | None]] = {}

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def times(self) -> list[float]:
        """The times of the messages that have one in the file."""
        return [created for _message, created in self._messages.values() if created is not None]

    def put(self, key: str, parent: str | None, message: ChatMessage, created: float | None) -> str:
        """Add a message and return its key, which is another one if a message already has it. Without a time of its own
        it comes right after its parent."""
        if key in self._messages:
            key = f"{key}\0{len(self._messages)}"
        self._parents[key] = parent
        self._messages[key] = (message, created)
        return key

    def leave_out(self, key: str, parent: str | None) -> None:
        """Note the parent of a message that is left out."""
        if key not in self._messages:
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
        screen, else the newest message is the end. A message without a time and a parent begins with it."""
        above = {key: self._kept(self._parents[key], {key}) for key in self._messages}
        for key in self._cut_circles(above):
            message, created = self._messages[key]
            parent = above[key]
            parent_message = self._messages[parent][0] if parent is not None else None
            message.created = created or (
                conversation.created if parent_message is None else parent_message.created + _AFTERWARDS
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
