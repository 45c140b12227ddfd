"""Choosing the gateway of the next replies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.domain.settings import Profile
from tui.paths import STYLES
from tui.screens.result_screen import Dialog
from tui.widgets.fields import cut
from tui.widgets.filter_box import FilterBox

NAME_CELLS = 18

Choice = Profile | Literal["new"]


class GatewayPicker(Dialog[Choice | None]):
    """The saved gateways and the embedded engine, the current one marked; last, "new" for one that is not there yet.

    Dismissed with None when nothing was chosen.
    """

    CSS_PATH = STYLES / "gateway_picker.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="gateways.back"),
    ]

    box = getters.query_one(FilterBox)

    def __init__(self, profiles: Sequence[Profile], current: Profile | None) -> None:
        super().__init__()
        self._profiles = profiles
        self._current = current
        self._rows = OptionList(compact=True, markup=False)
        self._rows.can_focus = False
        self._choices: list[Choice] = []
        """What the rows stand for."""

    def compose(self) -> ComposeResult:
        """One row a gateway."""
        yield FilterBox(_("Choose a gateway"), self._rows, self._move, keys=[("enter", _("use")), ("esc", _("back"))])

    def on_mount(self) -> None:
        """Begin at the one in use."""
        self.box.input.placeholder = _("Filter by name or address")
        self.box.say("")
        self.box.set_total(len(self._profiles) + 1)
        self._show("")

    def on_resize(self, event: events.Resize) -> None:
        """The list takes the room that there is."""
        self.box.fit(event.size)

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        self._show(event.text)

    def _show(self, text: str) -> None:
        words = text.casefold().split()
        found = [profile for profile in self._profiles if all(word in _searched(profile) for word in words)]
        self._choices = [*found, "new"]
        self._rows.clear_options()
        self._rows.add_options(Option(self._row(choice)) for choice in self._choices)
        self._rows.highlighted = found.index(self._current) if self._current in found else 0

    def _row(self, choice: Choice) -> Content:
        if choice == "new":
            return Content.styled("  " + _("Another gateway…"), "$foreground")
        where = _("on this machine") if choice.is_local else one_line(choice.base_url, 60)
        return Content.assemble(
            ("● " if choice == self._current else "  ", "$success"),
            (cut(_name(choice), NAME_CELLS) + "  ", "bold $foreground"),
            (where, "$muted"),
        )

    def _move(self, step: int) -> None:
        if abs(step) == 1:
            (self._rows.action_cursor_down if step > 0 else self._rows.action_cursor_up)()
        else:
            self._rows.highlighted = max(0, min((self._rows.highlighted or 0) + step, len(self._choices) - 1))

    @on(FilterBox.Entered)
    def _entered(self, event: FilterBox.Entered) -> None:
        event.stop()
        self._rows.action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index])


def _name(profile: Profile) -> str:
    return _("Tiny demo model") if profile.is_demo else one_line(profile.name)


def _searched(profile: Profile) -> str:
    return f"{_name(profile)} {profile.base_url}".casefold()
