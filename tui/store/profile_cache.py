"""What is remembered of a gateway between runs, so that its models are listed at once and offline. Derived data."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tui.domain.models import ModelInfo
from tui.store import files


@dataclass(frozen=True, slots=True)
class KnownProfile:
    """The last list of models of a gateway, and what its refusals taught."""

    models: list[ModelInfo] = field(default_factory=list)
    learned: dict[str, Any] = field(default_factory=dict)
    """As from `GatewayQuirks.as_dict`."""
    fetched: float | None = None
    """When the list was fetched, in Unix seconds; None if there is none."""
    chosen_model: str = ""
    """The model that the user chose last."""
    default_model: str = ""
    """The profile's own model when that was chosen."""
    name: str = field(default="", compare=False)
    base_url: str = field(default="", compare=False)
    """Set when saved, and checked when loaded."""


class ProfileCache:
    """One file for each profile, below the cache folder. All methods block: call them in a thread."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the cache folder of the app."""
        self._folder = folder / "profiles"

    def load(self, name: str, base_url: str) -> KnownProfile:
        """Return what is known of a profile; nothing if its file is missing, broken, or about another address."""
        import msgspec

        try:
            found = msgspec.json.decode(self._path(name).read_bytes(), type=KnownProfile)
        except (OSError, msgspec.MsgspecError, RecursionError):
            return KnownProfile()
        return found if (found.name, found.base_url) == (name, base_url) else KnownProfile()

    def save(self, name: str, base_url: str, known: KnownProfile) -> None:
        """Replace what is known. A cache that cannot be written is no loss, so nothing is raised."""
        import msgspec

        document = replace(known, name=name, base_url=base_url)
        with suppress(OSError):
            files.private_folder(self._folder)
            files.replace(self._path(name), msgspec.json.encode(document))

    def _path(self, name: str) -> Path:
        from hashlib import blake2b

        # Names may contain anything, and may differ only in case.
        mark = blake2b(name.encode(errors="surrogatepass"), digest_size=4).hexdigest()
        return self._folder / f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')[:40].lower()}-{mark}.json"
