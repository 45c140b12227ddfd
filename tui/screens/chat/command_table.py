"""What a command is, and the table that bindings, palette, slash words, help, hints and README are made from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from textual.keys import format_key

from tui.domain.i18n import _
from tui.screens.chat.modes import Mode

A = TypeVar("A")
ANYWHERE: Final = None
"""In place of a mode: the key works in every mode that has no other use for it."""
_NO_COMMON_KEYS = frozenset({Mode.LABELS, Mode.OUTLINE})
"""Modes in which every key has a meaning of its own."""
_WRITTEN_OUT = frozenset({"enter", "backspace"})
"""Keys that are called by their name, not by a sign."""
_SAME_KEYS = {"shift+\r": "shift+enter", "shift+return": "shift+enter"}
"""Other names that terminals give a key."""
_TWINS = ("super+", "shift+g", "shift+n")
"""Beginnings of keys that only say in another way what the key beside them says."""


class Group(Enum):
    """Where the help and the palette show a command, in this order."""

    WRITING = "writing"
    REPLIES = "replies"
    MESSAGES = "messages"
    FIND = "find"
    CONVERSATIONS = "conversations"
    EVERYWHERE = "everywhere"

    @property
    def title(self) -> str:
        """The heading."""
        return {
            Group.WRITING: _("WRITING"),
            Group.REPLIES: _("REPLIES"),
            Group.MESSAGES: _("MESSAGES"),
            Group.FIND: _("FIND"),
            Group.CONVERSATIONS: _("CONVERSATIONS"),
            Group.EVERYWHERE: _("EVERYWHERE"),
        }[self]


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """One row of the table."""

    id: str
    """What `keys.toml` calls it."""
    title: str
    group: Group
    run: Callable[[A], Awaitable[None] | None]
    """What it does, given the actions."""
    keys: Mapping[Mode | None, str] = field(default_factory=lambda: MappingProxyType({}))
    """Its keys by mode, apart by blanks, the one to show first."""
    slash: str = ""
    """The word after the slash; only commands that have one are in the palette."""
    old_words: tuple[str, ...] = ()
    """Slash words of earlier versions."""
    synonyms: str = ""
    """Other words by which the palette finds it."""
    both: str = ""
    """What the help says of this command and the one before it on one line."""

    def keys_in(self, mode: Mode | None) -> list[str]:
        """Return its keys in a mode."""
        return self.keys.get(mode, "").split()


class CommandTable(Generic[A]):
    """The commands, and which key runs which of them in which mode."""

    def __init__(self, commands: Sequence[Command[A]]) -> None:
        self._commands = {command.id: command for command in commands}
        self._by_key = {
            (mode, key): command for command in commands for mode in command.keys for key in command.keys_in(mode)
        }
        self._by_word = {word: command for command in commands for word in (command.slash, *command.old_words) if word}

    def __iter__(self) -> Iterator[Command[A]]:
        return iter(self._commands.values())

    def __getitem__(self, command_id: str) -> Command[A]:
        return self._commands[command_id]

    def __contains__(self, command_id: str) -> bool:
        return command_id in self._commands

    def at_key(self, mode: Mode, key: str) -> Command[A] | None:
        """Return the command that a key runs in a mode."""
        key = _SAME_KEYS.get(key, key)
        own = self._by_key.get((mode, key))
        if own is None and mode is Mode.EDIT:
            own = self._by_key.get((Mode.WRITE, key))
        if own is None and mode not in _NO_COMMON_KEYS:
            own = self._by_key.get((ANYWHERE, key))
        return own

    def with_word(self, word: str) -> Command[A] | None:
        """Return the command that a slash word names."""
        return self._by_word.get(word)

    def keys_of(self, command_id: str, mode: Mode | None = ANYWHERE) -> list[str]:
        """Return the keys of a command in a mode, its own there first, as they are shown."""
        command = self._commands[command_id]
        modes = [mode, Mode.WRITE if mode is Mode.EDIT else mode, ANYWHERE]
        keys = [key for each in modes for key in command.keys_in(each)]
        return [shown_key(key) for key in dict.fromkeys(keys) if not key.startswith(_TWINS)]

    def keys_alive(self, mode: Mode) -> frozenset[str]:
        """Return all keys that run a command in a mode."""
        keys = {*_SAME_KEYS, *(key for _mode, key in self._by_key)}
        return frozenset(key for key in keys if self.at_key(mode, key) is not None)


def shown_key(key: str) -> str:
    """Return a key as it is written for people."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, last if last in _WRITTEN_OUT else format_key(last)])
