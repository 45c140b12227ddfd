"""Finding an earlier prompt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.domain.earlier import EarlierPrompt, EarlierPrompts, words_in
from tui.domain.errors import StoreError
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean
from tui.paths import STYLES
from tui.screens.answering import Dialog
from tui.widgets.prompt_list import PromptList

ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""
PREVIEW_FROM = 22
"""Rows of the terminal from which the whole prompt is shown below the list."""
LONGEST_PREVIEW = 4_000
"""Characters of a prompt that are laid out at most: more than any terminal shows."""


class HistorySearch(Dialog[str | None]):
    """All earlier prompts, newest first. Type to filter; answers with the one that was chosen."""

    CSS_PATH = STYLES / "history_search.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="history.back"),
        Binding("ctrl+r,down,ctrl+j", "move(1)", "Earlier", show=False, priority=True, id="history.earlier"),
        Binding("up,ctrl+k", "move(-1)", "Later", show=False, priority=True, id="history.later"),
        Binding("pagedown", "move_page(1)", "Page down", show=False, priority=True, id="history.page_down"),
        Binding("pageup", "move_page(-1)", "Page up", show=False, priority=True, id="history.page_up"),
    ]

    filter = getters.query_one(Input)
    rows = getters.query_one(PromptList)

    def __init__(self, load: Callable[[], Awaitable[list[EarlierPrompt]]], typed_ahead: Callable[[], str]) -> None:
        """`load` gives the prompts, newest first, and may raise StoreError.

        `typed_ahead` returns what was typed while the dialog was on its way; a line break in it stands for enter.
        """
        super().__init__()
        self._load = load
        self._typed_ahead = typed_ahead
        self._prompts: EarlierPrompts | None = None
        self._words: list[str] = []
        self._early = ""
        self._entered = False
        self._steps = 0

    def compose(self) -> ComposeResult:
        """Filter, list, and the whole of the prompt under the cursor."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Earlier prompts")
            dialog.border_subtitle = _("enter use · ^r further back · esc back")
            yield Input(compact=True, placeholder=_("Filter"))
            yield Static(_("Reading…"), id="state", markup=False)
            yield PromptList()
            yield Static(id="preview", markup=False)

    def on_mount(self) -> None:
        """Take over what was typed by now, and fetch the prompts."""
        self.call_after_refresh(self._take_over)
        self._fetch()

    def _take_over(self) -> None:
        typed, entered, _rest = (self._typed_ahead() + self._early + self.filter.value).partition("\n")
        self.filter.value, self.filter.cursor_position = typed, len(typed)
        self._narrow()
        if entered:
            self._enter()

    def on_key(self, event: events.Key) -> None:
        """Keys that come before the filter has the focus."""
        if isinstance(self.focused, Input):
            return
        if event.key == "enter":
            self._early += "\n"
        elif event.character and event.is_printable:
            self._early += event.character

    def on_resize(self, event: events.Resize) -> None:
        """The list takes the room that filter and preview leave."""
        height = event.size.height
        self.set_class(height < ROOMY_FROM, "-low")
        self.set_class(height < PREVIEW_FROM, "-no-preview")
        room = height * 96 // 100 - (4 if height < ROOMY_FROM else 7)
        preview = 0 if height < PREVIEW_FROM else max(3, room // 3)
        self.query_one("#preview").styles.height = preview
        self.rows.styles.height = max(1, room - preview - (1 if preview else 0))

    @work(group="fetch")
    async def _fetch(self) -> None:
        try:
            prompts = await self._load()
        except StoreError as error:
            self._say(str(error))
            return
        # Rows are there at once; making ten million signs comparable takes a second.
        self._show(prompts, [])
        self._prompts = await asyncio.to_thread(EarlierPrompts, prompts)
        self.filter.placeholder = plural("Filter {n} prompt", "Filter {n} prompts", len(prompts))
        self._narrow()
        if self._entered:
            self.rows.choose()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()

    def _narrow(self) -> None:
        words = words_in(self.filter.value)
        if self._prompts is not None and words != self._words:
            self._words = words
            self._show(self._prompts.with_words(words), words)

    def _show(self, prompts: list[EarlierPrompt], words: list[str]) -> None:
        self.rows.show(prompts, words, time.time())
        self.rows.move(self._steps)
        self._steps = 0
        if prompts:
            self._say("")
            return
        self.query_one("#preview", Static).update("")
        self._say(_("No prompt has these words.") if words else _("Nothing was sent yet."))

    def _say(self, sentence: str) -> None:
        state = self.query_one("#state", Static)
        state.update(sentence)
        state.display = bool(sentence)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._enter()

    def _enter(self) -> None:
        if self._prompts is None:
            self._entered = True  # as soon as there is something to choose from
        else:
            self.rows.choose()

    @on(PromptList.Chosen)
    def _chosen(self, event: PromptList.Chosen) -> None:
        event.stop()
        self.dismiss(event.prompt.text)

    @on(PromptList.Highlighted)
    def _highlighted(self, event: PromptList.Highlighted) -> None:
        event.stop()
        text = event.prompt.text
        shown = clean(text[:LONGEST_PREVIEW])
        self.query_one("#preview", Static).update(shown if len(text) <= LONGEST_PREVIEW else shown + "…")

    def action_move(self, step: int) -> None:
        """To the next or previous prompt."""
        if self._prompts is None and not self.rows.option_count:
            self._steps += step
        self.rows.move(step)

    def action_move_page(self, step: int) -> None:
        """A page down or up."""
        self.rows.move(step * max(1, self.rows.size.height - 1))
