"""The settings: pages at the left, the chosen one at the right."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.errors import SettingsError
from tui.domain.i18n import _
from tui.domain.settings import Profile
from tui.paths import STYLES
from tui.screens.result_screen import ResultScreen
from tui.screens.settings_appearance import AppearancePage
from tui.screens.settings_engine import EnginePage
from tui.screens.settings_files import FilesPage
from tui.screens.settings_gateways import GatewaysPage
from tui.screens.settings_page import Change, SettingsPage
from tui.screens.settings_parameters import ParametersPage
from tui.services.profiles import Gateways
from tui.services.services import Services
from tui.widgets.key_line import key_line

HOUSE = "chinwag-"
"""How the names of our own themes begin."""
NARROW = 72
LOW = 30


class SettingsScreen(ResultScreen[Profile | None]):
    """Everything that is saved in the settings file. Dismissed with the gateway to use from now on, if that changed.

    When the gateway in use was removed and no other is left, no connection is in use any more.
    """

    CSS_PATH = STYLES / "settings.tcss"
    AUTO_FOCUS = "#settings-pages"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Save and back", id="settings.leave"),
        Binding("shift+f4", "leave", "Save and back", show=False, id="settings.leave_too"),
        Binding("ctrl+pagedown", "page(1)", "Next page", show=False, priority=True, id="settings.next"),
        Binding("ctrl+pageup", "page(-1)", "Previous page", show=False, priority=True, id="settings.previous"),
        Binding("right", "enter_page", "To the page", show=False, id="settings.enter"),
        Binding("left", "to_pages", "To the list of pages", show=False, id="settings.back"),
        Binding("n", "add_gateway", "New gateway", id="gateways.new"),
    ]

    nav = getters.query_one("#settings-pages", OptionList)
    switcher = getters.query_one(ContentSwitcher)
    gateways = getters.query_one(GatewaysPage)
    said = getters.query_one("#settings-said", Static)
    keys = getters.query_one("#settings-keys", Static)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._saved = Gateways(services.preferences, services.keys, services.connections)
        self._before = self._saved.current
        self._in_use_was_saved = self._in_use_is_saved

    def compose(self) -> ComposeResult:
        """The list of pages, the pages, and a line for what is said."""
        services, settings = self._services, self._services.preferences.settings
        themes = sorted(self.app.available_themes, key=lambda name: (not name.startswith(HOUSE), name))
        titles = {
            "gateways": _("Gateways"),
            "parameters": _("Parameters"),
            "appearance": _("Appearance"),
            "engine": _("Embedded engine"),
            "files": _("Files"),
        }
        with Vertical(id="settings-card"):
            with Horizontal(id="settings-body"):
                with Vertical(id="settings-nav"):
                    yield Static(_("Settings"), id="settings-title")
                    yield OptionList(
                        *(Option(title, id=page) for page, title in titles.items()),
                        id="settings-pages",
                        compact=True,
                    )
                with ContentSwitcher(initial="gateways"):
                    yield GatewaysPage(services, self._saved)
                    yield ParametersPage(settings)
                    yield AppearancePage(settings, themes)
                    yield EnginePage(services)
                    yield FilesPage(services.dirs)
            with Horizontal(id="settings-foot"):
                yield Static(id="settings-said", markup=False)
                yield Static(id="settings-keys", markup=False)

    def on_mount(self) -> None:
        """Begin at the gateways."""
        self.nav.highlighted = 0
        self._say(self._services.preferences.problem, failed=True)
        self._show_keys()

    def on_resize(self, event: events.Resize) -> None:
        """Small terminals get less air."""
        self.set_class(event.size.width < NARROW, "-narrow")
        self.set_class(event.size.height < LOW, "-low")
        self.call_after_refresh(self._show_keys)

    @property
    def page(self) -> SettingsPage:
        """The page on the screen."""
        return self.query_one(f"#{self.switcher.current}", SettingsPage)

    # -- Moving

    @on(OptionList.OptionHighlighted, "#settings-pages")
    def _page_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.switcher.current = event.option_id
        self._show_keys()

    @on(OptionList.OptionSelected, "#settings-pages")
    def _page_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_enter_page()

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """The keys that count are those of where the focus is."""
        self._show_keys()

    def action_page(self, by: int) -> None:
        """To the next or previous page."""
        self.nav.highlighted = ((self.nav.highlighted or 0) + by) % self.nav.option_count
        self.nav.focus()

    def action_enter_page(self) -> None:
        """The focus to the first field of the page."""
        if self.focused is self.nav:
            self.focus_next()

    def action_to_pages(self) -> None:
        """The focus to the list of pages."""
        self.nav.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A new gateway can be added on their page only, whichever side has the focus."""
        return action != "add_gateway" or (self.is_mounted and self.page is self.gateways)

    def action_add_gateway(self) -> None:
        """Add a gateway."""
        self.gateways.add()

    def _show_keys(self) -> None:
        if self.focused is not self.nav:
            hints = [*self.page.hints()]
        elif self.page is self.gateways:
            hints = [("n", _("new gateway")), ("enter", _("open"))]
        else:
            hints = [("enter", _("open")), ("tab", _("next"))]
        self.keys.update(key_line(self.keys.content_size.width, hints, [("esc", _("save and back"))]))

    # -- Saving

    @on(SettingsPage.Said)
    def _page_said(self, event: SettingsPage.Said) -> None:
        event.stop()
        self._say(event.sentence, failed=event.failed)

    def _say(self, sentence: str, *, failed: bool = False) -> None:
        self.said.update(sentence)
        self.said.display = bool(sentence)
        self.said.set_class(failed, "-failed")

    @on(SettingsPage.Edited)
    def _edited(self, event: SettingsPage.Edited) -> None:
        event.stop()
        self._save_later(event.change)

    @work(group="save")
    async def _save_later(self, change: Change) -> None:
        await self._save(change)

    async def _save(self, *changes: Change) -> None:
        """Where it fails the values hold for this run, and the reason is shown."""
        preferences = self._services.preferences
        settings = preferences.settings
        for change in changes:
            settings = change(settings)
        if settings == preferences.settings:
            return
        try:
            await preferences.save(settings)
        except SettingsError as error:
            self._say(_("Changed for this run only: {why}").format(why=error), failed=True)
        else:
            self._say(_("Saved."))

    async def before_quit(self) -> None:
        """Save what is valid."""
        await self._save(*(page.change() for page in self.query(SettingsPage)))
        await self._services.preferences.flush()

    def action_leave(self) -> None:
        """Save what is valid and go back, unless the page has something under way that escape stops."""
        if not self.page.escape():
            self._leave()

    @work(group="leave", exclusive=True)
    async def _leave(self) -> None:
        await self.before_quit()
        answer = self._answer()
        if self._in_use_was_removed and answer is None:
            self._services.connections.current = None
        self.dismiss(answer)

    # -- The gateway to use from now on

    @property
    def _in_use_is_saved(self) -> bool:
        connection = self._services.connections.current
        return connection is not None and self._saved.holds(connection.profile)

    @property
    def _in_use_was_removed(self) -> bool:
        return self._in_use_was_saved and not self._in_use_is_saved

    def _answer(self) -> Profile | None:
        current = self._saved.current
        if self.gateways.chosen is not None:
            return self.gateways.chosen
        return current if current != self._before or self._in_use_was_removed else None
