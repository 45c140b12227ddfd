"""Choosing the model of the next replies."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _, plural
from tui.domain.models import matching
from tui.domain.safe_text import one_line
from tui.paths import STYLES
from tui.screens.result_screen import Dialog
from tui.services.connections import Connection
from tui.widgets.filter_box import FilterBox
from tui.widgets.model_list import MOST_ROWS, ModelList

OTHER_GATEWAY = ""
"""The answer of a user who wants another gateway; no model has an empty id."""


class ModelPicker(Dialog[str | None]):
    """The models of one gateway: the last list at once, a fresh one as soon as it arrives. Any id may be typed."""

    CSS_PATH = STYLES / "model_picker.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+l", "dismiss(None)", "Back", id="models.back"),
        Binding("ctrl+r,f5", "refresh_models", "Fetch the list again", priority=True, id="models.refresh"),
        Binding("shift+f2", "other_gateway", "Choose a gateway", id="models.gateway"),
        Binding("ctrl+x", "forget_learned", "Forget what was learned", show=False, priority=True, id="models.forget"),
    ]

    box = getters.query_one(FilterBox)

    def __init__(self, connection: Connection, current: str) -> None:
        """`current` is the exact id of the model in use, or empty."""
        super().__init__()
        self._connection = connection
        self._current = current
        owner = _("tiny demo model") if connection.profile.is_demo else ""
        self.rows = ModelList(current, owner=owner)
        self._details = Static(id="details", markup=False)

    def compose(self) -> ComposeResult:
        """Filter, list, how fresh it is, and what was learned about the model under the cursor."""
        keys = [("enter", _("use")), ("shift+f2", _("gateways")), ("ctrl+r", _("refresh")), ("esc", _("back"))]
        rows = self.rows
        yield FilterBox(_("Choose a model"), rows, rows.move, self._details, keys=keys, scroller=rows.options)

    def on_mount(self) -> None:
        """Show the list that is here, and ask for a fresh one."""
        self._details.display = False
        self._show(keep=self._current)
        self.action_refresh_models()

    def on_resize(self, event: events.Resize) -> None:
        """The list takes the room that the rest leaves."""
        self.box.fit(event.size)

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        self._show()

    @on(FilterBox.Entered)
    def _entered(self, event: FilterBox.Entered) -> None:
        event.stop()
        self.rows.choose()

    @on(ModelList.Chosen)
    def _chosen(self, event: ModelList.Chosen) -> None:
        event.stop()
        self.dismiss(event.model_id)

    @on(ModelList.Highlighted)
    def _highlighted(self, event: ModelList.Highlighted) -> None:
        event.stop()
        self._show_details(event.model_id)

    def action_forget_learned(self) -> None:
        """Ask the model under the cursor again as if nothing had been refused."""
        if (model_id := self.rows.chosen_id) is not None:
            self._connection.forget_learned(model_id)
            self._show_details(model_id)

    def action_other_gateway(self) -> None:
        """Leave the choice to the list of gateways."""
        self.dismiss(OTHER_GATEWAY)

    @work(group="models", exclusive=True)
    async def action_refresh_models(self) -> None:
        """Ask the gateway for its models. When that fails, the last list stays, and the reason is shown."""
        self.box.say(_("Loading the models of {gateway}…").format(gateway=one_line(self._connection.label, 40)))
        problem = ""
        try:
            await self._connection.list_models()
        except ChinwagError as error:
            problem = one_line(str(error), 400)
        if self.display:  # not while the widgets are being removed
            self.box.say(problem or self._summary(), "$error" if problem else "$muted")
            self._show(keep=self.rows.chosen_id or self._current)

    def _show(self, keep: str = "") -> None:
        typed = self.box.text.strip()
        models = self._connection.models
        self.box.input.placeholder = (
            plural("Filter {n} model, or type a name", "Filter {n} models, or type a name", len(models))
            if models
            else _("Type the name of a model")
        )
        self.rows.show(matching(models, typed), typed, keep)
        self.box.set_total(min(len(models), MOST_ROWS) + 1, below=1)

    def _show_details(self, model_id: str) -> None:
        details = self._details
        learned = self._connection.learned_about(model_id)
        details.display = bool(learned)
        if learned:
            details.update(
                Content.assemble(
                    (" ".join(learned) + "  ", "$muted"), ("ctrl+x", "$accent"), (" " + _("forget"), "$muted")
                )
            )

    def _summary(self) -> str:
        gateway = one_line(self._connection.label, 40)
        if not self._connection.models:
            return _("{gateway} lists no models. Type a name and press enter.").format(gateway=gateway)
        if self._connection.profile.is_demo:
            return _("The built-in demo model. Press shift+f2 for a gateway with other models.")
        return _("{models} from {gateway}").format(
            models=plural("{n} model", "{n} models", len(self._connection.models)), gateway=gateway
        )
