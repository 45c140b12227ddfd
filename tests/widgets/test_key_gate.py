"""Keys that come in one burst, faster than screens open and close."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events, on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from tests.fakes import until
from tui.widgets.key_gate import HOLDS_KEYS, KeyGate


class Ask(ModalScreen[str | None]):
    """Asks for a word, after as many children as make it slow to open."""

    def compose(self) -> ComposeResult:
        for n in range(50):
            yield Static(str(n))
        yield Input(id="word")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)


class Fields(Screen[None]):
    """Two fields; ctrl+o asks for a word and puts it into the first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "ask", "Ask"),
        Binding("ctrl+t", "ask_later", "Ask after something slow"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.may_ask = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Input(id="first", select_on_focus=False)
        yield Input(id="second", select_on_focus=False)

    def action_ask(self) -> None:
        self.app.push_screen(Ask(), self._asked)

    def _asked(self, word: str | None) -> None:
        first = self.query_one("#first", Input)
        first.value = f"{first.value}<{word}>"
        first.cursor_position = len(first.value)

    @work(name=HOLDS_KEYS)
    async def action_ask_later(self) -> None:
        await self.may_ask.wait()
        self._asked(await self.app.push_screen_wait(Ask()))


class Gated(App[None]):
    """Hands its keys on through the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.fields = Fields()
        self.gate = KeyGate(self, super().on_event)

    async def on_event(self, event: events.Event) -> None:
        await self.gate.on_event(event)

    def get_default_screen(self) -> Fields:
        return self.fields

    def text(self, name: str) -> str:
        """What is typed in a field of the first screen."""
        return self.fields.query_one(f"#{name}", Input).value

    def burst(self, *keys: str) -> None:
        """Post all keys at once, as a terminal does with a paste that has no brackets."""
        for key in keys:
            self.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_keys_behind_one_that_opens_a_screen_are_typed_into_it_and_those_behind_its_end_below() -> None:
    app = Gated()
    async with app.run_test():
        app.burst(*"ab", "ctrl+o", *"word", "enter", *"cd", "ctrl+o", *"two", "enter", *"ef")
        await until(lambda: app.text("first").endswith("ef"))
        assert app.text("first") == "ab<word>cd<two>ef"


async def test_keys_behind_a_tab_go_to_the_next_field() -> None:
    app = Gated()
    async with app.run_test():
        app.burst(*"host", "tab", *"secret", "shift+tab", *"!")
        await until(lambda: app.text("first").endswith("!"))
        assert (app.text("first"), app.text("second")) == ("host!", "secret")


async def test_keys_wait_for_the_work_that_a_key_has_started_but_not_for_the_answer_of_its_dialog() -> None:
    app = Gated()
    async with app.run_test() as pilot:
        app.burst("ctrl+t", *"word", "enter", *"after")
        await pilot.pause()
        assert app.text("first") == ""
        app.fields.may_ask.set()
        await until(lambda: app.text("first").endswith("after"))
        assert app.text("first") == "<word>after"


async def test_a_paste_keeps_its_place_among_the_keys() -> None:
    app = Gated()
    async with app.run_test():
        app.burst("ctrl+o", "a")
        app.post_message(events.Paste("pasted"))
        app.burst("b", "enter", "c")
        await until(lambda: app.text("first").endswith("c"))
        assert app.text("first") == "<apastedb>c"


async def test_keys_behind_one_that_removes_what_had_the_focus_are_not_lost() -> None:
    app = Gated()
    async with app.run_test() as pilot:
        for n in range(6):
            app.burst("ctrl+o", str(n), "enter")
        app.burst("x")
        await until(lambda: app.text("first").endswith("x"))
        await pilot.pause()
        assert app.text("first") == "".join(f"<{n}>" for n in range(6)) + "x"


async def test_a_long_run_of_letters_is_typed_whole() -> None:
    app = Gated()
    async with app.run_test():
        app.burst(*"abcdefghij" * 300)
        await until(lambda: len(app.text("first")) == 3000)
