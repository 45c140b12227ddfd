"""Settings: where everything lies."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.paths import AppDirs
from tui.screens.settings_fields import SettingsPage


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
                _("settings"),
                dirs.settings,
                _("yours to edit; only here: a gateway's waiting times and system prompt"),
            ),
            (_("keys"), dirs.secrets, _("the keys typed here; only you may read it")),
            (_("conversations"), dirs.data / "conversations", _("back this folder up; trash lies beside it")),
            (_("models"), dirs.models, _("weights of the embedded engine")),
            (_("cache"), dirs.cache, _("may be deleted at any time")),
            (_("logs"), dirs.logs, _("no keys and no talk are in them")),
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
