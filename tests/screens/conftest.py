"""What every test of a screen may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.screens.chat import screen

CORE = {"test_chat.py", "test_help.py", "test_notes.py", "test_other_conversation.py"}
"""Files that `make quick` runs. Each app that starts takes most of a second, and there are hundreds."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of all other screens as slow."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name not in CORE:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _connect_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest that the first keys are left would only be waited for."""
    monkeypatch.setattr(screen, "CONNECT_AFTER", 0.001)


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other windows write is seen without a wait."""
    monkeypatch.setattr("tui.screens.conversations.LOOK_EVERY", 0.1)
