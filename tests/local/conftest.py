from pathlib import Path

import pytest

from tests.local.real_engine import fetched_models


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder that holds the real weights."""
    return fetched_models()
