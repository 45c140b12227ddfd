"""Settings: how a gateway is reached, and its colour. Few users need to change any of it."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.domain.i18n import _
from tui.domain.settings import Colour, Profile
from tui.services import typed_values
from tui.widgets.fields import Choice, ChoiceRow, Field


class NetworkFields(Vertical):
    """Proxy, certificates, headers and colour of one gateway. Secrets in them are masked, and kept while they are."""

    proxy = getters.query_one("#proxy", Field)
    ca_file = getters.query_one("#ca-file", Field)
    headers = getters.query_one("#headers", Field)
    colour = getters.query_one("#colour", Choice)

    def __init__(self, profile: Profile) -> None:
        super().__init__(id="network")
        self._profile = profile

    def compose(self) -> ComposeResult:
        """One line a setting."""
        profile = self._profile
        colours: list[tuple[str, str]] = [("", _("automatic")), *((name, name) for name in get_args(Colour) if name)]
        yield Field(
            _("Proxy"),
            typed_values.shown_proxy(profile.proxy),
            lambda text: typed_values.proxy(text, profile.proxy),
            placeholder=_("default: the system's; “none” for no proxy"),
            id="proxy",
        )
        yield Field(
            _("Certificates"),
            profile.ca_file,
            typed_values.ca_file,
            placeholder=_("a PEM file, trusted in addition to the system's"),
            id="ca-file",
        )
        yield Field(
            _("Headers"),
            typed_values.shown_headers(profile.headers),
            lambda text: typed_values.headers(text, profile.headers),
            placeholder="X-Title: chinwag; X-Team: blue",
            id="headers",
        )
        yield ChoiceRow(_("Colour"), Choice(colours, profile.colour, id="colour"))

    def over(self, profile: Profile) -> Profile:
        """The profile with what is typed; SettingsError when a field holds no value."""
        colour: Colour = next(name for name in get_args(Colour) if name == self.colour.value)
        return replace(
            profile,
            proxy=self.proxy.value,
            ca_file=self.ca_file.value,
            headers=self.headers.value,
            colour=colour,
        )
