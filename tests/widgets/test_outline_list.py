"""The lines of an outline as they are drawn, scrolled and clicked."""

from __future__ import annotations

import pytest

from tests.fakes import until
from tests.widgets.one_widget import OneWidget
from tui.markdown.outline import OutlineItem
from tui.widgets.outline_list import OutlineList


class ListApp(OneWidget[OutlineList]):
    def on_outline_list_chosen(self, event: OutlineList.Chosen) -> None:
        self.heard.append(event.item.text)


def heading(text: str) -> OutlineItem:
    return OutlineItem("m", "heading", text)


def shown(app: ListApp) -> list[str]:
    """What is drawn."""
    return [app.widget.render_line(y).text.rstrip() for y in range(app.widget.size.height)]


WIDE = [
    OutlineItem("m", "question", "数" * 100, marked=True),
    OutlineItem("m", "heading", "e\u0301" * 90, depth=9),
    OutlineItem("m", "code", "👩‍👩‍👧 = family()" * 9, language="python", lines=12_345),
    OutlineItem("m", "reply", "שלום" * 30, marked=True),
]


@pytest.mark.parametrize("width", [120, 60, 30, 12])
async def test_lines_are_cut_by_cells(width: int) -> None:
    app = ListApp(OutlineList())
    async with app.run_test(size=(width, 10)):
        app.widget.show(WIDE, 0, [])
        room = app.widget.size.width
        assert all(app.widget.render_line(y).cell_length == room for y in range(10))
        lines = shown(app)
        assert lines[0].startswith(" ◆ you   ")
        if width >= 60:
            assert lines[0].endswith("…")
            assert lines[2].endswith("12,345 lines")


async def test_what_comes_at_both_ends_moves_neither_the_cursor_nor_the_view() -> None:
    app = ListApp(OutlineList())
    async with app.run_test(size=(60, 10)):
        app.widget.show([heading(f"middle {n}") for n in range(30)], 15, [])
        before = shown(app)
        assert any("middle 15" in line for line in before)
        app.widget.extend([heading(f"above {n}") for n in range(1000)], [heading(f"below {n}") for n in range(1000)])
        assert shown(app) == before
        assert app.widget.chosen == heading("middle 15")
        app.widget.move(-16)
        assert app.widget.chosen == heading("above 999")
        assert "above 999" in shown(app)[0]
        app.widget.move(10_000)
        assert "below 999" in shown(app)[-1]
        app.widget.extend([], [heading("last")])
        app.widget.move(1)
        assert "last" in shown(app)[-1]
        assert app.widget.vertical_scrollbar.window_virtual_size == 2031


async def test_the_first_lines_take_the_cursor() -> None:
    app = ListApp(OutlineList())
    async with app.run_test(size=(60, 10)):
        app.widget.show([], 0, [])
        app.widget.move(1)
        app.widget.choose()
        assert app.widget.chosen is None
        app.widget.extend([heading("above")], [heading("here"), heading("below")])
        assert app.widget.chosen == heading("here")


async def test_a_click_chooses_the_line_under_the_mouse() -> None:
    app = ListApp(OutlineList())
    async with app.run_test(size=(60, 10)) as pilot:
        app.widget.show([heading(f"line {n}") for n in range(50)], 0, [])
        app.widget.move(30)
        await pilot.click(OutlineList, offset=(8, 4))
        await until(lambda: app.heard == ["line 25"])
        app.widget.show([heading("only")], 0, [])
        await pilot.click(OutlineList, offset=(8, 4))  # below the last line
        await pilot.pause()
        assert app.heard == ["line 25"]
