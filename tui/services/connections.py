"""Connections to gateways: one `Connection` for each profile, set up when it is first needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tui.domain.errors import ChinwagError, GatewayError, GatewayErrorKind
from tui.domain.i18n import _
from tui.domain.models import ModelInfo
from tui.domain.settings import Profile
from tui.services.gateway import Gateway
from tui.services.profile_memory import ProfileMemory

if TYPE_CHECKING:
    from tui.api.request import GatewayQuirks
    from tui.store.profile_cache import ProfileCache

_FAILS_EVERY_REPLY: frozenset[GatewayErrorKind] = frozenset({"network", "tls", "redirect", "auth"})
"""Failures of the gateway as a whole, not only of one reply."""

Connect = Callable[[Profile, str | None], Awaitable[Gateway]]
"""Returns a gateway client for a profile and its key. May be slow: imports, TLS."""


class Keys(Protocol):
    """Where keys come from."""

    async def get(self, profile: Profile) -> str | None:
        """Return the key of a profile, if it has one; SettingsError when its source fails."""


@runtime_checkable
class Learning(Protocol):
    """A gateway client that adapts to what the gateway refuses."""

    learned: GatewayQuirks


class Endpoint(Protocol):
    """Where the embedded engine listens."""

    @property
    def base_url(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def model(self) -> str: ...


class Engine(Protocol):
    """The embedded engine."""

    @property
    def running(self) -> bool: ...

    async def start(self) -> Endpoint:
        """Start it, or return where it runs; EngineError if that fails."""

    async def stop(self) -> None:
        """Stop it. Safe to call twice."""


class Connection:
    """One profile's gateway and its models."""

    def __init__(
        self,
        profile: Profile,
        keys: Keys,
        connect: Connect,
        engine: Engine | None = None,
        cache: ProfileCache | None = None,
    ) -> None:
        self.profile = profile
        self.stream = profile.stream
        self.prefills = profile.is_local
        """llama.cpp continues the last assistant message; other servers refuse it, or answer it."""
        self.models: list[ModelInfo] = []
        """The last list that was fetched, perhaps by an earlier run."""
        self.fetched: float | None = None
        """When the list was fetched, in Unix seconds."""
        self.trouble: str = ""
        """Why the gateway could not be reached at the last attempt, or empty."""
        self.chosen_model = ""
        """The model that the user last chose here, perhaps in an earlier run, or empty."""
        self._keys = keys
        self._connect = connect
        self._engine = engine if profile.is_local else None
        self._memory = ProfileMemory(profile, cache) if cache is not None and not profile.is_local else None
        self._gateway: Gateway | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def label(self) -> str:
        """The gateway's name for people."""
        return _("on this machine") if self.profile.is_local else self.profile.name

    @property
    def in_the_clear(self) -> str:
        """A warning if the key and the conversation cross a public network unencrypted, else empty."""
        from tui.api.address import parse_address

        try:
            address = parse_address(self.profile.base_url)
        except GatewayError:
            return ""
        if not address.in_the_clear:
            return ""
        sentence = _("The API key and the conversation are sent unencrypted to {server}. Use https:// if possible.")
        return sentence.format(server=address.server)

    async def recall(self) -> None:
        """Load the last run's list and choice, unless newer ones are here. Quick, and needs no network."""
        if self._memory is not None:
            await self._memory.recall()
            self.chosen_model = self.chosen_model or self._memory.chosen_model
            if self.fetched is None and not self.models:
                self.models, self.fetched = self._memory.models, self._memory.fetched

    async def gateway(self) -> Gateway:
        """Return the gateway client, created if needed; ChinwagError if its key or engine is not available."""
        async with self._one_at_a_time:
            if self._engine is not None and not self._engine.running:
                await self._drop()
            if self._gateway is None:
                try:
                    self._gateway = await self._open()
                except ChinwagError as error:
                    self.trouble = str(error)
                    raise
            return self._gateway

    def choose_model(self, model: str) -> None:
        """Start new conversations with this model, in later runs too."""
        self.chosen_model = model
        if self._memory is not None:
            self._memory.remember_choice(model)

    def answered(self) -> None:
        """Note that a reply arrived, so the gateway works."""
        self.trouble = ""

    def failed(self, error: ChinwagError) -> None:
        """Note why a reply failed, if every other reply would fail too."""
        if isinstance(error, GatewayError) and error.kind in _FAILS_EVERY_REPLY:
            self.trouble = str(error)

    async def list_models(self) -> list[ModelInfo]:
        """Fetch and return the models; on a ChinwagError the last list stays."""
        await self.recall()
        try:
            self.models = await (await self.gateway()).list_models()
        except ChinwagError as error:
            self.trouble = str(error)
            raise
        self.trouble = ""
        self.fetched = time.time()
        if self._memory is not None:
            self._memory.remember(self.models, self.fetched)
        return self.models

    async def default_model(self) -> str:
        """Return the model chosen last, else the profile's, else the first listed one; ChinwagError if there is none."""
        await self.recall()
        if model := self.chosen_model or self.profile.model:
            return model
        models = self.models or await self.list_models()
        if not models:
            raise GatewayError("not_found", _("This gateway lists no models. Press ctrl+l and type a model's name."))
        return models[0].id

    def learned_about(self, model: str) -> list[str]:
        """Return sentences on what is sent differently to a model because the gateway refused it."""
        learned = self._learned
        return learned.about(model) if learned is not None else []

    def forget_learned(self, model: str) -> None:
        """Ask the model again as if nothing had been refused."""
        if (learned := self._learned) is not None:
            learned.forget(model)

    async def aclose(self) -> None:
        """Close the client; the engine is stopped by `Connections`."""
        async with self._one_at_a_time:
            await self._drop()
        if self._memory is not None:
            await self._memory.flush()

    @property
    def _learned(self) -> GatewayQuirks | None:
        if self._memory is not None:
            return self._memory.learned
        return self._gateway.learned if isinstance(self._gateway, Learning) else None

    async def _open(self) -> Gateway:
        profile, key = self.profile, None
        if self._engine is not None:
            endpoint = await self._engine.start()
            profile, key = replace(profile, base_url=endpoint.base_url), endpoint.key
        else:
            key = await self._keys.get(profile)
        gateway = await self._connect(profile, key)
        if self._memory is not None and isinstance(gateway, Learning):
            gateway.learned = await self._memory.recall()
        return gateway

    async def _drop(self) -> None:
        gateway, self._gateway = self._gateway, None
        if gateway is not None:
            await gateway.aclose()


class Connections:
    """Creates connections, knows the current one, and closes all of them at the end."""

    def __init__(
        self, keys: Keys, connect: Connect, engine: Engine | None = None, cache: ProfileCache | None = None
    ) -> None:
        """Without a `cache` nothing is remembered between runs."""
        self._keys = keys
        self._connect = connect
        self._engine = engine
        self._cache = cache
        self._used: list[Connection] = []
        self._retired: list[Connection] = []
        self.current: Connection | None = None
        """The connection for new replies; None while no gateway is chosen."""

    def use(self, profile: Profile) -> Connection:
        """Switch to a profile and return its connection. Replies in progress keep theirs."""
        self.current = self.to(profile)
        return self.current

    def to(self, profile: Profile) -> Connection:
        """Return the connection to a profile, which is kept until the end."""
        for connection in self._used:
            if connection.profile == profile:
                return connection
        connection = Connection(profile, self._keys, self._connect, self._engine, self._cache)
        self._used.append(connection)
        return connection

    def forget(self, profile: Profile) -> None:
        """Replace the connection of a profile whose key has changed. Replies in progress keep the old one."""
        for connection in self._used:
            if connection.profile == profile:
                self._used.remove(connection)
                self._retired.append(connection)
                if self.current is connection:
                    self.current = self.to(profile)
                return

    async def check(self, profile: Profile, key: str | None = None) -> list[ModelInfo]:
        """Return a gateway's models without keeping a connection; `key` replaces the profile's own source.

        Failures are ChinwagErrors.
        """
        gateway = await self._connect(profile, key if key is not None else await self._keys.get(profile))
        try:
            return await gateway.list_models()
        finally:
            await gateway.aclose()

    async def aclose(self) -> None:
        """Close every client and stop the engine."""
        for connection in (*self._retired, *self._used):
            await connection.aclose()
        self._retired.clear()
        self._used.clear()
        if self._engine is not None:
            await self._engine.stop()
