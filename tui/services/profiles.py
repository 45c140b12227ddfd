"""The user's gateways: presets, and adding, checking, changing and removing them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from tui.api.address import parse_address
from tui.domain.errors import GatewayError, SettingsError
from tui.domain.i18n import _, plural
from tui.domain.models import ModelInfo
from tui.domain.settings import LOCAL_PROFILE, KeySource, Profile, Settings
from tui.services.connections import Connections
from tui.services.preferences import Preferences
from tui.store.secrets import Secrets, masked


@dataclass(frozen=True, slots=True)
class Offer:
    """A well-known gateway to choose, and what the environment holds for it."""

    title: str
    profile: Profile
    variable: str = ""
    """The environment variable that usually holds the key."""
    found: str = ""
    """The variable that holds a key for it, or empty. It is used only if the user chooses the offer."""


PRESETS = (
    Offer("Metask", Profile("metask", "https://napi.origintask.cn/v1")),
    Offer("OpenAI", Profile("openai", "https://api.openai.com/v1"), "OPENAI_API_KEY"),
    Offer("OpenRouter", Profile("openrouter", "https://openrouter.ai/api/v1"), "OPENROUTER_API_KEY"),
    Offer("DeepSeek", Profile("deepseek", "https://api.deepseek.com/v1"), "DEEPSEEK_API_KEY"),
)
"""Addresses and variables are from each gateway's documentation."""


def offers(environ: Mapping[str, str]) -> list[Offer]:
    """Return the presets, in order, with the keys that the environment holds for them.

    If `OPENAI_BASE_URL` is another address, that gateway is an offer of its own, and `OPENAI_API_KEY` is its key.
    """
    elsewhere = environ.get("OPENAI_BASE_URL", "").strip()
    if any(offer.profile.base_url == elsewhere.rstrip("/") for offer in PRESETS):
        elsewhere = ""
    found = [
        offer if elsewhere and offer.variable == "OPENAI_API_KEY" else _with_key(offer, environ) for offer in PRESETS
    ]
    if not elsewhere:
        return found
    named = Profile(host_of(elsewhere) or "gateway", elsewhere)
    offer = _with_key(Offer(named.name, named, "OPENAI_API_KEY"), environ)
    return [offer if offer.found else replace(offer, found="OPENAI_BASE_URL"), *found]


def _with_key(offer: Offer, environ: Mapping[str, str]) -> Offer:
    if not environ.get(offer.variable, "").strip():
        return offer
    return replace(offer, profile=replace(offer.profile, key=KeySource("env", offer.variable)), found=offer.variable)


def host_of(address: str) -> str:
    """Return the host in an address; empty if there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def short_address(address: str) -> str:
    """Return an address without its scheme."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


LOCAL_PORTS = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000}
"""Default ports of local servers, from each one's documentation."""

_NAMED_ADDRESSES = {preset.title.casefold(): preset.profile.base_url for preset in PRESETS} | {
    name.casefold(): f"http://127.0.0.1:{port}/v1" for name, port in LOCAL_PORTS.items()
}


def checked_address(text: str) -> str:
    """Return the full address for what was typed: with or without a scheme, or a known gateway's name.

    SettingsError if it is not an address.
    """
    text = text.strip()
    if not text:
        raise SettingsError(_("Enter the address of a gateway, like https://host/v1"))
    if text.casefold() in _NAMED_ADDRESSES:
        return _NAMED_ADDRESSES[text.casefold()]
    try:
        if "://" not in text and _looks_like_a_host(text):
            local = parse_address(f"http://{text}")
            return local.base if local.is_loopback else parse_address(f"https://{text}").base
        return parse_address(text).base
    except GatewayError as error:
        raise SettingsError(str(error)) from None


def _looks_like_a_host(text: str) -> bool:
    host, _slash, _path = text.partition("/")
    name, _colon, port = host.partition(":")
    return ("." in name.strip(".") or name == "localhost") and (not port or port.isdigit())


def checked_name(text: str, taken: Sequence[str]) -> str:
    """Return the name for a gateway; SettingsError if it is empty, reserved or in `taken`."""
    text = " ".join(text.split())
    if not text:
        raise SettingsError(_("Enter a name."))
    if len(text) > 40:
        raise SettingsError(_("Use at most 40 characters."))
    if text == LOCAL_PROFILE:
        raise SettingsError(_("The name “local” is reserved for the embedded engine."))
    if text in taken:
        raise SettingsError(_("Another gateway has this name."))
    return text


@dataclass(frozen=True, slots=True)
class Checked:
    """A gateway's answer to a test."""

    models: tuple[ModelInfo, ...]
    milliseconds: int

    @property
    def sentence(self) -> str:
        """The answer as "answers in 12 ms, 6 models"."""
        models = plural("{n} model", "{n} models", len(self.models)) if self.models else _("no models listed")
        return _("answers in {ms} ms, {models}").format(ms=self.milliseconds, models=models)


@dataclass(frozen=True, slots=True)
class Removed:
    """A gateway that was removed, so that it can be restored."""

    profile: Profile
    place: int
    was_current: bool
    key: str | None = field(default=None, repr=False)


class Gateways:
    """The saved gateways. Keys go to the key store, everything else to the settings."""

    def __init__(self, preferences: Preferences, keys: Secrets, connections: Connections) -> None:
        self._preferences = preferences
        self._keys = keys
        self._connections = connections
        self._one_at_a_time = asyncio.Lock()

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """In the order of the settings."""
        return self._preferences.settings.profiles

    @property
    def current(self) -> Profile | None:
        """The one for new conversations."""
        return self._preferences.settings.current()

    def holds(self, profile: Profile) -> bool:
        """Return whether it is one of them, perhaps with another model or key for this run."""
        return any((known.name, known.base_url) == (profile.name, profile.base_url) for known in self.profiles)

    def free_name(self, wanted: str) -> str:
        """Return `wanted`, or the first free one of "wanted 2", "wanted 3" and so on."""
        taken = {profile.name for profile in self.profiles} | {LOCAL_PROFILE}
        name, n = wanted, 1
        while name in taken:
            n += 1
            name = f"{wanted} {n}"
        return name

    async def check(self, profile: Profile, key: str | None = None) -> Checked:
        """Test a gateway by asking for its models, with `key` in place of its own; failures are ChinwagErrors."""
        started = time.perf_counter()
        models = await self._connections.check(profile, key)
        return Checked(tuple(models), round((time.perf_counter() - started) * 1000))

    async def shown_key(self, profile: Profile) -> str:
        """Return the key for display, or why there is none. No command is run and no keyring opened for it."""
        match profile.key.kind:
            case "none":
                return _("no key")
            case "keyring":
                return _("in the keyring")
            case "command":
                return _("from a command")
        try:
            key = await self._keys.get(profile)
        except SettingsError:
            return _("missing")
        return masked(key) if key else _("no key")

    async def save(self, profile: Profile, key: str = "", *, instead_of: str = "", use: bool = False) -> Profile:
        """Add a gateway, or replace the one named `instead_of`, and return it; `use` makes it the current one.

        A key is stored for profiles whose source is "file". SettingsError if the key or the settings cannot be written;
        settings that cannot be written apply to this run.
        """
        async with self._one_at_a_time:
            before = self._named(instead_of)
            held = await self._stored_key(before) if before is not None else None
            stored = profile.key.kind == "file"
            renamed = before is not None and before.name != profile.name
            if stored and (key or (held and renamed)):
                await self._keys.put(profile.name, key or held or "")
            await self._preferences.save(self._with(profile, before, use))
            if before is not None and held and (renamed or not stored):
                await self._keys.remove(before.name)
            if key:  # an open connection still has the old one
                self._connections.forget(profile)
        return profile

    async def use(self, name: str) -> None:
        """Make it the current one; SettingsError if that cannot be saved."""
        async with self._one_at_a_time:
            await self._preferences.save(replace(self._preferences.settings, profile=name))

    async def remove(self, name: str) -> Removed | None:
        """Remove a gateway and its stored key, and return what restores it; SettingsError if that cannot be saved."""
        async with self._one_at_a_time:
            if (profile := self._named(name)) is None:
                return None
            key = await self._stored_key(profile)
            settings = self._preferences.settings
            removed = Removed(profile, settings.profiles.index(profile), settings.current() == profile, key)
            rest = tuple(other for other in settings.profiles if other is not profile)
            chosen = "" if settings.profile == name else settings.profile
            await self._preferences.save(replace(settings, profiles=rest, profile=chosen))
            if key is not None:
                await self._keys.remove(name)
            return removed

    async def put_back(self, removed: Removed) -> None:
        """Undo `remove`; SettingsError if that cannot be saved."""
        async with self._one_at_a_time:
            if removed.key is not None:
                await self._keys.put(removed.profile.name, removed.key)
            settings = self._preferences.settings
            profiles = [*settings.profiles]
            profiles.insert(removed.place, removed.profile)
            chosen = removed.profile.name if removed.was_current else settings.profile
            await self._preferences.save(replace(settings, profiles=tuple(profiles), profile=chosen))

    def _with(self, profile: Profile, before: Profile | None, use: bool) -> Settings:
        settings = self._preferences.settings
        use = use or (before is not None and settings.current() == before)
        others = settings.profiles
        profiles = (
            (*others, profile) if before is None else tuple(profile if other == before else other for other in others)
        )
        return replace(settings, profiles=profiles, profile=profile.name if use else settings.profile)

    async def _stored_key(self, profile: Profile) -> str | None:
        if profile.key.kind != "file":
            return None
        try:
            return await self._keys.get(profile)
        except SettingsError:
            return None

    def _named(self, name: str) -> Profile | None:
        return next((profile for profile in self.profiles if profile.name == name), None) if name else None
