"""The model that comes along, as the rest of the app sees it: an engine to start, a file to fetch, a profile to use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.domain.settings import DEMO_MODEL, LOCAL_PROFILE, GenerationOptions, LocalSettings, Profile
from tui.local.demo import DEMO_OPTIONS, DEMO_SYSTEM

if TYPE_CHECKING:
    from tui.local.engine import Endpoint, LocalEngine
    from tui.local.status import LocalStatus

Progress = Callable[[float], None]
"""Told the part that is done, 0 to 1."""


class LocalModel:
    """One embedded engine, with the model that the settings name."""

    def __init__(self, settings: LocalSettings, models: Path, log: Path) -> None:
        self._settings = settings
        self._models = models
        self._log = log
        self._engine: LocalEngine | None = None

    @property
    def profile(self) -> Profile:
        """The profile that stands for it; its address is known once it runs."""
        demo = not self._settings.model
        return Profile(
            LOCAL_PROFILE,
            base_url="",
            model=DEMO_MODEL if demo else Path(self._settings.model).stem,
            options=DEMO_OPTIONS if demo else GenerationOptions(),
            system=DEMO_SYSTEM if demo else None,
        )

    @property
    def running(self) -> bool:
        """Whether the model is loaded."""
        return self._engine is not None and self._engine.running

    async def status(self) -> LocalStatus:
        """Return what is here and what is missing."""
        from tui.local.status import status

        return await asyncio.to_thread(status, self._models, self._settings)

    async def install(self, progress: Progress) -> None:
        """Fetch what is missing, engine and weights; EngineError when that fails, and then nothing is left behind."""
        from tui.local.fetch import install

        await install(self._models, progress)

    async def start(self) -> Endpoint:
        """Load the model, or find it loaded; EngineError when that fails."""
        if self._engine is None:
            from tui.local.engine import EngineSettings, LocalEngine

            self._engine = LocalEngine(EngineSettings.of(self._settings, self._models), self._log)
        return await self._engine.start()

    async def stop(self) -> None:
        """End the engine. Safe to call twice."""
        if self._engine is not None:
            await self._engine.stop()
