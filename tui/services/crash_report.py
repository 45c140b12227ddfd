"""Crash reports: where in the code it happened, and nothing that the user or a model wrote."""

from __future__ import annotations

import os
import platform
import time
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tui import __version__

LIBRARIES = ("textual", "httpx", "tinydb", "click")


def describe(error: BaseException) -> str:
    """Return the versions and, for each error of the chain, its type and stack. Messages and values are left out: they
    may hold a key or a conversation."""
    lines = [f"chinwag {__version__}", f"Python {platform.python_version()} on {platform.platform()}"]
    for library in LIBRARIES:
        try:
            lines.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            lines.append(f"{library} not installed")
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines += ["", f"{type(cause).__module__}.{type(cause).__qualname__}"]
        lines += [
            f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__)
        ]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def write_report(error: BaseException, folder: Path) -> Path | None:
    """Write `crash-<time>.txt`, readable by the user only, and return its path; None if that fails."""
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(describe(error))
    except OSError:
        return None
    return path


def _short(filename: str) -> str:
    """Return the path below the package folder: the folders above name the user."""
    parts = Path(filename).parts
    for root in ("site-packages", "tui"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return Path(filename).name
