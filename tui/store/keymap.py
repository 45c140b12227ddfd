"""`keys.toml`: the user's own keys for commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tui.domain.i18n import _
from tui.domain.keymap import Keymap, UserKeys


def load_keymap(path: Path) -> Keymap:
    """Return the user's keys; what cannot be used of the file is named in the result."""
    name = path.name
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Keymap(name)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else _("it is not UTF-8 text")
        problem = _("{file} cannot be read: {why}. The standard keys are used.").format(file=name, why=why)
        return Keymap(name, problems=(problem,))
    import tomllib  # only where there is a file to read

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = _("{file} is not valid TOML: {why}. The standard keys are used.").format(file=name, why=error)
        return Keymap(name, problems=(problem,))
    reader = _Reader(name, text)
    reader.take(document)
    return Keymap(name, tuple(reader.rows), tuple(reader.problems))


class _Reader:
    """Goes through a document, and keeps rows and problems apart."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._lines = text.splitlines()
        self.rows: list[UserKeys] = []
        self.problems: list[str] = []

    def take(self, document: dict[str, Any]) -> None:
        """Take everything out of the document."""
        for name, value in document.items():
            if name == "keys" and isinstance(value, dict):
                self._take_table(value)
            else:
                said = _("{file}, line {line}: {name} is not known here. Keys stand below [keys].")
                self._problem(said, self._line_of(name, ""), name)

    def _take_table(self, table: dict[str, Any], mode: str = "") -> None:
        for name, value in table.items():
            if isinstance(value, dict) and not mode:
                self._take_table(value, name)
            elif (keys := _keys_in(value)) is not None:
                self.rows.append(UserKeys(name, keys, mode, self._line_of(name, mode)))
            else:
                said = _('{file}, line {line}: {name} needs a key such as "ctrl+e", or a list of keys.')
                self._problem(said, self._line_of(name, mode), name)

    def _problem(self, said: str, line: int, name: str) -> None:
        self.problems.append(said.format(file=self._name, line=line, name=name))

    def _line_of(self, name: str, mode: str) -> int:
        """Return the line on which a name is set, below the heading of its mode if it has one."""
        heading, at = "", 0
        named = re.compile(rf"""\s*(\[\s*)?(keys\s*\.\s*)?["']?{re.escape(name)}["']?\s*[=\]]""")
        for number, line in enumerate(self._lines, 1):
            if (header := re.match(r"\s*\[\s*keys\s*\.\s*[\"']?(\w+)", line)) is not None:
                heading = header[1]
            if named.match(line) and (at == 0 or heading == mode):
                at = number
        return at or 1


def _keys_in(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(value.split()) or None
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return None
