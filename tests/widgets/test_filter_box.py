"""A filter above a list, by its keys."""

from __future__ import annotations

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.widgets import OptionList

from tests.terminal_view import text
from tui.themes import DUSK, HOUSE_VARIABLES
from tui.widgets.filter_box import FilterBox

KEYS = [("enter", "use"), ("shift+f2", "gateways"), ("ctrl+r", "refresh"), ("esc", "back")]


class BoxApp(App[None]):
    """A box with thirty rows under the filter."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = OptionList(*(f"row {n}" for n in range(30)), compact=True)
        self.rows.can_focus = False
        self.box = FilterBox("Rows", self.rows, self.move, keys=KEYS)
        self.moved: list[int] = []
        self.said: list[str] = []
        self.register_theme(DUSK)
        self.theme = DUSK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return HOUSE_VARIABLES

    def compose(self) -> ComposeResult:
        yield self.box

    def move(self, step: int) -> None:
        self.moved.append(step)

    def on_resize(self, event: events.Resize) -> None:
        self.box.fit(event.size)

    @on(FilterBox.Changed)
    def _changed(self, event: FilterBox.Changed) -> None:
        self.said.append(event.text)

    @on(FilterBox.Entered)
    def _entered(self, event: FilterBox.Entered) -> None:
        self.said.append("entered")


async def test_letters_are_the_filter_and_the_other_keys_are_the_list_s() -> None:
    app = BoxApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.box.set_total(30)
        await pilot.press("a", "down", "ctrl+j", "up", "ctrl+k", "b", "enter")
        await pilot.pause()
        assert app.moved == [1, 1, -1, -1]
        assert app.said == ["a", "ab", "entered"]
        await pilot.press("pagedown", "ctrl+home")
        assert 5 < app.moved[4] < 24
        assert app.moved[5] < -30


async def test_it_is_as_high_as_its_rows_and_no_higher_than_the_terminal() -> None:
    app = BoxApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.box.set_total(4)
        await pilot.pause()
        assert app.rows.size.height == 4
        app.box.set_total(30)
        await pilot.pause()
        assert 10 < app.rows.size.height < 20
        await pilot.resize_terminal(80, 12)
        await pilot.pause()
        assert 1 <= app.rows.size.height < 10


@pytest.mark.parametrize(("width", "shown"), [(80, KEYS), (50, [KEYS[0], KEYS[1], KEYS[3]]), (30, [KEYS[0], KEYS[3]])])
async def test_the_key_that_leads_out_is_always_named(width: int, shown: list[tuple[str, str]]) -> None:
    app = BoxApp()
    app.box.styles.border = ("round", "red")
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        assert " · ".join(f"{key} {what}" for key, what in shown) in text(app)


async def test_what_is_said_takes_no_room_when_it_is_nothing() -> None:
    app = BoxApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.box.say("Reading…")
        await pilot.pause()
        assert "Reading…" in text(app)
        high = app.box.query_one(".state").region.height
        app.box.say("")
        await pilot.pause()
        assert (high, app.box.query_one(".state").region.height) == (1, 0)
