"""Choosing the model of the next replies."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _, plural
from tui.domain.models import matching
from tui.domain.safe_text import one_line
from tui.paths import STYLES
from tui.screens.answering import Dialog
from tui.services.connections import Connection
from tui.widgets.model_list import MOST_ROWS, ModelList

ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""


OTHER_GATEWAY = ""
"""The answer of a user who wants another gateway; no model has an empty id."""


class ModelPicker(Dialog[str | None]):
    """The models of one gateway: the last list at once, a fresh one as soon as it arrives. Any id may be typed."""

    CSS_PATH = STYLES / "model_picker.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+l", "dismiss(None)", "Back", id="models.back"),
        Binding("down,ctrl+j", "move(1)", "Next model", show=False, priority=True, id="models.next"),
        Binding("up,ctrl+k", "move(-1)", "Previous model", show=False, priority=True, id="models.previous"),
        Binding("pagedown", "move_page(1)", "Page down", show=False, priority=True, id="models.page_down"),
        Binding("pageup", "move_page(-1)", "Page up", show=False, priority=True, id="models.page_up"),
        Binding("ctrl+r,f5", "refresh_models", "Fetch the list again", priority=True, id="models.refresh"),
        Binding("shift+f2", "other_gateway", "Choose a gateway", id="models.gateway"),
        Binding("ctrl+x", "forget_learned", "Forget what was learned", show=False, priority=True, id="models.forget"),
    ]

    filter = getters.query_one(Input)
    rows = getters.query_one(ModelList)

    def __init__(self, connection: Connection, current: str) -> None:
        """`current` is the exact id of the model in use, or empty."""
        super().__init__()
        self._connection = connection
        self._current = current
        self._room = 1

    def compose(self) -> ComposeResult:
        """Filter, list, and a line that says how fresh the list is."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Choose a model")
            dialog.border_subtitle = _("enter use · shift+f2 another gateway · ^r refresh · esc back")
            yield Input(compact=True)
            demo = self._connection.profile.is_demo
            yield ModelList(self._current, owner=_("tiny demo model") if demo else "")
            yield Static(id="details", markup=False)
            yield Static(id="state", markup=False)

    def on_mount(self) -> None:
        """Show the list that is here, and ask for a fresh one."""
        self.query_one("#details").display = False
        self._show(keep=self._current)
        self.action_refresh_models()

    def on_resize(self, event: events.Resize) -> None:
        """The list takes the room that the rest leaves."""
        low = event.size.height < ROOMY_FROM
        self.set_class(low, "-low")
        self._room = event.size.height * 96 // 100 - (5 if low else 10)
        self._fit()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
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

    def action_move(self, step: int) -> None:
        """To the next or previous model."""
        self.rows.move(step)

    def action_move_page(self, step: int) -> None:
        """A page down or up."""
        self.rows.move_page(step)

    @work(group="models", exclusive=True)
    async def action_refresh_models(self) -> None:
        """Ask the gateway for its models. When that fails, the last list stays, and the reason is shown."""
        self._say(_("Asking {gateway} for its models…").format(gateway=one_line(self._connection.label, 40)))
        problem = ""
        try:
            await self._connection.list_models()
        except ChinwagError as error:
            problem = one_line(str(error), 400)
        if self.display:  # not while the widgets are being removed
            self._say(problem or self._summary(), "$error" if problem else "$muted")
            self._show(keep=self.rows.chosen_id or self._current)

    def _show(self, keep: str = "") -> None:
        typed = self.filter.value.strip()
        models = self._connection.models
        self.filter.placeholder = (
            plural("Filter {n} model, or type a name", "Filter {n} models, or type a name", len(models))
            if models
            else _("Type the name of a model")
        )
        self.rows.show(matching(models, typed), typed, keep)
        self._fit()

    def _fit(self) -> None:
        """The height is that of the whole list, so that nothing jumps while one types."""
        rows = min(len(self._connection.models), MOST_ROWS) + 1
        self.rows.options.styles.height = max(1, min(rows, self._room))

    def _show_details(self, model_id: str) -> None:
        details = self.query_one("#details", Static)
        learned = self._connection.learned_about(model_id)
        details.display = bool(learned)
        if learned:
            details.update(
                Content.assemble(
                    (" ".join(learned) + "  ", "$muted"), ("ctrl+x", "$accent"), (" " + _("forget this"), "$muted")
                )
            )

    def _say(self, sentence: str, style: str = "$muted") -> None:
        self.query_one("#state", Static).update(Content.styled(sentence, style))

    def _summary(self) -> str:
        gateway = one_line(self._connection.label, 40)
        if not self._connection.models:
            return _("{gateway} lists no models. Type a name and press enter.").format(gateway=gateway)
        if self._connection.profile.is_demo:
            return _("The one model that comes along. For a real one, shift+f2 chooses a gateway.")
        return _("{models} from {gateway}").format(
            models=plural("{n} model", "{n} models", len(self._connection.models)), gateway=gateway
        )
