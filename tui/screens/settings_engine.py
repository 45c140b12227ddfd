"""Settings: the engine that runs a model on this machine."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from textual import getters, on, work
from textual.app import ComposeResult
from textual.widgets import Button, ProgressBar, Static

from tui.domain.errors import EngineError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.screens.settings_page import Change, SettingsPage
from tui.services import typed_values
from tui.services.local_model import LocalModel
from tui.services.services import Services
from tui.widgets.fields import Field


class EnginePage(SettingsPage):
    """State of the engine, the model it serves, and downloading what is missing."""

    status_line = getters.query_one("#engine-status", Static)
    model_file = getters.query_one("#model-file", Field)
    context = getters.query_one("#context", Field)
    threads = getters.query_one("#threads", Field)
    button = getters.query_one("#install", Button)
    bar = getters.query_one(ProgressBar)

    def __init__(self, services: Services) -> None:
        super().__init__(id="engine")
        self._services = services

    def compose(self) -> ComposeResult:
        """Status, fields, the button."""
        local = self._services.preferences.settings.local
        yield Static(id="engine-status", classes="lead", markup=False)
        yield Field(
            _("Model file"), local.model, str.strip, hint=_("any GGUF file"), placeholder=_("tiny demo model"),
            id="model-file",
        )  # fmt: skip
        yield Field(_("Context"), str(local.context), typed_values.context, hint=_("in tokens"), id="context")
        yield Field(
            _("Threads"),
            str(local.threads),
            typed_values.threads,
            hint=_("0: all cores but one"),
            id="threads",
        )
        yield Static(_("Changes take effect after a restart."), classes="lead", markup=False)
        yield Button(_("Download what is missing"), id="install", compact=True)
        yield ProgressBar(total=1.0, show_eta=False)

    def on_mount(self) -> None:
        """Look at what is here."""
        self.button.display = self.bar.display = False
        self._look()

    @property
    def fetching(self) -> bool:
        """Whether a download is running."""
        return bool(self.bar.display)

    def change(self) -> Change:
        """Model file, context, threads."""
        model, context, threads = (
            field.value if field.valid else None for field in (self.model_file, self.context, self.threads)
        )
        found = {"model": model, "context": context, "threads": threads}
        wanted = {name: value for name, value in found.items() if value is not None}
        return lambda settings: replace(settings, local=replace(settings.local, **wanted))

    def commit(self) -> None:
        """Have it saved, and look whether the model file is there."""
        super().commit()
        self._look()

    def escape(self) -> bool:
        """Stop a download; nothing is kept of it."""
        stopping = self.fetching
        self.workers.cancel_group(self, "fetch")
        return stopping

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        wanted = self.change()(self._services.preferences.settings).local
        dirs = self._services.dirs
        here = await LocalModel(wanted, dirs.models, dirs.logs / "engine.log").status()
        if not self.query("#engine-status"):
            return  # the screen was closed meanwhile
        engine = _("engine {version}").format(version=here.engine) if here.engine else _("engine not installed")
        if here.ready:
            state = _("ready")
        elif wanted.model:
            state = _("no file at {path}").format(path=one_line(str(here.path)))
        else:
            state = _("not downloaded")
        self.status_line.update(f"{engine} · {one_line(here.model)}: {state}")
        self.button.display = not here.ready and not self.fetching and (here.engine is None or not wanted.model)

    @on(Button.Pressed, "#install")
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self._fetch()

    @work(group="fetch", exclusive=True)
    async def _fetch(self) -> None:
        self.bar.update(progress=0)
        self.bar.display, self.button.display = True, False
        self.post_message(self.Said(self, _("Downloading. Press esc to stop.")))
        try:
            await self._services.local.install(lambda done: self.bar.update(progress=done))
        except asyncio.CancelledError:
            self.post_message(self.Said(self, _("Stopped. Nothing was kept.")))
            raise
        except EngineError as error:
            self.post_message(self.Said(self, str(error), failed=True))
        else:
            self.post_message(self.Said(self, _("The tiny demo model is ready.")))
        finally:
            self.bar.display = False
            self._look()
