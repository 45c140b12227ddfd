"""Settings: sampling parameters and system prompt, unless a gateway or a conversation sets its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from tui.domain.i18n import _
from tui.domain.settings import GenerationOptions, Settings
from tui.screens.settings_page import Change, SettingsPage
from tui.services import typed_values
from tui.widgets.fields import Field


def option_label(name: str) -> str:
    """Return the label of a sampling parameter."""
    return {"temperature": _("Temperature"), "top_p": _("Top P"), "max_tokens": _("Max tokens")}[name]


class OptionFields(Vertical):
    """Temperature, top P and max tokens, with warnings about what is typed."""

    warnings = getters.query_one("#warnings", Static)

    def __init__(self, options: GenerationOptions) -> None:
        super().__init__(id="options")
        self._options = options

    def compose(self) -> ComposeResult:
        """Three fields."""
        unset = _("not sent")
        yield self._field("temperature", typed_values.temperature, _("0 to 2; higher varies more"), unset)
        yield self._field("top_p", typed_values.top_p, _("0 to 1; set this or the temperature, not both"), unset)
        yield self._field("max_tokens", typed_values.max_tokens, _("limits the length of a reply"), unset)
        yield Static(id="warnings", markup=False)

    def on_mount(self) -> None:
        """Warn from the start."""
        self._warn()

    @property
    def options(self) -> GenerationOptions:
        """What is typed; a field that holds no value counts as it was."""
        return GenerationOptions(
            **{
                name: field.value if field.valid else getattr(self._options, name)
                for name in ("temperature", "top_p", "max_tokens")
                for field in [self.query_one(f"#{name}", Field)]
            }
        )

    @property
    def valid(self) -> bool:
        """Whether every field holds a value."""
        return all(field.valid for field in self.query(Field))

    def _field(self, name: str, parse: Callable[[str], Any], hint: str, placeholder: str) -> Field:
        value = getattr(self._options, name)
        text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        return Field(option_label(name), text, parse, hint=hint, placeholder=placeholder, id=name)

    @on(Field.Changed)
    def _warn(self) -> None:
        found = self.options.warnings()
        self.warnings.update("\n".join(found))
        self.warnings.display = bool(found)


class ParametersPage(SettingsPage):
    """Sampling parameters and the system prompt, as defaults for every gateway."""

    fields = getters.query_one(OptionFields)
    system = getters.query_one("#system", TextArea)

    def __init__(self, settings: Settings) -> None:
        super().__init__(id="parameters")
        self._settings = settings

    def compose(self) -> ComposeResult:
        """The fields, and a box for the system prompt."""
        yield Static(_("Defaults for every gateway; a gateway may set its own."), classes="lead", markup=False)
        yield OptionFields(self._settings.options)
        yield Static(_("System prompt"), classes="label", markup=False)
        yield TextArea(self._settings.system, id="system", compact=True, placeholder=_("none"))

    def change(self) -> Change:
        """Options and system prompt."""
        options, system = self.fields.options, self.system.text
        return lambda settings: replace(settings, options=options, system=system)
