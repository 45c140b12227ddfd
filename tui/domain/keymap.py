"""The user's own keys, as they stand in `keys.toml`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UserKeys:
    """The keys that the user gives one command."""

    command_id: str
    keys: tuple[str, ...]
    """As they are written in the file; empty to take all keys away."""
    mode: str = ""
    """The only mode they are for; empty for all in which they can work."""
    line: int = 0
    """Where this stands in the file."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """All of them, and what is wrong with the file."""

    file: str = "keys.toml"
    """The name of the file, for messages."""
    rows: tuple[UserKeys, ...] = ()
    problems: tuple[str, ...] = ()
    """Sentences that name the file and the line."""
