"""What every test of a screen may use."""

from __future__ import annotations

import pytest

from tui.screens.chat import screen


@pytest.fixture(autouse=True)
def _connect_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest that the first keys are left would only be waited for."""
    monkeypatch.setattr(screen, "CONNECT_AFTER", 0.001)
