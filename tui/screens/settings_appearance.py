"""Settings: theme and behaviour."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from textual import getters, on
from textual.app import ComposeResult
from textual.theme import Theme

from tui.domain.i18n import _
from tui.domain.settings import Settings
from tui.screens.settings_page import Change, SettingsPage
from tui.widgets.fields import Choice, ChoiceRow, switch


class AppearancePage(SettingsPage):
    """Theme, following, copying, sidebar. The theme is the app's, which keeps it wherever it is chosen."""

    theme_choice = getters.query_one("#theme", Choice)
    follow = getters.query_one("#follow", Choice)
    copy_on_select = getters.query_one("#copy", Choice)
    sidebar = getters.query_one("#sidebar-switch", Choice)

    def __init__(self, settings: Settings, themes: list[str]) -> None:
        super().__init__(id="appearance")
        self._settings = settings
        self._themes = themes

    def compose(self) -> ComposeResult:
        """One row a setting."""
        settings = self._settings
        yield ChoiceRow(
            _("Theme"),
            Choice([(name, name) for name in self._themes], self.app.theme, id="theme"),
            _("the first two are made for chinwag"),
        )
        yield ChoiceRow(
            _("While a reply arrives"),
            Choice([("page", _("stay at the question")), ("tail", _("follow the end"))], settings.follow, id="follow"),
            _("when it is longer than the screen"),
        )
        yield ChoiceRow(
            _("Copy on select"), switch(settings.copy_on_select, id="copy"), _("copies what you select with the mouse")
        )
        yield ChoiceRow(_("Sidebar"), switch(settings.sidebar, id="sidebar-switch"), _("f9 shows or hides it"))

    def on_mount(self) -> None:
        """Follow a theme that is chosen elsewhere meanwhile."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def change(self) -> Change:
        """All but the theme."""
        follow: Literal["page", "tail"] = "tail" if self.follow.value == "tail" else "page"
        copy, sidebar = self.copy_on_select.is_on, self.sidebar.is_on
        return lambda settings: replace(settings, follow=follow, copy_on_select=copy, sidebar=sidebar)

    @on(Choice.Changed, "#theme")
    def _theme_chosen(self, event: Choice.Changed) -> None:
        self.app.theme = event.value

    def _theme_changed(self, theme: Theme) -> None:
        self.theme_choice.value = theme.name

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        self.commit()
