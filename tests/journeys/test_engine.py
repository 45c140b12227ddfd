"""The first conversation with the embedded engine, as on a clean machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import StartChinwag
from tests.local.real_engine import fetched_models

pytestmark = [pytest.mark.journey, pytest.mark.engine]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the weights in it, as `make run` leaves it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "models").symlink_to(fetched_models(), target_is_directory=True)
    return folder


def test_the_first_conversation_needs_no_key_and_is_there_the_next_time(start: StartChinwag, data: Path) -> None:
    terminal = start("--or-local")
    terminal.wait_for("demo model, f2")
    terminal.wait_for("Message tiny-demo-model")
    terminal.type("What is the capital of France?")
    terminal.press("enter")
    terminal.wait_for("Paris", 60)
    terminal.press("ctrl+q")
    assert terminal.wait_until_gone() == 0

    again = start("--or-local")
    again.wait_for("What is the capital of Fr")
    again.press("ctrl+o")
    again.wait_for("rename")
    again.press("enter")
    again.wait_for(lambda screen: "rename" not in screen)  # the list is gone, and with it the preview
    again.wait_for("Paris")


def test_a_plain_start_offers_the_demo_model_first(start: StartChinwag, data: Path) -> None:
    terminal = start()
    terminal.wait_for("Choose a gateway")
    terminal.wait_for("ready")
    terminal.press("enter")
    terminal.wait_for("Message tiny-demo-model")
    terminal.type("What is the capital of France?")
    terminal.press("enter")
    terminal.wait_for("Paris", 60)


def test_a_gateway_in_the_environment_is_used_instead(start: StartChinwag, data: Path, lab: str) -> None:
    terminal = start("--or-local", CHINWAG_BASE_URL=f"{lab}/s/plain_stream/v1", CHINWAG_MODEL="lab-model")
    terminal.wait_for("Message lab-model")
    assert "demo model" not in terminal.text
