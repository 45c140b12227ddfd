"""What is remembered of a gateway between runs: its models, and how it wants to be asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui.domain.models import ModelInfo
from tui.domain.settings import Profile

if TYPE_CHECKING:  # for the annotations: both are imported in a thread
    from tui.api.request import GatewayQuirks
    from tui.store.profile_cache import KnownProfile, ProfileCache


class ProfileMemory:
    """The memory of one profile: loaded once, and saved in the background when it changes."""

    def __init__(self, profile: Profile, cache: ProfileCache) -> None:
        self.models: list[ModelInfo] = []
        """The last list."""
        self.fetched: float | None = None
        """When it was fetched, in Unix seconds."""
        self.chosen_model = ""
        """The model that the user chose last, unless the profile's own model has changed since."""
        self.learned: GatewayQuirks | None = None
        """What the gateway's refusals have taught; None until `recall`."""
        self._profile = profile
        self._cache = cache
        self._one_at_a_time = asyncio.Lock()
        self._unsaved = False
        self._saver: asyncio.Task[None] | None = None

    async def recall(self) -> GatewayQuirks:
        """Load what is known, the first time, and return what was learned."""
        async with self._one_at_a_time:
            if self.learned is not None:
                return self.learned
            known, learned = await asyncio.to_thread(self._load)
            learned.on_change = self.save_soon
            if self.fetched is None:
                self.models, self.fetched = known.models, known.fetched
            if not self.chosen_model and known.default_model == self._profile.model:
                self.chosen_model = known.chosen_model
            self.learned = learned
            return learned

    def remember(self, models: list[ModelInfo], fetched: float) -> None:
        """Remember a list that was just fetched."""
        self.models, self.fetched = models, fetched
        self.save_soon()

    def remember_choice(self, model: str) -> None:
        """Remember the model that the user chose."""
        self.chosen_model = model
        self.save_soon()

    def save_soon(self) -> None:
        """Save in the background; changes meanwhile are saved together."""
        self._unsaved = True
        if self._saver is None or self._saver.done():
            self._saver = asyncio.create_task(self._save(), name=f"remember {self._profile.name}")

    async def flush(self) -> None:
        """Wait until everything is saved."""
        if self._saver is not None:
            await self._saver

    async def _save(self) -> None:
        learned = await self.recall()
        while self._unsaved:
            self._unsaved = False
            await asyncio.to_thread(self._store, self.models, learned, self.fetched, self.chosen_model)

    def _load(self) -> tuple[KnownProfile, GatewayQuirks]:
        from tui.api.request import GatewayQuirks

        known = self._cache.load(self._profile.name, self._profile.base_url)
        return known, GatewayQuirks.from_dict(known.learned)

    def _store(self, models: list[ModelInfo], learned: GatewayQuirks, fetched: float | None, chosen: str) -> None:
        from tui.store.profile_cache import KnownProfile

        known = KnownProfile(models, learned.as_dict(), fetched, chosen, self._profile.model)
        self._cache.save(self._profile.name, self._profile.base_url, known)
