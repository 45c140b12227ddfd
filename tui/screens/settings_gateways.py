"""Settings: the gateways."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.errors import ChinwagError, SettingsError
from tui.domain.i18n import _, plural
from tui.domain.models import ModelInfo
from tui.domain.safe_text import one_line
from tui.domain.settings import KeySource, Profile
from tui.screens.gateway_editor import GatewayEditor
from tui.screens.gateway_fields import Draft
from tui.screens.settings_page import SettingsPage
from tui.screens.settings_parameters import option_label
from tui.services.profiles import Checked, Gateways, Removed, short_address
from tui.services.services import Services
from tui.widgets.fields import cut
from tui.widgets.key_line import Hint

NAME_CELLS, ADDRESS_CELLS, KEY_CELLS = 16, 30, 14
"""Widths of the columns of a row; the last one has the rest."""
LABEL_CELLS = 13


class GatewaysPage(SettingsPage):
    """The saved gateways, one line each, and what is known of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "test", "Test", id="gateways.test"),
        Binding("u,space", "use", "Use", id="gateways.use"),
        Binding("ctrl+x", "remove", "Remove", id="gateways.remove"),
        Binding("ctrl+z", "undo", "Undo", id="gateways.undo"),
    ]

    rows = getters.query_one("#gateway-rows", OptionList)
    details = getters.query_one("#gateway-details", Static)
    run = getters.query_one("#gateway-run", Static)

    def __init__(self, services: Services, gateways: Gateways) -> None:
        super().__init__(id="gateways")
        self._services = services
        self._gateways = gateways
        self._answers: dict[str, Checked | str] = {}
        """The result of the last test of each gateway: its models, or why it failed."""
        self._keys: dict[str, str] = {}
        self._removed: list[Removed] = []
        self.chosen: Profile | None = None
        """The gateway that the user said to use, or that was changed while in use."""

    def compose(self) -> ComposeResult:
        """The rows, the details under them, and what is in use without being one of them."""
        yield OptionList(id="gateway-rows", markup=False, compact=True)
        yield Static(id="gateway-details", markup=False)
        yield Static(id="gateway-run", markup=False)

    def on_mount(self) -> None:
        """Read the keys' last characters."""
        self._fill()
        self._look_up_keys()

    def on_resize(self, _event: events.Resize) -> None:
        """Rows are laid out for the width."""
        self._fill()

    def hints(self) -> Sequence[Hint]:
        """Return the keys of this page."""
        return [
            ("n", _("new")),
            ("enter", _("edit")),
            ("t", _("test")),
            ("u", _("use")),
            ("ctrl+x", _("remove")),
        ]

    # -- What is shown

    @property
    def highlighted(self) -> Profile | None:
        """The gateway under the cursor."""
        profiles, at = self._gateways.profiles, self.rows.highlighted
        return profiles[at] if at is not None and at < len(profiles) else None

    def _fill(self, to: str = "") -> None:
        profiles = self._gateways.profiles
        wanted = to or (self.highlighted.name if self.highlighted else "")
        place = self.rows.highlighted or 0
        self.rows.clear_options()
        self.rows.add_options([Option(self._row(profile)) for profile in profiles])
        names = [profile.name for profile in profiles]
        if names:
            self.rows.highlighted = names.index(wanted) if wanted in names else min(place, len(names) - 1)
        self._show_details()
        self._show_run()

    def _row(self, profile: Profile) -> Content:
        answer = self._answers.get(profile.name)
        in_use = profile == self._gateways.current
        mark, colour = ("●", "$success") if in_use else ("○", "$muted")
        if isinstance(answer, str):
            mark, colour = "✗", "$error"
        width = self.rows.scrollable_content_region.width
        room = width - NAME_CELLS - 4
        parts: list[str | tuple[str, str]] = [
            (f"{mark} ", colour),
            (cut(one_line(profile.name), NAME_CELLS), "bold $foreground" if in_use else "$foreground"),
        ]
        if room >= 10:
            parts += [" ", (cut(short_address(one_line(profile.base_url)), min(room, ADDRESS_CELLS)), "$muted")]
        if room > ADDRESS_CELLS + KEY_CELLS:
            parts += [" ", (cut(self._keys.get(profile.name, ""), KEY_CELLS), "$muted")]
        left = Content.assemble(*parts)
        if isinstance(answer, Checked) and width - left.cell_length > 24:
            models = plural("{n} model", "{n} models", len(answer.models))
            left = Content.assemble(left, (f" {models}  {answer.milliseconds} ms", "$success"))
        return left

    def _show_details(self) -> None:
        profile = self.highlighted
        if profile is None:
            self.details.update(_("No gateways yet. Press n to add one."))
            return
        answer = self._answers.get(profile.name)
        rows = [
            (_("Address"), one_line(profile.base_url)),
            (_("Key"), _key_and_source(self._keys.get(profile.name, ""), profile.key)),
            (_("Model"), one_line(profile.model) or _("first listed model")),
            (_("Streaming"), _("on") if profile.stream else _("off")),
        ]
        rows += [(option_label(name), f"{value:g}") for name, value in profile.options.as_dict().items()]
        width = max(LABEL_CELLS + 8, self.details.container_size.width - 2)
        lines = [
            Content.assemble((cut(label, LABEL_CELLS), "$muted"), (value, "$foreground")).truncate(width, ellipsis=True)
            for label, value in rows
        ]
        if isinstance(answer, Checked):
            lines += [Content(""), Content.styled("✓ " + answer.sentence, "$success")]
        elif answer:
            lines += [Content(""), Content.styled(answer, "$error")]
        self.details.update(Content("\n").join(lines))

    def _show_run(self) -> None:
        profile = self._in_use
        self.run.display = profile is not None and not self._gateways.holds(profile)
        if profile is not None:
            name = _("tiny demo model") if profile.is_demo else one_line(profile.name)
            where = _("on this machine") if profile.is_local else one_line(profile.base_url)
            self.run.update(_("In use for this run: {name}, {where}").format(name=name, where=where))

    @property
    def _in_use(self) -> Profile | None:
        connection = self._services.connections.current
        return None if connection is None else connection.profile

    @on(OptionList.OptionHighlighted, "#gateway-rows")
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_details()

    @work(group="keys", exclusive=True)
    async def _look_up_keys(self) -> None:
        for profile in self._gateways.profiles:
            self._keys[profile.name] = await self._gateways.shown_key(profile)
        self._fill()

    # -- What is done

    @on(OptionList.OptionSelected, "#gateway-rows")
    def _opened(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (profile := self.highlighted) is not None:
            self._edit(profile)

    def add(self) -> None:
        """Ask for a new gateway."""
        self._edit(None)

    @work(group="edit", exclusive=True)
    async def _edit(self, before: Profile | None) -> None:
        kept = ""
        if before is not None and before.key.kind == "file":
            kept = await self._gateways.shown_key(before)
        draft: Draft | None = Draft(before or Profile("", "", KeySource("file")))
        problem = ""
        while True:
            assert draft is not None
            draft = await self.app.push_screen_wait(
                GatewayEditor(
                    draft,
                    self._gateways.check,
                    title=_("New gateway") if before is None else one_line(before.name),
                    taken=[known.name for known in self._gateways.profiles if known != before],
                    kept_key=kept,
                    models=self._models_of(before),
                    problem=problem,
                )
            )
            if draft is None:
                return
            name = before.name if before else ""
            was_in_use = before is not None and before in (self._gateways.current, self._in_use)
            try:
                await self._gateways.save(draft.profile, draft.key, instead_of=name)
            except SettingsError as error:
                problem = str(error)
                if draft.profile not in self._gateways.profiles:
                    continue  # the key could not be kept: nothing typed is lost
                self.post_message(self.Said(self, problem, failed=True))
            else:
                self.post_message(self.Said(self, _("Saved.")))
            break
        if was_in_use or len(self._gateways.profiles) == 1:
            self.chosen = draft.profile
        self._answers.pop(name, None)
        self._fill(draft.profile.name)
        self._look_up_keys()
        self._test(draft.profile)

    def _models_of(self, profile: Profile | None) -> tuple[ModelInfo, ...]:
        if profile is None:
            return ()
        answer = self._answers.get(profile.name)
        return answer.models if isinstance(answer, Checked) else tuple(self._services.connections.to(profile).models)

    def action_test(self) -> None:
        """Test the gateway under the cursor."""
        if (profile := self.highlighted) is not None:
            self._test(profile)

    @work(group="test")
    async def _test(self, profile: Profile) -> None:
        self.post_message(self.Said(self, _("Testing {name}…").format(name=one_line(profile.name))))
        try:
            self._answers[profile.name] = await self._gateways.check(profile)
        except ChinwagError as error:
            self._answers[profile.name] = one_line(str(error), 500)
        self.post_message(self.Said(self, ""))
        self._fill()

    @work(group="change")
    async def action_use(self) -> None:
        """Use the gateway under the cursor from now on."""
        profile = self.highlighted
        if profile is None:
            return
        self.chosen = profile
        await self._saved(self._gateways.use(profile.name))
        self._fill()

    @work(group="change")
    async def action_remove(self) -> None:
        """Take the gateway under the cursor off the list."""
        profile = self.highlighted
        if profile is None:
            return
        try:
            removed = await self._gateways.remove(profile.name)
        except SettingsError as error:
            self.post_message(self.Said(self, str(error), failed=True))
        else:
            if removed is not None:
                self._removed.append(removed)
                said = _("{name} was removed. ctrl+z brings it back.").format(name=one_line(profile.name))
                self.post_message(self.Said(self, said))
        if profile == self.chosen:
            self.chosen = None
        self._fill()

    @work(group="change")
    async def action_undo(self) -> None:
        """Bring back what was removed last."""
        if not self._removed:
            self.post_message(self.Said(self, _("There is nothing to undo.")))
            return
        removed = self._removed.pop()
        profile = replace(removed.profile, name=self._gateways.free_name(removed.profile.name))
        if not await self._saved(self._gateways.put_back(replace(removed, profile=profile))) and (
            profile not in self._gateways.profiles
        ):
            self._removed.append(removed)
        self._fill(profile.name)
        self._look_up_keys()

    async def _saved(self, saving: Awaitable[None]) -> bool:
        """Wait for it, and say why where it failed."""
        try:
            await saving
        except SettingsError as error:
            self.post_message(self.Said(self, str(error), failed=True))
            return False
        self.post_message(self.Said(self, ""))
        return True


def _key_and_source(shown: str, source: KeySource) -> str:
    match source.kind:
        case "env":
            return _("{key}, from {variable}").format(key=shown, variable=one_line(source.where))
        case "file":
            return _("{key}, saved by chinwag").format(key=shown)
    return shown
