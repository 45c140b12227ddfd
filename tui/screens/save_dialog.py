"""The dialog that saves something to a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.paths import STYLES
from tui.screens.result_screen import Dialog
from tui.services.export.saving import Format, Saved

Suffix = TypeVar("Suffix", bound=str)
"""A format, by the suffix of its file."""

NAME_CELLS = 8
ROOMY_FROM = 14
"""Rows of the terminal from which there is room for margins."""


def conversation_formats() -> dict[Format, tuple[str, str]]:
    """Return the formats of a conversation, each with its name and what it is good for."""
    return {
        Format.MARKDOWN: (_("Markdown"), _("to read, and for other programs")),
        Format.JSON: (_("JSON"), _("complete, to import again")),
        Format.HTML: (_("HTML"), _("a web page, to show or to print")),
    }


class SaveDialog(Dialog[Saved | None], Generic[Suffix]):
    """Asks for the format and the file, and closes once it is written; a failure is shown in the dialog.

    Each of the `formats` has a name, and words for what it is good for; a single one is not asked for.
    """

    CSS_PATH = STYLES / "save_dialog.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="save.back"),
        Binding("down,ctrl+j,tab", "move(1)", "Next format", show=False, priority=True, id="save.next"),
        Binding("up,ctrl+k,shift+tab", "move(-1)", "Previous format", show=False, priority=True, id="save.previous"),
    ]

    formats = getters.query_one(OptionList)
    place = getters.query_one(Input)
    said = getters.query_one("#said", Static)

    def __init__(
        self,
        suggested: Path,
        save: Callable[[Suffix, Path], Awaitable[Saved]],
        formats: Mapping[Suffix, tuple[str, str]],
        title: str,
    ) -> None:
        super().__init__()
        self._suggested = suggested
        self._save = save
        self._formats = formats
        self._title = title

    def compose(self) -> ComposeResult:
        """The formats, the path, and what was wrong with it."""
        with Vertical(classes="dialog") as dialog:
            several = len(self._formats) > 1
            dialog.border_title = self._title
            dialog.border_subtitle = _("enter save · ↑ ↓ format · esc back") if several else _("enter save · esc back")
            rows = (
                Content.assemble((f"{name:<{NAME_CELLS}}  ", "bold $foreground"), (what, "$muted"))
                for name, what in self._formats.values()
            )
            formats = OptionList(*map(Option, rows), compact=True, markup=False)
            formats.can_focus = False  # what is typed goes into the path
            formats.display = several
            yield formats
            yield Input(_shown(self._suggested), compact=True, select_on_focus=False)
            yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Begin with the first format."""
        self.formats.highlighted = 0

    def on_resize(self) -> None:
        """Low terminals have no margins."""
        self.set_class(self.size.height < ROOMY_FROM, "-low")

    def action_move(self, step: int) -> None:
        """To the next or previous format."""
        self.formats.highlighted = ((self.formats.highlighted or 0) + step) % len(self._formats)

    @on(OptionList.OptionHighlighted)
    def _format_changed(self, event: OptionList.OptionHighlighted) -> None:
        """The name ends as the format does."""
        event.stop()
        stem, dot, suffix = self.place.value.rpartition(".")
        if dot and suffix in self._formats:
            self.place.value = f"{stem}.{self._format}"
            self.place.cursor_position = len(self.place.value)

    @on(OptionList.OptionSelected)
    def _format_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """What was said counts for another path."""
        event.stop()
        self.remove_class("-said")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if typed := event.value.strip():
            self._write(Path(typed))
        else:
            self._say(_("Enter a file name."))

    @work(group="save", exclusive=True)
    async def _write(self, path: Path) -> None:
        try:
            saved = await self._save(self._format, path)
        except ChinwagError as error:
            self._say(one_line(str(error), 500))
        else:
            self.dismiss(saved)

    def _say(self, sentence: str) -> None:
        self.said.update(sentence)
        self.add_class("-said")

    @property
    def _format(self) -> Suffix:
        return list(self._formats)[self.formats.highlighted or 0]


def _shown(path: Path) -> str:
    """A path as people write it."""
    home = Path.home()
    return str(Path("~", path.relative_to(home)) if path.is_relative_to(home) else path)
