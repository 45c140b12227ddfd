"""The names of Textual that are not public and that chinwag stands on all the same.

A new use of one fails here until it is in the table, with its reason; so does a release of Textual that lacks one.
`pyproject.toml` lets no major release in that nobody has looked at.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from textual._compositor import Compositor
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

ROOT = Path(__file__).parent.parent

USED = {
    (App, "_shutdown"): "saves the rest before the screens are closed",
    (App, "_fatal_error"): "writes a crash report, and nothing of it to the terminal",
    (App, "_exit"): "whether the app is on its way out",
    (App, "_exception"): "what the crash report tells of",
    (App, "_exit_renderables"): "what is said after the terminal was given back",
    (App, "_driver"): "writes the sequence that copies past a multiplexer",
    (App, "_notifications"): "which notices are on the screen",
    (App, "_close_messages_no_wait"): "ends after an error as Textual does",
    (App, "_unnotify"): "takes a notice away that no longer holds",
    (Input, "_on_key"): "keys of ours before those of the field",
    (Input, "_on_paste"): "cleans what is pasted",
    (Input, "_pause_blink"): "lets the cursor rest",
    (Input, "_restart_blink"): "lets the cursor blink again",
    (TextArea, "_on_key"): "keys of ours before those of the prompt",
    (TextArea, "_on_paste"): "cleans what is pasted",
    (TextArea, "_pause_blink"): "lets the cursor rest",
    (TextArea, "_restart_blink"): "lets the cursor blink again",
    (Widget, "_clear_arrangement_cache"): "scrolls without a layout",
    (Widget, "_size"): "scrolls without a layout",
    (Widget, "_size_updated"): "scrolls without a layout",
}
"""What the app uses, of which class and for what."""

USED_BY_TESTS = {
    (Compositor, "render_strips"): "what the terminal shows",
    (Screen, "_compositor"): "what the terminal shows",
    (Screen, "_forward_event"): "the mouse where there is no widget",
    (XTermParser, "feed"): "what a terminal sends",
}


def classes() -> Iterator[type]:
    """Return the classes of ours that have one of Textual among their bases."""
    for file in (ROOT / "tui").rglob("*.py"):
        if file.stem not in ("__init__", "__main__"):
            module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            for found in vars(module).values():
                if inspect.isclass(found) and inspect.getmodule(found) is module and of_textual(found):
                    yield found


def of_textual(cls: type) -> list[type]:
    return [base for base in inspect.getmro(cls) if str(base).startswith("<class 'textual.")]


@cache
def private_names(cls: type) -> frozenset[str]:
    """Return the private names of the attributes that a class of Textual has or sets."""
    attributes = (node for node in ast.walk(definition(cls)) if isinstance(node, ast.Attribute))
    read = (node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id == "self")
    return frozenset(name for name in (*vars(cls), *read) if is_private(name))


@cache
def tree(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text("utf-8"))


def definition(cls: type) -> ast.AST:
    """Return the syntax tree of a class."""
    found = (node for node in tree(inspect.getfile(cls)).body if isinstance(node, ast.ClassDef))
    return next((node for node in found if str(cls).endswith(f".{node.name}'>")), ast.Pass())


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def mentioned(cls: type) -> Iterator[str]:
    """Return the private names that a class reads, sets or defines."""
    for node in ast.walk(definition(cls)):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_private(node.name):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and is_private(node.id):
            yield node.id


def test_every_private_name_of_textual_that_is_used_is_in_the_table() -> None:
    known = {name for _owner, name in USED}
    used = {
        (str(cls), name)
        for cls in classes()
        for name in mentioned(cls)
        for base in of_textual(cls)
        if name in private_names(base) and name not in known
    }
    assert used == set(), "used of Textual, or named like something of it"


def test_no_private_module_of_textual_is_imported_but_the_parser() -> None:
    imports = {
        match[1]
        for file in (ROOT / "tui").rglob("*.py")
        for match in re.finditer(
            r"^\s*(?:from|import) (textual\.(?:\w+\.)*_\w+)", file.read_text("utf-8"), re.MULTILINE
        )
    }
    assert imports == {"textual._xterm_parser"}


@pytest.mark.parametrize(
    ("owner", "name"), [*USED, *USED_BY_TESTS], ids=lambda value: getattr(value, "__name__", value)
)
def test_this_release_of_textual_has_the_name(owner: type, name: str) -> None:
    assert any(name in private_names(base) or name in vars(base) for base in of_textual(owner))


def test_no_name_stands_in_the_table_that_is_not_used() -> None:
    sources = [file.read_text("utf-8") for file in (ROOT / "tui").rglob("*.py")]
    assert [name for _owner, name in USED if not any(re.search(rf"\b{name}\b", source) for source in sources)] == []


def test_the_next_major_release_of_textual_is_not_let_in() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    (bounds,) = [each for each in needed if re.match(r"textual\b", each)]
    major = int(version("textual").split(".")[0])
    assert bounds.endswith(f",<{major + 1}")
