"""What every test of a screen may use."""

from __future__ import annotations

import pytest

from tui.screens.chat import screen


@pytest.fixture(autouse=True)
def _connect_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest that the first keys are left would only be waited for."""
    monkeypatch.setattr(screen, "CONNECT_AFTER", 0.001)


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other windows write is seen without a wait."""
    monkeypatch.setattr("tui.screens.conversations.LOOK_EVERY", 0.1)
