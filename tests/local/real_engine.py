"""The real engine with its real weights, for any test that wants them. They are fetched once and kept."""

import asyncio
import os
from pathlib import Path

import pytest

from tui.domain.errors import EngineError
from tui.local.fetch import fetch
from tui.local.status import engine_version

MODELS_VARIABLE = "CHINWAG_TEST_MODELS"


def models_folder() -> Path:
    """Where the weights are kept from one run to the next."""
    named = os.environ.get(MODELS_VARIABLE)
    return Path(named) if named else Path(__file__).parents[2] / ".venv" / "chinwag-models"


def fetched_models() -> Path:
    """The folder with the weights in it; skips the test, with the reason, where engine or weights cannot be had.

    Not for use inside of an event loop.
    """
    if engine_version() is None:
        pytest.skip("the embedded engine is not installed")
    try:
        asyncio.run(fetch(models_folder()))
    except EngineError as error:
        pytest.skip(f"no weights for the embedded engine: {error}")
    return models_folder()
