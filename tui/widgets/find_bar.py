"""The line in which is typed what is looked for in the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.widgets.key_line import Hint, key_line

_LEAST_WORDS = 16
"""Cells that the words keep for themselves, before keys are named."""


class _Words(Input):
    """Acts on the keys of the bar in their order: a binding would run when letters after it were typed."""

    async def _on_key(self, event: events.Key) -> None:
        bar = self.parent
        assert isinstance(bar, FindBar)
        if await bar.act_on(event.key):
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)


class FindBar(Horizontal):
    """Out of sight until it is opened. What is typed goes up at once; what was found comes down by `say`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,shift+tab", "land", "Go on reading there", show=False, id="find.land"),
        Binding("down,ctrl+j,f3,ctrl+f", "step(1)", "Next hit", show=False, id="find.next"),
        Binding("up,ctrl+k,shift+f3", "step(-1)", "Hit before", show=False, id="find.previous"),
        Binding("tab", "everywhere", "In all conversations", show=False, id="find.everywhere"),
        Binding("escape", "leave", "Back to where you were", show=False, id="find.leave"),
    ]
    DEFAULT_CSS = """
    FindBar { height: 1; display: none; }
    FindBar.-open { display: block; }
    FindBar Static { width: auto; height: 1; }
    FindBar Input { width: 1fr; }
    """

    words = getters.query_one(_Words)

    @dataclass
    class Typed(Message):
        """Something else is looked for; perhaps nothing."""

        find_bar: FindBar
        text: str

        @property
        def control(self) -> FindBar:
            """The bar."""
            return self.find_bar

    @dataclass
    class Stepped(Message):
        """The next hit is wanted, or the one before."""

        find_bar: FindBar
        by: Literal[1, -1]

        @property
        def control(self) -> FindBar:
            """The bar."""
            return self.find_bar

    @dataclass
    class Left(Message):
        """The user is done: with the hit that is shown, or by going back to where he was."""

        find_bar: FindBar
        landed: bool

        @property
        def control(self) -> FindBar:
            """The bar."""
            return self.find_bar

    @dataclass
    class EverywhereWanted(Message):
        """The same shall be looked for in all conversations."""

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
        yield _Words(compact=True, select_on_focus=False)
        yield Static(id="find-count", markup=False)
        yield Static(id="find-keys", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether the keys are the bar's."""
        return self.has_class("-open")

    def open(self, text: str = "") -> None:
        """Come into sight and take the focus; `text` is replaced by what is typed next."""
        self.add_class("-open")
        self._told = ""
        self.words.value = text
        self.words.action_select_all()
        self.screen.set_focus(self.words)
        self.say("")
        self._tell_words()

    def close(self) -> None:
        """Go out of sight."""
        self.remove_class("-open")

    def type(self, text: str) -> None:
        """Take what was typed before the bar was there; a line break in it stands for enter."""
        typed, entered, _rest = text.partition("\n")
        for character in typed:
            self.words.post_message(events.Key(character, character))
        if entered:
            self.words.post_message(events.Key("enter", None))

    def say(self, count: str, *, missing: bool = False) -> None:
        """Say how many hits there are; `missing` in the colour of an error."""
        self._said, self._missing = one_line(count), missing
        self.set_class(missing, "-missing")
        self._draw()

    async def act_on(self, key: str) -> bool:
        """Do what a key of the bar does; whether it is one."""
        for binding in self.BINDINGS:
            if isinstance(binding, Binding) and key in binding.key.split(","):
                self._tell_words()
                await self.run_action(binding.action)
                return True
        return False

    def action_land(self) -> None:
        """Go on reading at the hit."""
        self.post_message(self.Left(self, landed=True))

    def action_step(self, by: Literal[1, -1]) -> None:
        """To the next hit, or the one before."""
        self.post_message(self.Stepped(self, by))

    def action_everywhere(self) -> None:
        """Look in all conversations."""
        self.post_message(self.EverywhereWanted(self, self.words.value))

    def action_leave(self) -> None:
        """Go back to where the user was."""
        self.post_message(self.Left(self, landed=False))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell_words()

    def _tell_words(self) -> None:
        """Say what is typed by now: before a key acts on it, and once only."""
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
