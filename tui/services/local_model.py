"""The embedded engine as a service: its profile, its status, downloading and starting it."""

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
"""Called with the fraction done, 0 to 1."""


class LocalModel:
    """The embedded engine, with the model that the settings name."""

    def __init__(self, settings: LocalSettings, models: Path, log: Path) -> None:
        self._settings = settings
        self._models = models
        self._log = log
        self._engine: LocalEngine | None = None

    @property
    def profile(self) -> Profile:
        """The profile of the engine; its address is known once it runs."""
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
        """Return what is installed and what is missing."""
        from tui.local.status import status

        return await asyncio.to_thread(status, self._models, self._settings)

    async def install(self, progress: Progress) -> None:
        """Download what is missing, engine and weights; EngineError if that fails, with nothing left behind."""
        from tui.local.fetch import install

        await install(self._models, progress)

    async def start(self) -> Endpoint:
        """Load the model if needed and return where it answers; EngineError if that fails."""
        if self._engine is None:
            from tui.local.engine import EngineSettings, LocalEngine

            self._engine = LocalEngine(EngineSettings.of(self._settings, self._models), self._log)
        return await self._engine.start()

    async def stop(self) -> None:
        """Stop the engine. Safe to call twice."""
        if self._engine is not None:
            await self._engine.stop()
