"""The first run: choosing a gateway."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, ProgressBar, Static

from tui.domain.errors import EngineError, SettingsError
from tui.domain.i18n import _
from tui.domain.settings import Profile
from tui.paths import STYLES
from tui.screens.backend_choices import DEMO, OTHER, BackendList, demo_choice, gateway_choices, server_choices
from tui.screens.gateway_dialog import GatewayDialog
from tui.screens.gateway_fields import Draft
from tui.screens.result_screen import ResultScreen
from tui.services.discovery import LOCAL_SERVERS, Discovery, EmbeddedModel, Found, LocalServer, embedded_model
from tui.services.profiles import Gateways, Offer, offers
from tui.services.services import Services
from tui.widgets.key_line import key_line

LOW = 22
"""Rows below which there is less air."""
NARROW = 72
"""Columns below which keys are named in fewer words."""


class OnboardingScreen(ResultScreen[Profile | None]):
    """Offers gateways, servers on this machine and the tiny demo model; answers with the chosen one, None for later."""

    CSS_PATH = STYLES / "onboarding.tcss"
    AUTO_FOCUS = "#backends"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Later", id="start.leave"),
        *(Binding(str(n), f"take({n})", show=False, id=f"start.row_{n}") for n in range(1, 10)),
    ]

    backends = getters.query_one(BackendList)
    looking = getters.query_one("#looking", Static)
    said = getters.query_one("#said", Static)
    bar = getters.query_one(ProgressBar)
    keys = getters.query_one("#keys", Static)

    def __init__(
        self,
        services: Services,
        environ: Mapping[str, str] = os.environ,
        servers: Sequence[LocalServer] = LOCAL_SERVERS,
    ) -> None:
        super().__init__()
        self._services = services
        self._gateways = Gateways(services.preferences, services.keys, services.connections)
        self._offers = {f"offer-{n}": offer for n, offer in enumerate(offers(environ))}
        self._discovery = Discovery(services.connections, servers)
        self._found: dict[str, Found] = {}
        self._looked = False
        self._local: EmbeddedModel | None = None
        self._moved = False
        self._placed: str | None = None
        """The row that the cursor was put on, for as long as the user has not moved it."""

    def compose(self) -> ComposeResult:
        """A question, the choices, and what is going on."""
        with Vertical(id="card"):
            yield Static(
                Content.assemble(
                    ("chin", "bold $foreground"),
                    ("wag", "bold $primary"),
                    (f"   {_('Choose a gateway')}", "$foreground"),
                ),
                id="question",
            )
            yield BackendList(id="backends")
            yield Static(id="looking", markup=False)
            yield ProgressBar(total=1.0, show_eta=False)
            yield Static(id="said", markup=False)
            yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        """Show what is known, and look for the rest."""
        self.bar.display = self.said.display = False
        self._show()
        self._show_keys()
        self._look_at_engine()
        self._look_for_servers()

    def on_resize(self, event: events.Resize) -> None:
        """Low terminals get less air; rows are laid out for the width."""
        self.set_class(event.size.height < LOW, "-low")
        self.set_class(event.size.width < NARROW, "-narrow")
        self.call_after_refresh(self._show)
        self.call_after_refresh(self._show_keys)

    # -- What is found

    @work(group="engine", exclusive=True)
    async def _look_at_engine(self) -> None:
        self._local = await embedded_model(self._services.local)
        self._show()

    @work(group="servers", exclusive=True)
    async def _look_for_servers(self) -> None:
        async with aclosing(self._discovery.look()) as found:
            async for server in found:
                self._found[f"server-{server.server.port}"] = server
                self._show()
        self._looked = True
        self._show()

    # -- The rows

    def _show(self) -> None:
        groups = [
            (_("Gateways"), gateway_choices(self._offers)),
            (_("Servers on this machine"), server_choices(self._found)),
            (_("The built-in demo model"), [demo_choice(self._local)]),
        ]
        if self._demo_ready:
            groups.insert(0, groups.pop())
        chosen = self.backends.chosen_id
        self._moved = self._moved or chosen not in (None, self._placed)
        wanted = self._placed = chosen if self._moved and chosen else self._best()
        self.backends.show(
            [(heading, choices) for heading, choices in groups if choices], wanted, airy=not self.has_class("-low")
        )
        absent = [server.title for server in self._discovery.servers if f"server-{server.port}" not in self._found]
        if not self._looked:
            self.looking.update(_("Looking for servers on this machine…"))
        elif absent:
            self.looking.update(_("Not running here: {names}").format(names=", ".join(absent)))
        else:
            self.looking.update("")

    @property
    def _demo_ready(self) -> bool:
        return self._local is not None and self._local.ready

    def _best(self) -> str:
        """The row to begin at: what needs least of the user."""
        if self._demo_ready:
            return DEMO
        with_key = (choice for choice, offer in self._offers.items() if offer.found)
        servers = (choice for choice, found in self._found.items() if found.models)
        return next(with_key, None) or next(servers, None) or next(iter(self._offers))

    # -- Choosing

    @on(OptionList.OptionSelected, "#backends")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(event.option_id or "")

    def action_take(self, number: int) -> None:
        """Take the row of that number."""
        if (choice := self.backends.point_at(number)) is not None:
            self._take(choice)

    def _take(self, choice: str) -> None:
        if self.fetching:
            return
        if choice == DEMO:
            self._take_demo()
        elif choice == OTHER:
            self._ask_for_key(Offer(_("Another address"), Profile("", "")))
        elif choice in self._offers:
            self._ask_for_key(self._offers[choice])
        elif choice in self._found:
            self._keep(Draft(self._found[choice].profile))

    @work(group="gateway", exclusive=True)
    async def _ask_for_key(self, offer: Offer) -> None:
        draft, problem = Draft(offer.profile), ""
        shown = await self._gateways.shown_key(offer.profile)
        while True:
            answer = await self.app.push_screen_wait(
                GatewayDialog(offer.title, draft, self._gateways.check, shown_key=shown, problem=problem)
            )
            if answer is None:
                return
            draft = answer
            if not (problem := await self._save(draft)):
                return

    @work(group="gateway", exclusive=True)
    async def _keep(self, draft: Draft) -> None:
        if problem := await self._save(draft):
            self._say(problem)

    async def _save(self, draft: Draft) -> str:
        """Save the gateway, make it the current one, and answer with it; why not, where its key cannot be kept."""
        profile, replaced = self._named(draft.profile)
        try:
            await self._gateways.save(profile, draft.key, instead_of=replaced, use=True)
        except SettingsError as error:
            if profile not in self._gateways.profiles:
                return str(error)
            self.app.notify(_("Changed for this run only: {why}").format(why=error), severity="warning", timeout=20)
        self.dismiss(profile)
        return ""

    def _named(self, profile: Profile) -> tuple[Profile, str]:
        """The profile under a name that is free, or in the place of the one with the same address."""
        for known in self._gateways.profiles:
            if known.base_url == profile.base_url:
                return replace(known, key=profile.key), known.name
        return replace(profile, name=self._gateways.free_name(profile.name)), ""

    # -- The tiny demo model

    @property
    def fetching(self) -> bool:
        """Whether the tiny demo model is on its choice."""
        return bool(self.bar.display)

    def _take_demo(self) -> None:
        if self._local is None:
            return
        if self._local.ready:
            self.dismiss(self._services.local.profile)
        elif self._local.megabytes:
            self._fetch()
        else:
            self._say(self._local.next_step)

    @work(group="fetch", exclusive=True)
    async def _fetch(self) -> None:
        self.bar.update(progress=0)
        self.bar.display = True
        self._say("")
        self._show_keys()
        try:
            await self._services.local.install(lambda done: self.bar.update(progress=done))
        except asyncio.CancelledError:
            self._say(_("Stopped. Nothing was kept."), failed=False)
            raise
        except EngineError as error:
            self._say(str(error))
        else:
            self.dismiss(self._services.local.profile)
        finally:
            self.bar.display = False
            self._show_keys()

    def action_leave(self) -> None:
        """Stop the fetch; else leave without a gateway."""
        if self.fetching:
            self.workers.cancel_group(self, "fetch")
        else:
            self.dismiss(None)

    # -- What is said

    def _say(self, sentence: str, *, failed: bool = True) -> None:
        self.said.update(sentence)
        self.said.display = bool(sentence)
        self.said.set_class(failed, "-failed")

    def _show_keys(self) -> None:
        left, out = [("enter", _("use")), ("↑↓", _("move"))], ("esc", _("read saved conversations offline"))
        if self.fetching:
            left, out = [], ("esc", _("stop the download"))
        elif self.has_class("-narrow"):
            out = ("esc", _("work offline"))
        self.keys.update(key_line(self.keys.content_size.width, left, [out]))
