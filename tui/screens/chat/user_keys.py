"""The command table with the user's own keys in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from textual.binding import Binding
from textual.keys import Keys

from tui.domain.i18n import _
from tui.domain.keymap import Keymap, UserKeys
from tui.domain.safe_text import one_line
from tui.screens.chat.command_table import ANYWHERE, Command, shown_key
from tui.screens.chat.modes import Mode

A = TypeVar("A")
_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "meta", "hyper"})
_OTHER_NAMES = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "return": "enter"}
_SENT_AS = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+left_square_bracket": "escape"}
"""Keys that terminals send as others."""
_MODES = {mode.value: mode for mode in (Mode.WRITE, Mode.READ, Mode.FIND, Mode.LABELS)}
_SIGN_MODES = (Mode.READ, Mode.LABELS)
"""Modes in which letters and signs are no text."""


def with_user_keys(commands: Sequence[Command[A]], keymap: Keymap) -> tuple[list[Command[A]], list[str]]:
    """Return the commands with the keys of the user, and what of those cannot be used.

    A command whose new keys are wrong or taken keeps its own.
    """
    standard = {command.id: command for command in commands}
    problems = list(keymap.problems)
    changed: dict[str, UserKeys] = {}
    result = dict(standard)
    for row in keymap.rows:
        if problem := _problem_of(row, standard):
            problems.append(_at(keymap, row, problem))
        else:
            result[row.command_id] = _changed(result[row.command_id], row)
            changed[row.command_id] = row
    while conflict := _first_conflict(result, changed):
        command_id, key, other = conflict
        row = changed.pop(command_id)
        result[command_id] = standard[command_id]
        said = _("{key} already runs {other}; {command} keeps its standard keys.")
        problems.append(_at(keymap, row, said.format(key=shown_key(key), other=other, command=command_id)))
    return list(result.values()), problems


def _at(keymap: Keymap, row: UserKeys, problem: str) -> str:
    return _("{file}, line {line}: {problem}").format(file=keymap.file, line=row.line, problem=problem)


def _problem_of(row: UserKeys, commands: dict[str, Command[A]]) -> str:
    """Return what is wrong with a row taken alone; empty if nothing is."""
    if row.command_id not in commands:
        return _("There is no command {name}.").format(name=one_line(row.command_id, 60))
    if row.mode and row.mode not in _MODES:
        known = ", ".join(_MODES)
        return _("There is no mode {name}. Known: {known}.").format(name=one_line(row.mode, 60), known=known)
    for name in row.keys:
        key = parse_key(name)
        if key is None:
            return _("{name} is not a key.").format(name=one_line(name, 60))
        if key in _SENT_AS:
            return _("Terminals send {name} as {key}.").format(name=one_line(name, 60), key=_SENT_AS[key])
        if _is_sign(key) and row.mode in (Mode.WRITE.value, Mode.FIND.value):
            return _("{name} is text there. Add ctrl or alt, or use a function key.").format(name=one_line(name, 60))
    return ""


def parse_key(name: str) -> str | None:
    """Return the key that a name in the file means, as Textual calls it; None if it means none."""
    name = name.strip()
    if len(name) == 2 and name[0] == "^":
        name = f"ctrl+{name[1].lower()}"
    *modifiers, last = name.split("+") if len(name) > 1 and not name.endswith("++") else [name]
    last = _OTHER_NAMES.get(last.lower(), last if len(last) == 1 else last.lower())
    if len(last) == 1:
        last = next(iter(Binding.make_bindings([(last, "", "")]))).key
    elif last not in {key.value for key in Keys} and last not in _named_signs():
        return None
    if modifiers and last.isalpha() and len(last) == 1:
        last = last.lower()
    if not {each.lower() for each in modifiers} <= _MODIFIERS or not last:
        return None
    return "+".join([*(each.lower() for each in modifiers), last])


def _named_signs() -> set[str]:
    return {next(iter(Binding.make_bindings([(chr(code), "", "")]))).key for code in range(33, 127) if chr(code) != ","}


def _is_sign(key: str) -> bool:
    """Return whether a key types a letter or a sign."""
    return len(key) == 1 or key == "space" or (key in _named_signs() and "+" not in key)


def _changed(command: Command[A], row: UserKeys) -> Command[A]:
    keys = [key for name in row.keys if (key := parse_key(name)) is not None]
    if row.mode:
        return replace(command, keys={**command.keys, _MODES[row.mode]: " ".join(keys)})
    signs, others = [key for key in keys if _is_sign(key)], [key for key in keys if not _is_sign(key)]
    for_signs = [mode for mode in command.keys if mode in _SIGN_MODES] or [Mode.READ]
    for_others = [ANYWHERE] if ANYWHERE in command.keys or not command.keys else list(command.keys)
    new: dict[Mode | None, list[str]] = {}
    for modes, some in ((for_others, others), (for_signs, signs)):
        for mode in modes:
            new.setdefault(mode, []).extend(some)
    return replace(command, keys={mode: " ".join(some) for mode, some in new.items() if some})


def _first_conflict(commands: dict[str, Command[A]], changed: dict[str, UserKeys]) -> tuple[str, str, str] | None:
    """Return a changed command, a key of it, and another command that has that key where it counts."""
    owners: dict[tuple[Mode | None, str], list[str]] = {}
    for command in commands.values():
        for mode in command.keys:
            for key in command.keys_in(mode):
                owners.setdefault((mode, key), []).append(command.id)
    for command_id in reversed(changed):
        command = commands[command_id]
        for mode in command.keys:
            where = (ANYWHERE, Mode.WRITE, Mode.READ) if mode is ANYWHERE else (mode, ANYWHERE)
            for key in command.keys_in(mode):
                for each in where if mode is not Mode.LABELS else (mode,):
                    if others := [other for other in owners.get((each, key), ()) if other != command_id]:
                        return command_id, key, others[0]
    return None
