"""What to do with words that cannot be saved, when the user wants to quit."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from tui.domain.errors import StoreError
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean
from tui.paths import STYLES
from tui.screens.result_screen import Dialog
from tui.services.rescue import Unsaved

LOOK_EVERY = 2.0
"""Seconds between two looks whether it is saved by now."""
ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""
WAIT, SAVE, LOSE = range(3)
"""The answers, in their order."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The app may close."""

    told: str = ""
    """What the user should read in the terminal then."""


class UnsavedDialog(Dialog[Leaving | None]):
    """Offers to wait, to save in another folder, or to lose it. It answers by itself once everything is saved.

    The cursor stands on waiting, and no letter loses anything.
    """

    CSS_PATH = STYLES / "unsaved_dialog.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="unsaved.back"),
        Binding("ctrl+j", "move(1)", "Next answer", show=False, priority=True, id="unsaved.next"),
        Binding("ctrl+k", "move(-1)", "Previous answer", show=False, priority=True, id="unsaved.previous"),
    ]

    answers = getters.query_one(OptionList)
    folder = getters.query_one(Input)

    def __init__(
        self,
        unsaved: Unsaved,
        suggested: Path,
        look: Callable[[], Awaitable[Unsaved]],
        save: Callable[[Path, Unsaved], Awaitable[Path]],
    ) -> None:
        """`look` tries to save once more and says what is left; `save` writes it elsewhere and
        returns the folder; it may raise StoreError.
        """
        super().__init__()
        self._unsaved = unsaved
        self._suggested = suggested
        self._look = look
        self._save = save
        self._saving = False

    def compose(self) -> ComposeResult:
        """What is not saved and why, the answers, the folder."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Not saved")
            dialog.border_subtitle = _("enter choose · tab edit the folder · esc back")
            yield Static(clean(_question(self._unsaved)), id="question", markup=False)
            yield OptionList(
                _("Wait: go back to the chat and keep trying to save"),
                _("Save to the folder below and quit"),
                _("Quit without saving"),
                compact=True,
                markup=False,
            )
            yield Input(str(self._suggested), compact=True, select_on_focus=False)
            yield Static(id="problem", markup=False)

    def on_mount(self) -> None:
        """Stand on the answer that changes nothing."""
        self.answers.highlighted = WAIT
        self.app.clear_notifications()  # they would lie on the question, and say less than it does
        self.set_interval(LOOK_EVERY, self._look_again)

    def on_resize(self, event: events.Resize) -> None:
        """However long the question is, the answers are seen."""
        low = event.size.height < ROOMY_FROM
        self.set_class(low, "-low")
        self.query_one("#question").styles.max_height = max(1, event.size.height * 96 // 100 - (7 if low else 12))

    @work(group="look", exclusive=True)
    async def _look_again(self) -> None:
        if self._saving:
            return
        self._unsaved = await self._look()
        if not self._unsaved:
            self.dismiss(Leaving())

    @on(OptionList.OptionSelected)
    def _answered(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index == WAIT:
            self.dismiss(None)
        elif event.option_index == LOSE:
            self.dismiss(Leaving())
        else:
            self._save_there()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._save_there()

    @work(group="save")
    async def _save_there(self) -> None:
        named = self.folder.value.strip()
        if self._saving or not named:
            return
        self._saving = True
        self._say(_("Saving…"))
        try:
            folder = await self._save(Path(named), self._unsaved)
        except StoreError as error:
            self._say(str(error), failed=True)
            return
        finally:
            self._saving = False
        told = _("Saved in {folder}. To open it, run: {command}")
        command = f"chinwag --data-dir {shlex.quote(str(folder))}"
        self.dismiss(Leaving(told.format(folder=folder, command=command)))

    def _say(self, sentence: str, *, failed: bool = False) -> None:
        self.set_class(failed, "-failed")
        self.query_one("#problem", Static).update(clean(sentence))

    def action_move(self, step: int) -> None:
        """To the other answer."""
        self.answers.focus()
        if step > 0:
            self.answers.action_cursor_down()
        else:
            self.answers.action_cursor_up()


def _question(unsaved: Unsaved) -> str:
    if unsaved.replies and unsaved.drafts:
        said = _("A reply and your draft are not saved.")
    elif unsaved.replies:
        said = plural("A reply is not saved.", "{n} replies are not saved.", unsaved.replies)
    else:
        said = _("Your draft is not saved.")
    return f"{said} {unsaved.why}"
