"""Settings: where the files are."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.paths import AppDirs
from tui.screens.settings_page import SettingsPage


class FilesPage(SettingsPage):
    """Folders and files, to read and to copy."""

    can_focus = True  # nothing on it can be typed into, but it scrolls

    def __init__(self, dirs: AppDirs) -> None:
        super().__init__(id="files")
        self._dirs = dirs

    def compose(self) -> ComposeResult:
        """One row a place."""
        dirs = self._dirs
        rows: list[tuple[str, Path, str]] = [
            (
                _("Settings"),
                dirs.settings,
                _("edit it here: timeouts and system prompts of gateways are only in this file"),
            ),
            (_("Keys"), dirs.secrets, _("API keys typed in chinwag; only you can read it")),
            (_("Conversations"), dirs.data / "conversations", _("back up this folder; the trash is next to it")),
            (_("Models"), dirs.models, _("weights of the embedded engine")),
            (_("Cache"), dirs.cache, _("can be deleted at any time")),
            (_("Logs"), dirs.logs, _("contain no API keys or messages")),
        ]
        for label, path, hint in rows:
            with Horizontal(classes="row"):
                yield Static(label, classes="label", markup=False)
                yield Static(one_line(_from_home(path), 1000), classes="path", markup=False)
            yield Static(hint, classes="note", markup=False)


def _from_home(path: Path) -> str:
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
