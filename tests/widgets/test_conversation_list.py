"""The rows of saved conversations."""

from __future__ import annotations

from datetime import datetime

import pytest
from textual.app import App, ComposeResult

from tests.terminal_view import rows, text
from tui.domain.chat import ConversationSummary, Role
from tui.domain.search import SearchHit, matching_line, parse_query
from tui.themes import DUSK, HOUSE_VARIABLES
from tui.widgets.conversation_list import ConversationList
from tui.widgets.conversation_rows import Entry, age, day_group, rows_found

NOW = datetime(2026, 11, 23, 15, 0).astimezone().timestamp()
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def row(title: str, ago: float = 0.0, *, pinned: bool = False, model: str = "qwen3-32b") -> ConversationSummary:
    return ConversationSummary(title, title, NOW - ago, model, 12, pinned)


class ListApp(App[None]):
    def __init__(self, rows: ConversationList) -> None:
        super().__init__()
        self.rows = rows
        self.chosen: list[str] = []
        self.messages: list[str] = []
        self.highlighted: list[str] = []
        self.register_theme(DUSK)
        self.theme = DUSK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return HOUSE_VARIABLES

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_conversation_list_chosen(self, event: ConversationList.Chosen) -> None:
        self.chosen.append(event.conversation_id)
        self.messages.append(event.message_id)

    def on_conversation_list_highlighted(self, event: ConversationList.Highlighted) -> None:
        self.highlighted.append("" if event.entry is None else event.entry.conversation.id)


def shown(app: ListApp) -> list[str]:
    return text(app).splitlines()


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
            lines = rows(app)
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


# What was found


def hit(title: str, said: str, words: str, *, n: int = 0, role: Role = Role.ASSISTANT) -> SearchHit:
    line, marks = matching_line(said, parse_query(words).terms, 300)
    return SearchHit(row(title, HOUR), f"m{n}", role, NOW - HOUR, line, marks)


def show_found(app: ListApp, titles: list[str], hits: list[SearchHit], words: str, total: int = 0) -> None:
    rows = [row(title, HOUR) for title in titles]
    app.rows.show_found(rows, total or len(rows), hits, parse_query(words).terms, NOW)


async def test_messages_stand_under_their_conversations_newest_first() -> None:
    app = ListApp(ConversationList(focusable=False, details=True))
    async with app.run_test(size=(60, 20)) as pilot:
        hits = [hit("Two", "a needle", "needle"), hit("One", "needles", "needle", n=1, role=Role.USER)]
        show_found(app, ["Needlework"], [*hits, hit("Two", "old needle", "needle", n=2)], "needle")
        await pilot.pause()
        assert [" ".join(line.split()) for line in shown(app)[:8]] == [
            "In titles",
            "Needlework 12 · 1 h",
            "In messages",
            "Two 12 · 1 h",
            "a needle 1 h",
            "old needle 1 h",
            "One 12 · 1 h",
            "› needles 1 h",
        ]
        assert app.rows.key == "Needlework"


async def test_the_cursor_begins_at_the_first_message_where_no_title_was_found() -> None:
    app = ListApp(ConversationList(focusable=False, details=True))
    async with app.run_test(size=(60, 20)) as pilot:
        show_found(app, [], [hit("Two", "a needle", "needle")], "needle")
        await pilot.pause()
        assert app.rows.key == "Two/m0"
        app.rows.move("cursor_up")
        assert app.rows.key == "Two/"
        assert app.rows.chosen_id == "Two"
        app.rows.move("cursor_up")
        assert app.rows.key == "Two/m0"


@pytest.mark.parametrize("width", [20, 34, 60, 90])
async def test_what_was_found_is_in_sight_at_every_width(width: int) -> None:
    texts = [
        "x " * 200 + "needle" + " y" * 200,
        "数据" * 60 + " needle " + "数据" * 60,
        "needle" + " tail" * 60,
        "head " * 60 + "needle",
        "👩‍👩‍👧‍👦 " * 30 + "needle",
    ]
    app = ListApp(ConversationList(details=True))
    async with app.run_test(size=(width, 30)) as pilot:
        show_found(
            app,
            [f"{text[:150]} needle" for text in texts],
            [hit("T", t, "needle", n=n) for n, t in enumerate(texts)],
            "needle",
        )
        app.rows.move("last")
        app.rows.choose()
        await pilot.pause()
        lines = rows(app)
        assert all(line.cell_length == width for line in lines)
        assert sum("needle" in line for line in shown(app)) == len(texts) * 2


def test_a_fold_never_stands_for_a_single_row() -> None:
    hits = [hit("One", "needle", "needle", n=n) for n in range(4)]
    rows = rows_found([], 0, hits, ())
    assert len([each for each in rows if isinstance(each, Entry) and each.hit is not None]) == 4


def test_folds_say_how_much_they_stand_for() -> None:
    hits = [hit("One", "needle", "needle", n=n) for n in range(9)]
    titles = [row(f"needle {n}") for n in range(20)]
    folded = [each.text for each in rows_found(titles, 1234, hits, ()) if not isinstance(each, Entry)]
    assert folded == ["In titles", "+1,229 more titles", "In messages", "+6 more"]
    opened = [each.text for each in rows_found(titles, 1234, hits, {"titles", "One+"}) if not isinstance(each, Entry)]
    assert opened == ["In titles", "and 1,214 more: type on", "In messages"]


async def test_a_click_on_a_fold_opens_it_and_one_on_a_line_chooses_the_message() -> None:
    app = ListApp(ConversationList(focusable=False, details=True))
    async with app.run_test(size=(60, 20)) as pilot:
        show_found(app, [], [hit("One", f"needle {n}", "needle", n=n) for n in range(9)], "needle")
        await pilot.pause()
        await pilot.click(ConversationList, offset=(8, 5))
        await pilot.pause()
        assert "needle 8" in "\n".join(shown(app))
        assert app.chosen == []
        await pilot.click(ConversationList, offset=(8, 10))
        await pilot.pause()
        assert app.chosen == ["One"]
        assert app.messages == ["m8"]


async def test_other_terms_fold_again_and_begin_at_the_top() -> None:
    app = ListApp(ConversationList(focusable=False, details=True))
    async with app.run_test(size=(60, 8)) as pilot:
        hits = [hit("One", f"needle {n}", "needle", n=n) for n in range(9)]
        show_found(app, [], hits, "needle")
        await pilot.pause()
        app.rows.move("last")
        app.rows.choose()
        app.rows.move("last")
        assert app.rows.key == "One/m8"
        show_found(app, [], hits, "needle")
        assert app.rows.key == "One/m8"
        assert app.rows.scroll_offset.y > 0
        show_found(app, [], hits, "need")
        assert app.rows.key == "One/m0"
        assert app.rows.scroll_offset.y == 0


async def test_a_blank_line_ends_the_pinned_group() -> None:
    app = ListApp(ConversationList(details=True))
    async with app.run_test(size=(60, 12)) as pilot:
        app.rows.show([row("Pinned one", pinned=True), row("Today's"), row("Yesterday's", DAY)], NOW)
        await pilot.pause()
        lines = [line.strip() for line in shown(app)]
        assert lines[lines.index("Today") - 1] == ""
        assert lines[lines.index("Yesterday") - 1] != ""
