"""Conversations and their messages."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from tui.domain.branching import newest_end, versions_of
from tui.domain.finish import can_go_on
from tui.domain.safe_text import one_line
from tui.domain.settings import GenerationOptions

TITLE_LENGTH = 60
SHORTEST_STREAM = 0.05
"""Seconds from the first token to the last below which no speed is computed."""


class Role(StrEnum):
    """The author of a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class MessageState(StrEnum):
    """The state of a message. "Interrupted" is never stored: it is `STREAMING` without a running writer."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


def now() -> float:
    """Return the time in Unix seconds."""
    return time.time()


def new_id() -> str:
    """Return a unique id that sorts by time: 12 hexadecimal digits of Unix milliseconds, then 12 random ones."""
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(6).hex()}"


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts as reported by the gateway."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


@dataclass(frozen=True, slots=True)
class MessageError:
    """Why a reply failed: stored apart from the text, and never sent to a model."""

    kind: str
    """One of `errors.GatewayErrorKind`, stored under the key "class"."""
    sentence: str
    status: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ChatCompletionChunk:
    """What has come of a reply since the last chunk: all that one read from the network brought."""

    delta: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    model: str = ""
    notice: str = ""
    """A problem in an otherwise complete reply, as a sentence: cut off, filtered, or partly unreadable."""
    deltas: int = field(default=1, compare=False)
    """The pieces of the stream in this chunk: about as many tokens."""


@dataclass(slots=True, eq=False)
class ChatMessage:
    """One entry of a conversation. Times are Unix seconds."""

    role: Role
    content: str = ""
    id: str = field(default_factory=new_id)
    parent_id: str | None = None
    state: MessageState = MessageState.COMPLETE
    reasoning: str = ""
    reasoned: float | None = None
    """Seconds from the first reasoning to the first text."""
    model: str = ""
    options: GenerationOptions = GenerationOptions()
    usage: Usage | None = None
    finish_reason: str | None = None
    notice: str = ""
    created: float = field(default_factory=now)
    first_token: float | None = None
    finished: float | None = None
    resumed: bool = False
    """The reply was cut off and continued later: its times include the pause, so there is no duration and no speed."""
    writer: str = ""
    """The process that writes a streaming reply; see `ConversationStore`."""
    error: MessageError | None = None
    deleted: bool = False
    marked: bool = False
    """The user has bookmarked it."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Fields of a newer version, kept for writing them back to the file."""

    @property
    def is_reply(self) -> bool:
        """Whether a model wrote it."""
        return self.role is Role.ASSISTANT

    @property
    def can_continue(self) -> bool:
        """Whether it is a reply with text that was cut: by a limit, a stop, a break, the end of the program."""
        if not self.is_reply or not self.content:
            return False
        return self.state is not MessageState.COMPLETE or can_go_on(self.finish_reason or "stop")

    @property
    def seconds(self) -> float | None:
        """Seconds from the request to the end of the reply; `None` if it was cut off and continued."""
        return None if self.finished is None or self.resumed else max(0.0, self.finished - self.created)

    @property
    def tokens_per_second(self) -> float | None:
        """Speed after the first token, if the gateway counted the tokens."""
        if self.usage is None or self.finished is None or self.first_token is None or self.resumed:
            return None
        lasted = self.finished - self.first_token
        if lasted < SHORTEST_STREAM or self.usage.completion_tokens < 2:
            return None  # it came at once: the time is the network's, not the model's
        return self.usage.completion_tokens / lasted


@dataclass(slots=True, eq=False, weakref_slot=True)
class Conversation:
    """A tree of messages: each names its parent, and `leaf` is the end of the branch on screen.

    A retry or an edit adds a sibling, so nothing is overwritten.
    """

    id: str = field(default_factory=new_id)
    title: str = ""
    created: float = field(default_factory=now)
    updated: float = field(default_factory=now)
    model: str = ""
    profile: str = ""
    """The name of the gateway that `model` was last used on."""
    system: str | None = None
    """This conversation's own system prompt; `None` means the default."""
    options: GenerationOptions = GenerationOptions()
    leaf: str | None = None
    pinned: bool = False
    messages: dict[str, ChatMessage] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def add(self, message: ChatMessage) -> ChatMessage:
        """Append a message to the branch on screen and return it."""
        message.parent_id = self.leaf
        return self._put(message)

    def add_sibling(self, of: ChatMessage, message: ChatMessage) -> ChatMessage:
        """Add a sibling of a message (a retry, an edit) and make it the end of the branch on screen."""
        message.parent_id = of.parent_id
        return self._put(message)

    def branch(self) -> list[ChatMessage]:
        """Return the messages on screen, oldest first. A missing parent ends the branch; deleted messages are left out."""
        found = [message for message in self._path() if not message.deleted]
        found.reverse()
        return found

    def context(self, before: ChatMessage | None = None) -> list[ChatMessage]:
        """Return the messages of the next request: the branch up to `before`, without replies that have no text."""
        path = self._path()
        if before is not None and before in path:
            del path[: path.index(before) + 1]
        path.reverse()
        return [m for m in path if not m.deleted and m.content and not m.content.isspace()]

    def siblings(self, message: ChatMessage) -> list[ChatMessage]:
        """Return the versions of a message, oldest first, itself included; without deleted and empty ones."""
        return versions_of([message], self.messages.values()).get(message.id, [message])

    def versions(self) -> dict[str, list[ChatMessage]]:
        """Return the versions of every message on screen that has several, by its id."""
        return versions_of(self.branch(), self.messages.values())

    def question_of(self, message: ChatMessage) -> ChatMessage | None:
        """Return the prompt that a message is, or answers; `None` if it is deleted or missing."""
        seen: set[str] = set()
        at: ChatMessage | None = message
        while at is not None and at.id not in seen:
            if at.role is Role.USER:
                return None if at.deleted else at
            seen.add(at.id)
            at = self.messages.get(at.parent_id or "")
        return None

    def show_branch_of(self, message_id: str) -> bool:
        """Show the branch that holds a message, up to its newest message, and return whether the branch changed.

        The branch on screen stays if it holds the message, even a deleted one. KeyError if there is no such message.
        """
        message = self.messages[message_id]
        if any(each is message for each in self._path()):
            return False
        self.leaf = newest_end(message, self.messages.values()).id
        return True

    def snapshot(self) -> Conversation:
        """Return a copy of the tree for another thread: later messages are not in it. The message objects are shared."""
        return replace(self, messages=dict(self.messages))

    def last_reply(self) -> ChatMessage | None:
        """Return the newest reply on screen."""
        return next((message for message in self._path() if message.is_reply and not message.deleted), None)

    def _put(self, message: ChatMessage) -> ChatMessage:
        self.messages[message.id] = message
        self.leaf = message.id
        self.updated = max(self.updated, message.created)
        return message

    def _path(self) -> list[ChatMessage]:
        """Return the messages from the leaf up, deleted ones too. A damaged file may contain a circle: it ends there."""
        found: dict[str, ChatMessage] = {}
        at = self.leaf
        while at is not None and at not in found and (message := self.messages.get(at)) is not None:
            found[at] = message
            at = message.parent_id
        return list(found.values())


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """One row of the list of saved conversations."""

    id: str
    title: str
    updated: float
    model: str = ""
    count: int = 0
    """Messages on the branch last shown."""
    pinned: bool = False
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class OpenedConversation:
    """A conversation as found on disk, with what the user should know about it."""

    conversation: Conversation
    growing: frozenset[str] = frozenset()
    """Ids of replies that another running process is writing."""
    damaged_lines: int = 0
    read_only: bool = False
    """A newer version wrote it, so it is shown but never written."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request to a gateway."""

    model: str
    messages: Sequence[tuple[Role, str]]
    options: GenerationOptions = GenerationOptions()
    stream: bool = True


def title_from(prompt: str) -> str:
    """Return the title of a conversation that starts with this prompt: its first line that has words."""
    first = next((line for line in prompt.splitlines() if line.strip()), "")
    return one_line(first.strip("#>*` "), TITLE_LENGTH)
