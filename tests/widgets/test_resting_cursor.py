"""The cursor stands still after a while without a key, and is seen all the time."""

from __future__ import annotations

import pytest
from textual.widgets import Input, TextArea

from tests.fakes import until
from tests.widgets.one_widget import OneWidget
from tui.widgets.prompt_box import PromptBox
from tui.widgets.resting_cursor import RESTS_AFTER, RestingCursor


def cursor_is_drawn(box: Input | TextArea) -> bool:
    """Whether some cell of the first line stands out from the others."""
    styles = {segment.style.bgcolor for segment in box.render_line(0) if segment.style is not None and segment.text}
    reverse = any(segment.style is not None and segment.style.reverse for segment in box.render_line(0))
    return reverse or len(styles) > 1


@pytest.mark.parametrize("make", [PromptBox, Input])
async def test_it_rests_while_nothing_is_done_and_blinks_again_with_a_key(make: type[Input | TextArea]) -> None:
    moment = 0.0
    cursor = RestingCursor(lambda: moment)
    app = OneWidget(make())
    async with app.run_test(size=(40, 6)) as pilot:
        app.widget.focus()
        await pilot.press("a")
        moment = RESTS_AFTER - 0.1
        cursor.look(app.focused)
        await until(lambda: not cursor_is_drawn(app.widget))  # it blinks: the wait for it to vanish ends
        moment = RESTS_AFTER
        cursor.look(app.focused)
        cursor.look(app.focused)
        await pilot.pause()
        assert cursor_is_drawn(app.widget)
        assert not any(timer._active.is_set() for timer in app.widget._timers)
        cursor.touched()
        cursor.look(app.focused)
        await until(lambda: not cursor_is_drawn(app.widget))


def test_a_widget_without_a_cursor_is_left_alone() -> None:
    cursor = RestingCursor(lambda: 0.0)
    cursor.look(None)
    cursor.touched()
