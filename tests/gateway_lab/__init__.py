"""A scripted gateway for testing clients of OpenAI-compatible chat servers. See README.md."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from .model import ERROR_CLASSES, TIMEOUTS, Scenario, fail, ok
from .scenarios import SCENARIOS
from .server import GatewayLab, running_lab
from .verdict import KEY, problems


def load_scenarios(path: str | Path) -> list[Scenario]:
    """The SCENARIOS list of a Python file elsewhere."""
    path = Path(path).resolve()
    spec = importlib.util.spec_from_file_location(f"gateway_lab_extra_{path.stem}", path)
    assert spec and spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return list(module.SCENARIOS)


__all__ = [
    "ERROR_CLASSES",
    "GatewayLab",
    "KEY",
    "SCENARIOS",
    "Scenario",
    "TIMEOUTS",
    "fail",
    "load_scenarios",
    "ok",
    "problems",
    "running_lab",
]
