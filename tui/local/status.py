"""What is installed of the embedded engine."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from tui.domain.i18n import _
from tui.domain.settings import LocalSettings
from tui.local.demo import DEMO_NAME, DEMO_WEIGHTS
from tui.local.weights import Weights, is_checked

ENGINE_PACKAGE = "xllamacpp"
ENGINE_REQUIREMENT = f"{ENGINE_PACKAGE}==2026.10.11549"
"""The tested version; the extra `local` of the distribution pins the same."""


@dataclass(frozen=True, slots=True)
class LocalStatus:
    """What is installed and what is missing. Sizes are bytes."""

    engine: str | None
    """Version of the engine's package; `None` if it is not installed."""
    model: str
    """The model's name for people."""
    path: Path
    size: int | None
    """`None` if there is no such file, or if the demo model is incomplete."""
    licence: str
    """Empty for the user's own file, like `source`."""
    source: str
    checked: bool
    """Whether the file's checksum is known to be correct."""

    @property
    def ready(self) -> bool:
        """Whether the engine can be started."""
        return self.engine is not None and self.size is not None

    @property
    def next_step(self) -> str:
        """A sentence about what is missing and what to do; empty if it is ready."""
        if self.engine is None:
            return _("The engine is not installed. Run: chinwag local install")
        if self.size is None and self.source:
            return _("The tiny demo model is not installed. Run: chinwag local install")
        if self.size is None:
            return _("There is no model file at {path}. Check the path.").format(path=self.path)
        return ""


def status(folder: Path, settings: LocalSettings | None = None, weights: Weights = DEMO_WEIGHTS) -> LocalStatus:
    """Return what is installed, for the model that `settings` name. Cheap: no file is read, nothing is loaded."""
    if settings is not None and settings.model:
        path = Path(settings.model).expanduser()
        return LocalStatus(engine_version(), path.stem, path, _size(path), licence="", source="", checked=False)
    path = weights.path(folder)
    size = _size(path)
    return LocalStatus(
        engine=engine_version(),
        model=_(DEMO_NAME),
        path=path,
        size=size if size == weights.size else None,
        licence=weights.licence,
        source=weights.source,
        checked=is_checked(folder, weights),
    )


def engine_version() -> str | None:
    """Return the version of the installed engine, without importing it; `None` if it is not installed."""
    if importlib.util.find_spec(ENGINE_PACKAGE) is None:
        return None
    try:
        return importlib.metadata.version(ENGINE_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return _("unknown version")


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
