"""The rows of saved conversations."""

from __future__ import annotations

from datetime import datetime

import pytest
from textual.app import App, ComposeResult

from tui.domain.chat import ConversationSummary
from tui.themes import DUSK, HOUSE_VARIABLES
from tui.widgets.conversation_list import ConversationList
from tui.widgets.conversation_rows import age, day_group

NOW = datetime(2026, 11, 23, 15, 0).astimezone().timestamp()
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def row(title: str, ago: float = 0.0, *, pinned: bool = False, model: str = "qwen3-32b") -> ConversationSummary:
    return ConversationSummary(title, title, NOW - ago, model, 12, pinned)


class ListApp(App[None]):
    def __init__(self, rows: ConversationList) -> None:
        super().__init__()
        self.rows = rows
        self.chosen: list[str] = []
        self.highlighted: list[str] = []
        self.register_theme(DUSK)
        self.theme = DUSK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return HOUSE_VARIABLES

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_conversation_list_chosen(self, event: ConversationList.Chosen) -> None:
        self.chosen.append(event.conversation_id)

    def on_conversation_list_highlighted(self, event: ConversationList.Highlighted) -> None:
        self.highlighted.append("" if event.entry is None else event.entry.conversation.id)


def shown(app: ListApp) -> list[str]:
    rows = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in row).rstrip() for row in rows]


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (-5, "now"),
        (59, "now"),
        (MINUTE, "1 m"),
        (59 * MINUTE, "59 m"),
        (HOUR, "1 h"),
        (23 * HOUR, "23 h"),
        (DAY, "1 d"),
        (13 * DAY, "13 d"),
        (20 * DAY, "3 Nov"),
        (400 * DAY, "Oct 2025"),
    ],
)
def test_an_age_is_short(ago: float, said: str) -> None:
    assert age(NOW - ago, NOW) == said


@pytest.mark.parametrize(
    ("ago", "heading"),
    [
        (-DAY, "Today"),
        (14 * HOUR, "Today"),
        (16 * HOUR, "Yesterday"),
        (3 * DAY, "This week"),
        (10 * DAY, "November"),
        (40 * DAY, "October"),
        (400 * DAY, "October 2025"),
    ],
)
def test_conversations_are_grouped_by_day(ago: float, heading: str) -> None:
    assert day_group(NOW - ago, NOW) == heading


async def test_rows_stand_under_their_headings() -> None:
    app = ListApp(ConversationList())
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([row("Kept", 30 * DAY, pinned=True), row("One", MINUTE), row("Two", 20 * HOUR)], NOW)
        await pilot.pause()
        assert [line.split() for line in shown(app)[:8]] == [
            ["Pinned"],
            ["★", "Kept", "24", "Oct"],
            [],
            ["Today"],
            ["One", "1", "m"],
            [],
            ["Yesterday"],
            ["Two", "20", "h"],
        ]


async def test_every_row_is_as_wide_as_the_list_whatever_it_holds() -> None:
    titles = [
        "a" * 300,
        "日本語の文章を短くする方法を考えるための会話",
        "e\u0301" * 60,
        "👩‍👩‍👧‍👦 family " * 8,
        "\x1b[31mred",
        "",
    ]
    for width in (20, 34, 80):
        app = ListApp(ConversationList(details=True))
        async with app.run_test(size=(width, 20)) as pilot:
            app.rows.show([row(title or f"x{n}", n * MINUTE) for n, title in enumerate(titles)], NOW)
            await pilot.pause()
            lines = app.screen._compositor.render_strips()
            assert all(line.cell_length == width for line in lines)
            assert "\x1b" not in "".join(shown(app))


async def test_a_row_without_a_title_is_called_untitled() -> None:
    app = ListApp(ConversationList())
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([ConversationSummary("id", "", NOW)], NOW)
        await pilot.pause()
        assert "Untitled" in shown(app)[1]


async def test_details_say_model_and_messages_where_there_is_room() -> None:
    app = ListApp(ConversationList(details=True))
    async with app.run_test(size=(80, 20)) as pilot:
        app.rows.show([row("One", HOUR, model="a-very-long-model-name-indeed")], NOW)
        await pilot.pause()
        assert "a-very-long-mod…" in shown(app)[1]
        assert "12 · 1 h" in shown(app)[1]
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert "a-very" not in shown(app)[1]
        assert "12 · 1 h" in shown(app)[1]


async def test_a_reply_on_its_way_is_marked() -> None:
    app = ListApp(ConversationList())
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([row("One"), row("Two", HOUR)], NOW, live=frozenset({"Two"}))
        await pilot.pause()
        assert "⣷ Two" in shown(app)[2]
        assert "⣷" not in shown(app)[1]


async def test_the_cursor_stays_on_its_conversation_when_the_rows_change() -> None:
    app = ListApp(ConversationList())
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([row("One"), row("Two", HOUR)], NOW)
        await pilot.press("down")
        assert app.rows.chosen_id == "Two"
        app.rows.show([row("New"), row("One"), row("Two", HOUR)], NOW)
        await pilot.pause()
        assert app.rows.chosen_id == "Two"


async def test_the_open_conversation_is_under_the_cursor_at_first() -> None:
    app = ListApp(ConversationList(focusable=False))
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([row("One"), row("Two", HOUR)], NOW, current="Two")
        await pilot.pause()
        assert app.rows.chosen_id == "Two"


async def test_enter_and_click_choose_and_moving_tells() -> None:
    app = ListApp(ConversationList())
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([row("One"), row("Two", HOUR)], NOW)
        await pilot.press("down", "enter")
        assert app.highlighted[-1] == "Two"
        await pilot.click(ConversationList, offset=(4, 1))
        await pilot.pause()
        assert app.chosen == ["Two", "One"]


async def test_headings_cannot_be_chosen() -> None:
    app = ListApp(ConversationList())
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([row("One")], NOW)
        await pilot.click(ConversationList, offset=(4, 0))
        await pilot.press("up", "down")
        assert app.rows.chosen_id == "One"
        assert app.chosen == []


async def test_a_title_is_never_markup() -> None:
    app = ListApp(ConversationList())
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.show([row("[red]not markup[/red]")], NOW)
        await pilot.pause()
        assert "[red]not markup[/red]" in shown(app)[1]
