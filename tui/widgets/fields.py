"""What forms are made of: a line of text that is checked as it is typed, and a choice between words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.domain.errors import SettingsError
from tui.domain.i18n import _

FIELD_KEYS: Sequence[BindingType] = (
    Binding("down", "app.focus_next", "Next field", show=False, id="form.next"),
    Binding("up", "app.focus_previous", "Previous field", show=False, id="form.previous"),
)
"""Bindings of whatever holds fields below each other."""


class OneWordInput(Input):
    """A line for text without spaces. A paste of several words is split: the first goes into the line."""

    @dataclass
    class Surplus(Message):
        """There was more than one word in a paste. What is left over may be a secret."""

        input: OneWordInput
        text: str

        @property
        def control(self) -> OneWordInput:
            """The line."""
            return self.input

    def _on_paste(self, event: events.Paste) -> None:
        first, *others = event.text.split() or [""]
        super()._on_paste(events.Paste(first))
        event.prevent_default()
        event.stop()
        if others:
            self.post_message(self.Surplus(self, " ".join(others)))


class Field(Vertical):
    """A label, a line of input, and one sentence under it when what is typed cannot be used."""

    error: reactive[str] = reactive("")
    """Why the text is no value; empty while it is one."""

    @dataclass
    class Changed(Message):
        """Something was typed."""

        field: Field

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    @dataclass
    class Entered(Message):
        """Enter was pressed in the line."""

        field: Field

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    input = getters.query_one(Input)
    note = getters.query_one(".note", Static)

    def __init__(
        self,
        label: str,
        text: str,
        parse: Callable[[str], Any],
        *,
        hint: str = "",
        placeholder: str = "",
        password: bool = False,
        one_word: bool = False,
        id: str | None = None,  # noqa: A002, Textual's name
    ) -> None:
        super().__init__(id=id, classes="field")
        self._label = label
        self._text = text
        self._parse = parse
        self._hint = hint
        self._placeholder = placeholder
        self._password = password
        self._input_class = OneWordInput if one_word else Input

    def compose(self) -> ComposeResult:
        """Label and input on one line, the note under them."""
        with Horizontal(classes="row"):
            yield Static(self._label, classes="label", markup=False)
            yield self._input_class(
                self._text,
                placeholder=self._placeholder,
                password=self._password,
                select_on_focus=False,
                compact=True,
            )
        yield Static(self._hint, classes="note", markup=False)

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self.input.value

    @text.setter
    def text(self, text: str) -> None:
        self.input.value = text

    @property
    def valid(self) -> bool:
        """Whether the text is a value."""
        try:
            self.value  # noqa: B018, the property raises
        except SettingsError:
            return False
        return True

    @property
    def value(self) -> Any:
        """What the text means; SettingsError when it means nothing."""
        return self._parse(self.input.value)

    def check(self) -> bool:
        """Say what is wrong, if something is."""
        try:
            self.value  # noqa: B018, the property raises
        except SettingsError as error:
            self.error = str(error)
        else:
            self.error = ""
        return not self.error

    def watch_error(self, error: str) -> None:
        """The sentence takes the place of the hint."""
        if self.is_mounted:
            self.set_class(bool(error), "-wrong")
            self.note.update(error or self._hint)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._text:  # the line reports its first text as well
            self._text = event.value
            self.check()
            self.post_message(self.Changed(self))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self.check():
            self.post_message(self.Entered(self))


class Choice(Widget, can_focus=True):
    """One of a few words on a line; arrows, space and enter go round."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,enter", "step(1)", "Next", show=False, id="choice.next"),
        Binding("left", "step(-1)", "Previous", show=False, id="choice.previous"),
    ]

    value: reactive[str] = reactive("")
    """The chosen one."""

    @dataclass
    class Changed(Message):
        """Another one was chosen."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            """The choice."""
            return self.choice

    def __init__(self, choices: Sequence[tuple[str, str]], value: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._choices = choices
        self.set_reactive(Choice.value, value)

    @property
    def is_on(self) -> bool:
        """Whether the choice between on and off is "on"."""
        return self.value == "on"

    def render(self) -> Content:
        """The word, between arrows."""
        word = self._choices[self._place()][1]
        shown = Content.assemble(("‹ ", "$muted"), (word, "$foreground"), (" ›", "$muted"))
        return shown.truncate(max(1, self.content_size.width), ellipsis=True)

    def on_click(self) -> None:
        """A click goes on to the next."""
        self.action_step(1)

    def action_step(self, by: int) -> None:
        """To the next or previous word."""
        self.value = self._choices[(self._place() + by) % len(self._choices)][0]
        self.post_message(self.Changed(self, self.value))

    def _place(self) -> int:
        return next((n for n, (value, _word) in enumerate(self._choices) if value == self.value), 0)


def switch(on_now: bool, *, id: str | None = None) -> Choice:  # noqa: A002, Textual's name
    """Return a choice between on and off, in words."""
    return Choice([("on", _("on")), ("off", _("off"))], "on" if on_now else "off", id=id)


class ChoiceRow(Vertical):
    """A label beside a choice, and a hint under it."""

    def __init__(self, label: str, choice: Widget, hint: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes="field")
        self._label = label
        self._choice = choice
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Label and choice on one line."""
        with Horizontal(classes="row"):
            yield Static(self._label, classes="label", markup=False)
            yield self._choice
        yield Static(self._hint, classes="note", markup=False)


class Form(VerticalScroll, can_focus=False):
    """Fields below each other."""

    BINDINGS: ClassVar[list[BindingType]] = [*FIELD_KEYS]


def cut(text: str, cells: int) -> str:
    """Exactly so many cells."""
    return set_cell_size(text, cells) if cell_len(text) <= cells else set_cell_size(text, cells - 1) + "…"
