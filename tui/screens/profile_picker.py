"""Choosing the gateway that answers, in mid-talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.domain.settings import Profile
from tui.paths import STYLES
from tui.screens.answering import Dialog

NAME_CELLS = 18


class ProfilePicker(Dialog[Profile | Literal["new"] | None]):
    """The saved gateways and the embedded engine, the current one marked; last, "new" for one that is not there yet.

    None when nothing was chosen.
    """

    CSS_PATH = STYLES / "profile_picker.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="profiles.back"),
        Binding("ctrl+j", "move(1)", "Down", show=False, id="profiles.down"),
        Binding("ctrl+k", "move(-1)", "Up", show=False, id="profiles.up"),
    ]

    rows = getters.query_one(OptionList)

    def __init__(self, profiles: Sequence[Profile], current: Profile | None) -> None:
        super().__init__()
        self._profiles = profiles
        self._current = current

    def compose(self) -> ComposeResult:
        """One row a gateway."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Choose a gateway")
            dialog.border_subtitle = _("enter use · esc back")
            rows = [self._row(profile) for profile in self._profiles]
            rows.append(Content.styled("  " + _("another gateway…"), "$foreground"))
            yield OptionList(*(Option(row) for row in rows), compact=True, markup=False)

    def on_mount(self) -> None:
        """Stand on the one in use."""
        self.rows.highlighted = next((n for n, profile in enumerate(self._profiles) if profile == self._current), 0)

    def _row(self, profile: Profile) -> Content:
        name = _("tiny demo model") if profile.is_demo else one_line(profile.name, NAME_CELLS)
        where = _("on this machine") if profile.is_local else one_line(profile.base_url, 60)
        return Content.assemble(
            ("● " if profile == self._current else "  ", "$success"),
            (f"{name:<{NAME_CELLS}}  ", "bold $foreground"),
            (where, "$muted"),
        )

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        at = event.option_index
        self.dismiss(self._profiles[at] if at < len(self._profiles) else "new")

    def action_move(self, step: int) -> None:
        """To the next or previous gateway."""
        if step > 0:
            self.rows.action_cursor_down()
        else:
            self.rows.action_cursor_up()
