"""Imports point downward, and libraries stay in their layer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tui"

MAY_IMPORT = {
    "domain": {"domain"},
    "api": {"domain", "api", ""},
    "store": {"domain", "store"},
    "local": {"domain", "local"},
    "services": {"domain", "api", "store", "local", "services", "paths", ""},
    "markdown": {"domain", "markdown"},
    "rendering": {"domain", "markdown", "rendering"},
    "widgets": {"domain", "markdown", "rendering", "widgets"},
    "screens": {"domain", "services", "markdown", "rendering", "widgets", "screens", "paths"},
    "themes": {"themes"},
    "gc_tuning": set(),
    "terminal_input": {"domain"},
    "paths": {"paths"},
    "app": {"domain", "services", "rendering", "widgets", "screens", "paths", "themes", "gc_tuning", "app"},
    "local_commands": {"domain", "local", "paths"},
    "doctor_command": {"domain", "services", ""},
    "library_commands": {"domain", "store", "services"},
    "cli": {
        "domain",
        "api",
        "store",
        "local",
        "services",
        "screens",
        "paths",
        "app",
        "terminal_input",
        "gc_tuning",
        "local_commands",
        "doctor_command",
        "library_commands",
        "cli",
        "",
    },
    "__main__": {"cli"},
    "__init__": set(),
}
"""What each part of the package may import of the others; "" is the package itself, for its version."""

ONLY_IN = {
    "textual": {"rendering", "widgets", "screens", "app", "themes", "terminal_input"},
    "rich": {"rendering", "widgets", "screens", "app"},
    "rich.cells": {"markdown", "rendering", "widgets", "screens"},
    "httpx": {"api"},
    "tinydb": {"store"},
    "tomlkit": {"store"},
    "sqlite3": {"store"},
    "xllamacpp": {"local"},
    "click": {"cli"},
    "pyperclip": {"services"},
}
"""Libraries, or modules of them, that belong to some layers only. `rich.cells` holds the widths of characters alone."""

FILES = sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports_of(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            assert node.module is not None
            found += [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "tui" else [node.module]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    layer = layer_of(path)
    for module in imports_of(path):
        top, *rest = module.split(".")
        if top == "tui":
            target = "" if rest == ["__version__"] else rest[0]
            assert target in MAY_IMPORT[layer], f"{layer} must not import {module}"
        elif (layers := ONLY_IN.get(module, ONLY_IN.get(top))) is not None:
            assert layer in layers, f"{module} belongs in {layers}, not in {layer}"


def test_domain_is_standard_library_only() -> None:
    import sys

    for path in (PACKAGE / "domain").glob("*.py"):
        for module in imports_of(path):
            top = module.split(".")[0]
            assert top == "tui" or top in sys.stdlib_module_names, f"{path.name} imports {module}"


def test_the_walk_sees_the_package() -> None:
    assert len(FILES) > 30
    assert {layer_of(path) for path in FILES} <= MAY_IMPORT.keys()


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a module that runs when it is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            given = [*child.args.defaults, *child.args.kw_defaults, *getattr(child, "decorator_list", ())]
            yield from (inner for part in given if part is not None for inner in ast.walk(part))
        else:
            yield child
            yield from run_at_import(child)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_is_translated_at_import(path: Path) -> None:
    called = (node.func for node in run_at_import(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    assert not [name.id for name in called if isinstance(name, ast.Name) and name.id in ("_", "plural")]
