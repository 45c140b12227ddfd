"""The line in which is typed what is looked for in the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.widgets.key_line import Hint, key_line

_LEAST_WORDS = 16
"""Cells that the words keep for themselves, before keys are named."""


class FindBar(Horizontal):
    """Out of sight until it is opened. What is typed goes up at once; what was found comes down by `say`."""

    DEFAULT_CSS = """
    FindBar { height: 1; display: none; }
    FindBar.-open { display: block; }
    FindBar Static { width: auto; height: 1; }
    FindBar Input { width: 1fr; }
    """

    words = getters.query_one(Input)

    @dataclass
    class Typed(Message):
        """Something else is looked for; perhaps nothing."""

        find_bar: FindBar
        text: str

        @property
        def control(self) -> FindBar:
            """The bar."""
            return self.find_bar

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        """The words that were told last."""
        self._said = ""
        self._missing = False

    def compose(self) -> ComposeResult:
        """The word, what is typed, the count, the keys."""
        yield Static(_("find:") + " ", id="find-word")
        yield Input(compact=True, select_on_focus=False)
        yield Static(id="find-count", markup=False)
        yield Static(id="find-keys", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether the keys are the bar's."""
        return self.has_class("-open")

    def open(self, text: str = "") -> None:
        """Come into sight; `text` is replaced by what is typed next."""
        self.add_class("-open")
        self._told = ""
        self.words.value = text
        self.words.action_select_all()
        self.say("")
        self._tell_words()

    def close(self) -> None:
        """Go out of sight."""
        self.remove_class("-open")

    def say(self, count: str, *, missing: bool = False) -> None:
        """Say how many hits there are; `missing` in the colour of an error."""
        self._said, self._missing = one_line(count), missing
        self.set_class(missing, "-missing")
        self._draw()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell_words()

    def _tell_words(self) -> None:
        """Say what is typed by now, once only."""
        if self.is_open and self._told != self.words.value:
            self._told = self.words.value
            self.post_message(self.Typed(self, self._told))

    def on_resize(self, event: events.Resize) -> None:
        """As many keys are named as there is room for."""
        self._draw()

    def _draw(self) -> None:
        style = "$error" if self._missing else "$muted"
        self.query_one("#find-count", Static).update(Content.styled(f"  {self._said}" if self._said else "", style))
        room = self.content_size.width - cell_len(self._said) - len(_("find:")) - 3 - _LEAST_WORDS
        keys = key_line(room, self._hints(), []).rstrip() if room > 0 else Content()
        self.query_one("#find-keys", Static).update(Content("   ") + keys if keys else keys)

    def _hints(self) -> Sequence[Hint]:
        return [("esc", _("back")), ("enter", _("read")), ("↓↑", _("step")), ("tab", _("in all"))]
