"""The papers for contributors name files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAPERS = sorted(path.name for path in ROOT.glob("*.md"))


@pytest.mark.parametrize("paper", PAPERS)
def test_the_files_it_names_are_there(paper: str) -> None:
    files = [path.as_posix() for folder in ("tui", "tests") for path in (ROOT / folder).rglob("*.py")]
    named = re.findall(r"`([\w/]+\.py)`", (ROOT / paper).read_text("utf-8"))
    missing = [name for name in named if not any(file.endswith(f"/{name}") for file in files)]
    assert not missing


def test_the_map_is_read() -> None:
    assert "`tui/app.py`" in (ROOT / "ARCHITECTURE.md").read_text("utf-8")
