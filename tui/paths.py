"""The folders of the app: styles, settings, conversations, cache and logs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).parent

STYLES = _PACKAGE.parent / "styles" if (_PACKAGE.parent / "styles" / "app.tcss").exists() else _PACKAGE / "styles"
"""The style sheets: next to the package in a checkout, inside it once installed."""


@dataclass(frozen=True, slots=True)
class AppDirs:
    """The three folders of one user."""

    data: Path
    """Conversations and models, which cannot be recreated."""
    config: Path
    """Settings and keys, which the user edits."""
    cache: Path
    """Derived data, which can be deleted at any time."""

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "settings.toml"

    @property
    def keymap(self) -> Path:
        """The file with the user's own keys."""
        return self.config / "keys.toml"

    @property
    def secrets(self) -> Path:
        """The keys that chinwag stores itself."""
        return self.config / "secrets.toml"

    @property
    def models(self) -> Path:
        """Weights of the embedded engine."""
        return self.data / "models"

    @property
    def logs(self) -> Path:
        """Logs and crash reports."""
        return self.cache / "logs"


def find_app_dirs(
    environ: Mapping[str, str] = os.environ,
    *,
    data: Path | None = None,
    config: Path | None = None,
    cache: Path | None = None,
) -> AppDirs:
    """Return the folders to use: as given, else as in `CHINWAG_DATA_DIR` and so on, else the platform's usual ones."""
    from platformdirs import PlatformDirs

    usual = PlatformDirs("chinwag", appauthor=False)

    def choose(given: Path | None, variable: str, default: Path) -> Path:
        named = given or environ.get(variable)
        return Path(named).expanduser().absolute() if named else default

    return AppDirs(
        data=choose(data, "CHINWAG_DATA_DIR", usual.user_data_path),
        config=choose(config, "CHINWAG_CONFIG_DIR", usual.user_config_path),
        cache=choose(cache, "CHINWAG_CACHE_DIR", usual.user_cache_path),
    )
