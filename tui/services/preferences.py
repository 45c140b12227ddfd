"""The settings in use, and saving them."""

from __future__ import annotations

import asyncio
from typing import Protocol

from tui.domain.errors import SettingsError
from tui.domain.i18n import _
from tui.domain.settings import Settings


class SettingsStore(Protocol):
    """The settings file."""

    def load(self) -> Settings:
        """Return the settings; SettingsError if the file is broken."""

    def save(self, settings: Settings) -> None:
        """Write what changed; SettingsError if that fails."""


class Preferences:
    """Holds the settings. If the file is broken, this run uses the defaults and leaves the file alone."""

    def __init__(self, file: SettingsStore) -> None:
        self._file = file
        self._one_at_a_time = asyncio.Lock()
        self.settings = Settings()
        self.problem: str = ""
        """Why the file was not used, or empty."""

    def load(self) -> None:
        """Read the file."""
        try:
            self.settings = self._file.load()
            self.problem = ""
        except SettingsError as error:
            self.settings = Settings()
            self.problem = str(error)

    async def save(self, settings: Settings) -> None:
        """Use these settings from now on and write them; SettingsError if they could not be written.

        Of several saves at once the last one counts. A write continues when its caller is cancelled.
        """
        self.settings = settings
        await asyncio.shield(asyncio.create_task(self._write(), name="save settings"))

    async def flush(self) -> None:
        """Wait until nothing is being written."""
        async with self._one_at_a_time:
            return

    async def _write(self) -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(self._file.save, self.settings)
        if self.problem:
            self.problem = _("The settings file was broken at the start. Changes take effect after a restart.")
