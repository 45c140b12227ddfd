"""The dialog of the first run: where a gateway is, and its key."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Button, Static

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.domain.settings import KeySource
from tui.paths import STYLES
from tui.screens.gateway_fields import Check, Draft, address_field
from tui.screens.result_screen import Dialog
from tui.services.profiles import host_of
from tui.widgets.fields import Field, Form, OneWordInput


class GatewayDialog(Dialog[Draft | None]):
    """Asks for address and key, tries them, and answers once the gateway does. It stores nothing."""

    CSS_PATH = STYLES / "onboarding.tcss"
    AUTO_FOCUS = ""
    KEYS_END_HERE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="gateway.back"),
    ]

    address = getters.query_one("#address", Field)
    key = getters.query_one("#key", Field)
    said = getters.query_one("#said", Static)
    anyway = getters.query_one("#anyway", Button)

    def __init__(self, title: str, draft: Draft, check: Check, *, shown_key: str = "", problem: str = "") -> None:
        super().__init__()
        self._title = title
        self._draft = draft
        self._check = check
        self._shown_key = shown_key
        self._problem = problem

    def compose(self) -> ComposeResult:
        """Two lines, and what the gateway says."""
        profile = self._draft.profile
        with Form(classes="dialog") as form:
            form.border_title = self._title
            form.border_subtitle = _("enter test and save · tab next · esc back")
            yield address_field(profile.base_url)
            if profile.key.kind == "env":
                found = _("from {variable}: {key}; or type another").format(
                    variable=profile.key.where, key=self._shown_key
                )
            else:
                found = _("leave empty if the gateway needs none")
            yield Field(_("Key"), self._draft.key, str.strip, placeholder=found, password=True, id="key")
            yield Static(id="said", markup=False)
            yield Button(_("Save it anyway"), id="anyway", compact=True)

    def on_mount(self) -> None:
        """Start at the first empty line; a gateway whose key was found is tested at once."""
        self.anyway.display = False
        (self.key if self.address.text else self.address).input.focus()
        if self._problem:
            self._failed(self._problem)
        elif self._draft.profile.key.kind == "env":
            self._try()

    def _typed(self) -> Draft | None:
        """What is typed, or None after the field that is wrong got the focus."""
        if not self.address.check():
            self.address.input.focus()
            return None
        profile, key = self._draft.profile, self.key.value
        address = self.address.value
        source = KeySource("file") if key else profile.key if profile.key.kind == "env" else KeySource()
        return Draft(replace(profile, name=profile.name or host_of(address), base_url=address, key=source), key)

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        """What was said counts for other words."""
        event.stop()
        self.workers.cancel_group(self, "try")
        self.said.update("")
        self.anyway.display = False

    @on(Field.Entered)
    def _entered(self, event: Field.Entered) -> None:
        event.stop()
        if not self.key.text:
            self.key.input.focus()  # a key that was copied together with the address comes next
        self._try()

    @on(OneWordInput.Surplus)
    def _pasted_more(self, event: OneWordInput.Surplus) -> None:
        """Take what came with the address for the key."""
        event.stop()
        self.key.text = event.text
        self.key.input.focus()

    @work(group="try", exclusive=True)
    async def _try(self) -> None:
        if (draft := self._typed()) is None:
            return
        self.anyway.display = False
        self.said.remove_class("-failed")
        self.said.update(_("Testing {host}…").format(host=one_line(host_of(draft.profile.base_url))))
        try:
            found = await self._check(draft.profile, draft.key or None)
        except ChinwagError as error:
            self._failed(one_line(str(error), 500))
            return
        self.app.notify(f"✓ {found.sentence}", title=one_line(draft.profile.name))
        self.dismiss(draft)

    def _failed(self, sentence: str) -> None:
        self.said.update(sentence + "\n" + _("Change the address or the key and press enter, or:"))
        self.said.add_class("-failed")
        self.anyway.display = True

    @on(Button.Pressed, "#anyway")
    def _use_anyway(self, event: Button.Pressed) -> None:
        event.stop()
        if (draft := self._typed()) is not None:
            self.dismiss(draft)
