"""Who answers: choosing the gateway and the model, and the settings of both."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from textual import getters, on, work
from textual.binding import Binding, BindingType

from tui.domain.errors import ChinwagError, SettingsError
from tui.domain.i18n import _
from tui.domain.settings import Profile
from tui.screens.chat.pane import ChatPane
from tui.screens.finding import FindingScreen
from tui.services.connections import Connection
from tui.services.services import Services


class SwitchingScreen(FindingScreen):
    """Switches gateways and models in mid-talk. Replies on their way go on where they were asked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l,f2", "choose_model", "Model", id="chat.model"),
        Binding("shift+f2", "choose_gateway", "Choose a gateway", id="chat.gateway"),
        Binding("shift+f4,ctrl+comma", "settings", "Settings", id="chat.settings"),
    ]

    pane = getters.query_one(ChatPane)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def use_profile(self, profile: Profile) -> None:
        """Answer through this gateway from now on, with a model of its own."""
        self.pane.session.use_model("")
        self._connect(self._services.connections.use(profile))

    @work(group="connect", exclusive=True)
    async def _connect(self, connection: Connection) -> None:
        await connection.recall()
        self.pane.refresh_header()
        if warning := connection.in_the_clear:
            self.notify(warning, title=connection.label, severity="warning", timeout=12)
        try:
            await connection.list_models()
        except ChinwagError as error:
            # The empty chat shows it in full.
            if self.pane.conversation.messages and not await self.pane.session.shows_failure(error):
                self.notify(str(error), title=connection.label, severity="warning", timeout=12)
        self.pane.refresh_header()
        self.pane.show_prices()

    @on(ChatPane.GatewayWanted)
    def _gateway_wanted(self, event: ChatPane.GatewayWanted) -> None:
        event.stop()
        self.notify(_("No gateway is chosen yet. Your text stays in the box."))
        self.action_onboarding()

    def action_onboarding(self) -> None:
        """Choose who answers."""
        if not self.is_active:
            return
        from tui.screens.onboarding import OnboardingScreen

        self.app.push_screen(OnboardingScreen(self._services), self._gateway_chosen)

    def _gateway_chosen(self, profile: Profile | None) -> None:
        if profile is not None:
            self.use_profile(profile)
        self.pane.refresh_header()

    def action_follow(self) -> None:
        """To the end, and stay there while the reply grows."""
        self.pane.follow()

    def action_choose_model(self) -> None:
        """Pick the model of the next replies."""
        connection = self._services.connections.current
        if connection is None:
            self.action_onboarding()
            return
        if connection.profile.is_demo:  # there is no other model beside it
            if self._services.preferences.settings.profiles:
                self.action_choose_gateway()
            else:
                self.action_onboarding()
            return
        from tui.screens.model_picker import ModelPicker

        self.app.push_screen(ModelPicker(connection, self.pane.session.model), self._model_chosen)

    def _model_chosen(self, model: str | None) -> None:
        if model == "":  # none of these: another gateway
            self.action_choose_gateway()
        elif model is not None:
            self.pane.session.use_model(model)

    def action_choose_gateway(self) -> None:
        """Pick who answers from now on, among the saved gateways and the embedded engine."""
        from tui.screens.profile_picker import ProfilePicker

        connection = self._services.connections.current
        current = None if connection is None else connection.profile
        known = [*self._services.preferences.settings.profiles, self._services.local.profile]
        if current is not None and current not in known:  # given on the command line or in the environment
            known.insert(0, current)
        self.app.push_screen(ProfilePicker(known, current), self._gateway_picked)

    def _gateway_picked(self, profile: Profile | Literal["new"] | None) -> None:
        if profile == "new":
            self.action_onboarding()
        elif profile is not None:
            self.use_profile(profile)
            self._prefer(profile)

    @work(group="gateway")
    async def _prefer(self, profile: Profile) -> None:
        preferences = self._services.preferences
        if profile in preferences.settings.profiles and preferences.settings.current() != profile:
            try:
                await preferences.save(replace(preferences.settings, profile=profile.name))
            except SettingsError as error:
                self.notify(_("Changed for this run only: {why}").format(why=error), severity="warning", timeout=12)

    def action_settings(self) -> None:
        """Gateways, parameters, looks."""
        from tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen(self._services), self._settings_closed)

    def _settings_closed(self, profile: Profile | None) -> None:
        self._apply_settings()
        self._gateway_chosen(profile)

    def _apply_settings(self) -> None:
        settings = self._services.preferences.settings
        self.set_class(not settings.sidebar, "-no-sidebar")
        self.transcript.live.follow_mode = settings.follow
