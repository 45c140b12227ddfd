"""Fetches the tiny demo model for the tests that need it; prints why they will be skipped where it cannot be had."""

from __future__ import annotations

import asyncio
import sys

from tests.local.real_engine import models_folder
from tui.domain.errors import EngineError
from tui.local.fetch import fetch
from tui.local.status import engine_version


def main() -> int:
    """0 when engine and weights are here."""
    if engine_version() is None:
        print("Skipped: the tests of the embedded engine, which is not installed.")
        return 1
    try:
        asyncio.run(fetch(models_folder()))
    except EngineError as error:
        print(f"Skipped: the tests of the embedded engine. {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
