"""Settings: where everything lies."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.domain.safe_text import one_line
from tui.domain.words import _
from tui.paths import Places
from tui.screens.settings_fields import SettingsPage


class FilesPage(SettingsPage):
    """Folders and files, to read and to copy."""

    can_focus = True  # nothing on it can be typed into, but it scrolls

    def __init__(self, places: Places) -> None:
        super().__init__(id="files")
        self._places = places

    def compose(self) -> ComposeResult:
        """One row a place."""
        places = self._places
        rows: list[tuple[str, Path, str]] = [
            (
                _("settings"),
                places.settings,
                _("yours to edit; only here: a gateway's waiting times and system prompt"),
            ),
            (_("keys"), places.secrets, _("the keys typed here; only you may read it")),
            (_("conversations"), places.data / "conversations", _("back this folder up; trash lies beside it")),
            (_("models"), places.models, _("weights of the embedded engine")),
            (_("cache"), places.cache, _("may be deleted at any time")),
            (_("logs"), places.logs, _("no keys and no talk are in them")),
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
