"""The user's settings: gateways, generation options, appearance."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from tui.domain.headers import header_problem
from tui.domain.i18n import _

DEMO_MODEL = "tiny-demo-model"
"""The model id of the built-in demo model, also shown to users."""

LOCAL_PROFILE = "local"
"""The name of the profile of the embedded engine. It is never saved."""

NO_PROXY = "none"
"""The `proxy` of a profile that uses none, whatever the environment says."""

KeyKind = Literal["none", "env", "file", "keyring", "command"]

Colour = Literal["", "primary", "secondary", "accent", "success", "warning", "error"]
"""A colour of the theme, by name."""

COLOURS_BY_ORDER: tuple[Colour, ...] = ("primary", "secondary", "accent", "success", "warning")

_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """Sampling parameters. `None` means "not set", and is not sent.

    Ranges are those of the OpenAI chat completions API; ValueError outside of them.
    """

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise ValueError(_("temperature must be between 0 and 2"))
        if self.top_p is not None and not 0 <= self.top_p <= 1:
            raise ValueError(_("top_p must be between 0 and 1"))
        if self.max_tokens is not None and self.max_tokens <= 0:
            raise ValueError(_("max_tokens must be greater than 0"))

    def over(self, defaults: GenerationOptions) -> GenerationOptions:
        """Return these options, with the gaps filled from `defaults`."""
        return replace(defaults, **self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """Return only the options that are set."""
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) is not None}

    def warnings(self) -> list[str]:
        """Return sentences about values that are allowed but seldom useful."""
        found = []
        if self.temperature is not None and self.temperature > 1.5:
            found.append(_("Above 1.5, replies can lose coherence."))
        if self.temperature is not None and self.top_p is not None:
            found.append(_("Set temperature or top_p, not both."))
        return found


@dataclass(frozen=True, slots=True)
class Clocks:
    """The gateway client's timeouts, in seconds."""

    connect: float = 10.0
    write: float = 60.0
    first: float = 120.0
    """Until a streamed answer begins."""
    first_whole: float = 600.0
    """Until an answer that is not streamed begins."""
    idle: float = 90.0
    """Between any two reads."""
    progress_before: float = 300.0
    """Between events that carry data, before the first token."""
    progress: float = 180.0
    """The same, after the first token."""
    after_finish: float = 2.0
    """For usage and the end mark, after the finish reason."""

    def __post_init__(self) -> None:
        for f in fields(self):
            if getattr(self, f.name) <= 0:
                raise ValueError(_("{name} must be greater than 0").format(name=f.name))


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the key of a profile comes from; never the key itself.

    `where` is the variable's name for "env", the command line for "command", else empty ("file" and "keyring" look the
    key up by the profile's name).
    """

    kind: KeyKind = "none"
    where: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One gateway: its address, its key's source, and the defaults for requests.

    ValueError for a proxy or headers that cannot be used; the sentence begins with the field's name.
    """

    name: str
    base_url: str
    key: KeySource = KeySource()
    model: str = ""
    """The model that new conversations start with; empty means the first listed model."""
    stream: bool = True
    options: GenerationOptions = GenerationOptions()
    system: str | None = None
    clocks: Clocks = Clocks()
    proxy: str = field(default="", repr=False)
    """The URL of a proxy, which may hold a password; empty means that of the environment, `NO_PROXY` none."""
    ca_file: str = ""
    """A file of certificates to trust in addition to the system's."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Extra headers for every request; a value may be a secret."""
    colour: Colour = ""
    """The gateway's colour in the status bar; empty means automatic."""

    def __post_init__(self) -> None:
        if self.proxy and self.proxy != NO_PROXY and not _is_proxy(self.proxy):
            raise ValueError(_('proxy must be "none" or an address like http://host:port or socks5://host:port'))
        for name, value in self.headers:
            if problem := header_problem(name, value):
                raise ValueError(_("headers must be usable: {problem}").format(problem=problem))
        if len({name.lower() for name, _value in self.headers}) < len(self.headers):
            raise ValueError(_("headers must be usable: one of them appears twice"))

    @property
    def is_demo(self) -> bool:
        """Whether this is the built-in demo model."""
        return self.is_local and self.model == DEMO_MODEL

    @property
    def is_local(self) -> bool:
        """Whether this is the embedded engine."""
        return self.name == LOCAL_PROFILE


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """How the embedded engine runs."""

    model: str = ""
    """Path of a GGUF file; empty means the built-in demo model."""
    context: int = 4096
    threads: int = 0
    """0 leaves one core to the terminal."""
    gpu_layers: int = 0

    def __post_init__(self) -> None:
        if not 256 <= self.context <= 1_048_576:
            raise ValueError(_("context must be between 256 and 1048576"))
        if self.threads < 0:
            raise ValueError(_("threads must not be negative"))


@dataclass(frozen=True, slots=True)
class Settings:
    """The contents of `settings.toml`."""

    profiles: tuple[Profile, ...] = ()
    profile: str = ""
    """The name of the profile in use; empty means the first."""
    options: GenerationOptions = GenerationOptions()
    system: str = ""
    theme: str = "chinwag-dusk"
    follow: Literal["page", "tail"] = "page"
    """Whether the view stays at the question or follows the growing reply."""
    sidebar: bool = True
    copy_on_select: bool = True
    local: LocalSettings = field(default_factory=LocalSettings)

    def current(self) -> Profile | None:
        """Return the profile in use, if any is configured."""
        for profile in self.profiles:
            if profile.name == self.profile:
                return profile
        return self.profiles[0] if self.profiles else None

    def colour_of(self, profile: Profile) -> Colour:
        """Return the profile's own colour, else one by its position in the list."""
        place = next((n for n, other in enumerate(self.profiles) if other.name == profile.name), len(self.profiles))
        return profile.colour or COLOURS_BY_ORDER[place % len(COLOURS_BY_ORDER)]


def _is_proxy(url: str) -> bool:
    from urllib.parse import urlsplit  # rarely needed

    try:
        parts = urlsplit(url)
        return parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:
        return False
