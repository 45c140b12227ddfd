"""Code and tables of a message as files. Blocking."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from tui.domain.i18n import _
from tui.services.export.saving import Saved
from tui.store.new_file import expanded, is_folder, write_new_file

_LONGEST = 60
"""Characters of a suggested name before its suffix."""

_DEFINITION = re.compile(
    r"""^\s*(?:(?:export|default|pub(?:\([^)]*\))?|public|private|protected|static|final|abstract|async|sealed|data)\s+)*
    (?:def|class|function\*?|func|fn|struct|enum|trait|interface|module|object|record|sub|type|
       (?:const|let|var)(?=\s+\w+\s*=\s*(?:async\s*)?(?:\(|function|\w+\s*=>)))
    \s+(?:\([^)]*\)\s*)?(?P<name>[^\W\d]\w*)""",
    re.MULTILINE | re.VERBOSE,
)
_TABLE = re.compile(
    r"^\s*create\s+(?:or\s+replace\s+)?(?:table|view|function|procedure)\s+"
    r"(?:if\s+not\s+exists\s+)?[\"`\[]?(?P<name>[^\W\d]\w*)",
    re.IGNORECASE | re.MULTILINE,
)
_SAID = re.compile(r"(?:\#|//|--|;|%|<!--|/\*)[!\s]*(?:[\w.-]+/)*(?P<name>\w[\w-]*(?:\.\w+)+)\s*(?:-->|\*/)?\s*$")
"""A first line that is a comment naming a file."""

_PLAIN = {"", "text", "txt", "plain", "plaintext", "output", "console"}
_WHOLE_NAMES = {"dockerfile": "Dockerfile", "docker": "Dockerfile", "makefile": "Makefile", "make": "Makefile"}
_SUFFIXES = {"markdown": "md", "md": "md", "zsh": "zsh", "sh": "sh", "latex": "tex", "yml": "yaml", "diff": "patch"}
"""For languages that Pygments does not know by this name, or with another suffix than the usual one."""


def code_name(code: str, language: str) -> str:
    """Return a name for a file with this code, such as "merge_sort.py".

    It is the name in the first line, else that of the first definition, else "code".
    """
    first, _rest, _more = code.lstrip("\n").partition("\n")
    if said := _SAID.match(first.strip()):
        return said["name"][-_LONGEST:]
    language = language.casefold()
    if whole := _WHOLE_NAMES.get(language):
        return whole
    if language in _PLAIN:
        return _("text") + ".txt"
    defined = _DEFINITION.search(code) or _TABLE.search(code)
    return f"{defined['name'][:_LONGEST] if defined else _('code')}.{_suffix(language)}"


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as CSV, in which a cell may hold commas, quotes and line breaks."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def save_text(text: str, path: Path, name: str) -> Saved:
    """Write a text to a path, or into a folder under that name, with the permissions of the user's other files.

    Nothing is overwritten: a taken name gets a number. StoreError, and nothing left behind, if it cannot be written.
    """
    path = expanded(path)
    if is_folder(path):
        path /= name
    content = (text if text.endswith("\n") else text + "\n").encode()
    return Saved(write_new_file(path, content, numbered=True, private=False), len(content))


def _suffix(language: str) -> str:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if language in _SUFFIXES:
        return _SUFFIXES[language]
    try:
        patterns = get_lexer_by_name(language).filenames
    except ClassNotFound:
        return "txt"
    return next((suffix for pattern in patterns if (suffix := pattern.removeprefix("*.")).isalnum()), "txt")
