"""Choosing the gateway and the model, and the settings."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

from tui.domain.errors import ChinwagError, SettingsError
from tui.domain.i18n import _
from tui.domain.settings import Profile
from tui.screens.chat.actions.context import ChatContext
from tui.services.connections import Connection


class GatewayActions:
    """Switches gateways and models within a conversation. Replies on their way go on where they were asked."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._connections = context.services.connections

    # -- Connecting

    def use_profile(self, profile: Profile) -> None:
        """Answer through this gateway from now on, with a model of its own."""
        self._context.pane.session.use_model("")
        self.connect(self._connections.use(profile))

    def connect(self, connection: Connection | None = None) -> None:
        """Ask a gateway, by default the present one, what it offers."""
        connection = connection or self._connections.current
        if connection is not None:
            self._context.run(partial(self._connect, connection), "connect", exclusive=True)

    async def _connect(self, connection: Connection) -> None:
        context, pane = self._context, self._context.pane
        await connection.recall()
        pane.refresh_header()
        if warning := connection.in_the_clear:
            context.notify(warning, title=connection.label, severity="warning", timeout=12)
        try:
            await connection.list_models()
        except ChinwagError as error:
            # The empty chat shows it in full.
            if pane.conversation.messages and not await pane.session.shows_failure(error):
                context.notify(str(error), title=connection.label, severity="warning", timeout=12)
        pane.refresh_header()
        pane.show_prices()

    # -- Choosing

    def set_up(self) -> None:
        """Choose a gateway, as on the first start."""
        if not self._context.screen.is_active:
            return
        from tui.screens.onboarding import OnboardingScreen

        self._context.push(OnboardingScreen(self._context.services), self._chosen)

    def want_one(self) -> None:
        """Choose a gateway, since the prompt needs one."""
        self._context.notify(_("No gateway is chosen yet. Your text stays in the box."))
        self.set_up()

    def _chosen(self, profile: Profile | None) -> None:
        if profile is not None:
            self.use_profile(profile)
        self._context.pane.refresh_header()

    def choose_model(self) -> None:
        """Pick the model of the next replies. The demo model has no other beside it: there, pick a gateway."""
        connection = self._connections.current
        if connection is None:
            self.set_up()
        elif connection.profile.is_demo:
            self._leave_demo()
        else:
            from tui.screens.model_picker import ModelPicker

            self._context.push(ModelPicker(connection, self._context.pane.session.model), self._model_chosen)

    def _leave_demo(self) -> None:
        if self._context.services.preferences.settings.profiles:
            self.choose_gateway()
        else:
            self.set_up()

    def _model_chosen(self, model: str | None) -> None:
        if model == "":  # none of these: another gateway
            self.choose_gateway()
        elif model is not None:
            self._context.pane.session.use_model(model)

    def choose_gateway(self) -> None:
        """Pick who answers from now on, among the saved gateways and the embedded engine."""
        from tui.screens.gateway_picker import GatewayPicker

        services, connection = self._context.services, self._connections.current
        current = None if connection is None else connection.profile
        known = [*services.preferences.settings.profiles, services.local.profile]
        if current is not None and current not in known:  # given on the command line or in the environment
            known.insert(0, current)
        self._context.push(GatewayPicker(known, current), self._picked)

    def _picked(self, profile: Profile | Literal["new"] | None) -> None:
        if profile == "new":
            self.set_up()
        elif profile is not None:
            self.use_profile(profile)
            self._context.run(partial(self._prefer, profile), "gateway")

    async def _prefer(self, profile: Profile) -> None:
        preferences = self._context.services.preferences
        if profile in preferences.settings.profiles and preferences.settings.current() != profile:
            try:
                await preferences.save(replace(preferences.settings, profile=profile.name))
            except SettingsError as error:
                said = _("Changed for this run only: {why}").format(why=error)
                self._context.notify(said, severity="warning", timeout=12)

    # -- Settings

    def settings(self) -> None:
        """Open the settings."""
        from tui.screens.settings import SettingsScreen

        self._context.push(SettingsScreen(self._context.services), self._settings_closed)

    def _settings_closed(self, profile: Profile | None) -> None:
        self.apply_settings()
        self._chosen(profile)

    def apply_settings(self) -> None:
        """Show the chat as the settings say."""
        settings = self._context.services.preferences.settings
        self._context.screen.set_class(not settings.sidebar, "-no-sidebar")
        self._context.transcript.live.follow_mode = settings.follow
