"""The dialog that edits one gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _
from tui.domain.models import ModelInfo, by_id, matching
from tui.domain.safe_text import one_line
from tui.domain.settings import KeyKind, KeySource, Profile
from tui.paths import STYLES
from tui.screens.gateway_fields import Check, Draft, address_field
from tui.screens.result_screen import Dialog
from tui.screens.settings_network import NetworkFields
from tui.screens.settings_parameters import OptionFields
from tui.services import typed_values
from tui.services.profiles import checked_name, host_of
from tui.widgets.fields import Choice, ChoiceRow, Field, Form, OneWordInput, switch

MODELS_SHOWN = 200


class GatewayEditor(Dialog[Draft | None]):
    """Edits address, key, name, model, parameters and network of one gateway. It stores nothing."""

    CSS_PATH = STYLES / "settings.tcss"
    AUTO_FOCUS = "Input"
    KEYS_END_HERE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="profile.back"),
        Binding("f5,ctrl+t", "test", "Test", id="profile.test"),
        Binding("ctrl+j", "save", "Save", id="profile.save"),
    ]

    name_field = getters.query_one("#name", Field)
    address = getters.query_one("#address", Field)
    key_kind = getters.query_one("#key-kind", Choice)
    key = getters.query_one("#key", Field)
    variable = getters.query_one("#variable", Field)
    command = getters.query_one("#command", Field)
    model = getters.query_one("#model", Field)
    models = getters.query_one("#models", OptionList)
    stream = getters.query_one("#stream", Choice)
    options = getters.query_one(OptionFields)
    network = getters.query_one(NetworkFields)
    said = getters.query_one("#said", Static)

    def __init__(
        self,
        draft: Draft,
        check: Check,
        *,
        title: str,
        taken: Sequence[str] = (),
        kept_key: str = "",
        models: Sequence[ModelInfo] = (),
        problem: str = "",
    ) -> None:
        super().__init__()
        self._draft = draft
        self._check = check
        self._title = title
        self._taken = taken
        self._kept_key = kept_key
        self._models = list(models)
        self._problem = problem

    def compose(self) -> ComposeResult:
        """One line a setting."""
        profile = self._draft.profile
        kinds: list[tuple[str, str]] = [
            ("none", _("no key")),
            ("file", _("typed here, saved by chinwag")),
            ("env", _("from an environment variable")),
            ("keyring", _("from the system's keyring")),
            ("command", _("from the output of a command")),
        ]
        with Form(classes="dialog") as form:
            form.border_title = self._title
            form.border_subtitle = _("enter save · f5 test · esc back")
            yield address_field(profile.base_url)
            kept = _("{key}; leave empty to keep it").format(key=self._kept_key) if self._kept_key else ""
            yield Field(
                _("Key"),
                self._draft.key,
                str.strip,
                placeholder=kept or _("paste the key here"),
                password=True,
                id="key",
            )
            where = profile.key.where
            yield Field(
                _("Variable"), where if profile.key.kind == "env" else "", typed_values.variable,
                placeholder="OPENAI_API_KEY", id="variable",
            )  # fmt: skip
            yield Field(
                _("Command"), where if profile.key.kind == "command" else "", typed_values.command,
                placeholder="pass show gateway", id="command",
            )  # fmt: skip
            yield ChoiceRow(_("Key source"), Choice(kinds, profile.key.kind, id="key-kind"))
            yield Field(_("Name"), profile.name, self._parse_name, placeholder=_("default: the host name"), id="name")
            yield Field(_("Model"), profile.model, str.strip, placeholder=_("first listed model"), id="model")
            yield OptionList(id="models", markup=False, compact=True)
            yield ChoiceRow(_("Streaming"), switch(profile.stream, id="stream"))
            yield OptionFields(profile.options)
            yield NetworkFields(profile)
            yield Static(self._problem, id="said", classes="-failed" if self._problem else "", markup=False)

    def on_mount(self) -> None:
        """Show what fits the key source, and the models that are known."""
        self._show_key_fields()
        self._list_models()

    @on(Choice.Changed, "#key-kind")
    def _show_key_fields(self) -> None:
        kind = self.key_kind.value
        self.key.display = kind == "file"
        self.variable.display = kind == "env"
        self.command.display = kind == "command"

    # -- What is typed

    def _parse_name(self, text: str) -> str:
        return checked_name(text or host_of(self.address.text), self._taken)

    def _key_source(self) -> KeySource:
        kind: KeyKind
        match self.key_kind.value:
            case "env":
                return KeySource("env", self.variable.value)
            case "command":
                return KeySource("command", self.command.value)
            case "file":
                kind = "file" if self._typed_key or self._kept_key else "none"
            case "keyring":
                kind = "keyring"
            case _:
                kind = "none"
        return KeySource(kind)

    @property
    def _typed_key(self) -> str:
        return str(self.key.value) if self.key_kind.value == "file" else ""

    def _typed(self) -> Draft | None:
        """What is typed, or None after the first field that is wrong got the focus."""
        for wrong in self.query(Field):
            if wrong.display and not wrong.check():
                wrong.input.focus()
                return None
        profile = replace(
            self._draft.profile,
            name=self.name_field.value,
            base_url=self.address.value,
            key=self._key_source(),
            model=self.model.value,
            stream=self.stream.is_on,
            options=self.options.options,
        )
        return Draft(self.network.over(profile), self._typed_key)

    @on(Field.Entered)
    def action_save(self) -> None:
        """Answer with what is typed, if all of it is valid."""
        if (draft := self._typed()) is not None:
            self.dismiss(draft)

    @on(OneWordInput.Surplus)
    def _pasted_more(self, event: OneWordInput.Surplus) -> None:
        """Take what came with the address for the key."""
        event.stop()
        if self.key.display:
            self.key.text = event.text
            self.key.input.focus()

    # -- Trying it

    @work(group="test", exclusive=True)
    async def action_test(self) -> None:
        """Ask the gateway for its models, with what is typed."""
        if (draft := self._typed()) is None:
            return
        self._say(_("Testing…"))
        try:
            found = await self._check(self._as_kept(draft), draft.key or None)
        except ChinwagError as error:
            self._say(one_line(str(error), 500), failed=True)
            return
        self._models = list(found.models)
        self._list_models()
        self._say("✓ " + found.sentence)

    def _as_kept(self, draft: Draft) -> Profile:
        """The profile under the name its key is kept under, which may have been typed over."""
        return replace(draft.profile, name=self._draft.profile.name) if self._kept_key else draft.profile

    def _say(self, sentence: str, *, failed: bool = False) -> None:
        self.said.update(sentence)
        self.said.set_class(failed, "-failed")
        self.said.scroll_visible(animate=False)

    # -- The model

    @on(Field.Changed, "#model")
    def _list_models(self) -> None:
        text = self.model.text
        as_it_was = text == self._draft.profile.model or by_id(self._models, text) is not None
        found = self._models if as_it_was else matching(self._models, text)
        self.models.clear_options()
        self.models.add_options(
            Option(Content(one_line(model.id)), id=str(n)) for n, model in enumerate(found[:MODELS_SHOWN])
        )
        self._listed = found
        self._show_models()

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """The list is there while the model is being chosen."""
        if self.focused is self.models and self.models.highlighted is None:
            self.models.action_first()
        self._show_models()

    def _show_models(self) -> None:
        choosing = self.focused is self.model.input or self.focused is self.models
        self.models.display = choosing and bool(self.models.option_count)

    @on(OptionList.OptionSelected, "#models")
    def _model_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.model.text = self._listed[event.option_index].id
        self.model.input.focus()
