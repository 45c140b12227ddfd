"""Finding an earlier prompt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.domain.earlier import EarlierPrompt, EarlierPrompts, words_in
from tui.domain.errors import StoreError
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean
from tui.paths import STYLES
from tui.screens.result_screen import Dialog
from tui.widgets.filter_box import FilterBox
from tui.widgets.key_gate import HOLDS_KEYS
from tui.widgets.prompt_list import PromptList

PREVIEW_FROM = 22
"""Rows of the terminal from which the whole prompt is shown below the list."""
LONGEST_PREVIEW = 4_000
"""Characters of a prompt that are laid out at most: more than any terminal shows."""


class HistorySearch(Dialog[str | None]):
    """All earlier prompts, newest first. Type to filter; dismissed with the one that was chosen."""

    CSS_PATH = STYLES / "history_search.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="history.back"),
        Binding("ctrl+r", "earlier", "Earlier", show=False, priority=True, id="history.earlier"),
    ]

    box = getters.query_one(FilterBox)

    def __init__(self, load: Callable[[], Awaitable[list[EarlierPrompt]]]) -> None:
        """`load` returns the prompts, newest first, and may raise StoreError."""
        super().__init__()
        self._load = load
        self._rows = PromptList()
        self._preview = Static(id="preview", markup=False)
        self._prompts: EarlierPrompts | None = None
        self._words: list[str] = []
        self._total = 1
        """Prompts, whatever the filter leaves of them."""
        self._entered = False
        """Enter was pressed before the prompts could be filtered."""

    def compose(self) -> ComposeResult:
        """Filter, list, and the whole of the prompt under the cursor."""
        keys = [("enter", _("use")), ("ctrl+r", _("earlier")), ("esc", _("back"))]
        yield FilterBox(_("Earlier prompts"), self._rows, self._rows.move, self._preview, keys=keys)

    def on_mount(self) -> None:
        """Fetch the prompts."""
        self.box.input.placeholder = _("Filter")
        self.box.say(_("Reading…"))
        self._fetch()

    def on_resize(self, event: events.Resize) -> None:
        """The list takes the room that filter and preview leave."""
        self.box.fit(event.size)
        self._fit()

    def _fit(self) -> None:
        height = self.size.height
        shown = height >= PREVIEW_FROM
        self._preview.display = shown
        self._preview.styles.height = height // 4
        self.box.set_total(self._total, below=height // 4 if shown else 0)

    @work(group="fetch", name=HOLDS_KEYS)
    async def _fetch(self) -> None:
        try:
            prompts = await self._load()
        except StoreError as error:
            self.box.say(str(error))
            return
        self._show(prompts)
        self._prepare(prompts)

    @work(group="prepare")
    async def _prepare(self, prompts: list[EarlierPrompt]) -> None:
        """Make the prompts comparable: with ten million characters that takes a second."""
        self._prompts = await asyncio.to_thread(EarlierPrompts, prompts)
        self.box.input.placeholder = plural("Filter {n} prompt", "Filter {n} prompts", len(prompts))
        self._narrow()
        if self._entered:
            self._rows.choose()

    @on(FilterBox.Changed)
    def _typed(self, event: FilterBox.Changed) -> None:
        event.stop()
        self._narrow()

    def _narrow(self) -> None:
        words = words_in(self.box.text)
        if self._prompts is not None and words != self._words:
            self._words = words
            self._show(self._prompts.with_words(words))

    def _show(self, prompts: list[EarlierPrompt]) -> None:
        self._rows.show(prompts, self._words, time.time())
        if not self._words:
            self._total = len(prompts)
            self._fit()
        if prompts:
            self.box.say("")
            return
        self._preview.update("")
        self.box.say(_("No prompt has these words.") if self._words else _("No prompts yet."))

    @on(FilterBox.Entered)
    def _enter(self, event: FilterBox.Entered) -> None:
        event.stop()
        if self._prompts is None:
            self._entered = True
        else:
            self._rows.choose()

    @on(PromptList.Chosen)
    def _chosen(self, event: PromptList.Chosen) -> None:
        event.stop()
        self.dismiss(event.prompt.text)

    @on(PromptList.Highlighted)
    def _highlighted(self, event: PromptList.Highlighted) -> None:
        event.stop()
        text = event.prompt.text
        shown = clean(text[:LONGEST_PREVIEW])
        self._preview.update(shown if len(text) <= LONGEST_PREVIEW else shown + "…")

    def action_earlier(self) -> None:
        """Move to the next earlier prompt."""
        self._rows.move(1)
