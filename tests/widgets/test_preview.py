"""The end of a conversation as plain text."""

from __future__ import annotations

from tests.terminal_view import text as shown
from tests.widgets.one_widget import OneWidget
from tui.domain.chat import ChatMessage, ConversationSummary, Role
from tui.domain.search import Span
from tui.widgets.preview import Preview

SUMMARY = ConversationSummary("id", "A title", 1000.0, "qwen3-32b", 4)


def exchange(n: int, reply: str = "") -> list[ChatMessage]:
    return [
        ChatMessage(Role.USER, f"question {n}"),
        ChatMessage(Role.ASSISTANT, reply or f"reply {n}", model="qwen3-32b"),
    ]


async def test_it_shows_as_many_of_the_last_messages_as_fit() -> None:
    app = OneWidget(Preview())
    async with app.run_test(size=(60, 12)) as pilot:
        app.widget.show_summary(SUMMARY, 1000.0)
        app.widget.show_messages([ChatMessage(Role.SYSTEM, "secret"), *exchange(1), *exchange(2), *exchange(3)])
        await pilot.pause()
        assert shown(app).split("\n")[0] == "A title"
        assert "qwen3-32b · 4 messages · now" in shown(app)
        assert "question 3" in shown(app)
        assert "reply 3" in shown(app)
        assert "question 1" not in shown(app)
        assert "secret" not in shown(app)


async def test_a_long_reply_is_cut_so_that_the_question_is_seen() -> None:
    app = OneWidget(Preview())
    async with app.run_test(size=(60, 20)) as pilot:
        app.widget.show_summary(SUMMARY, 1000.0)
        app.widget.show_messages(exchange(1, "\n".join(f"line {n}" for n in range(100))))
        await pilot.pause()
        assert "question 1" in shown(app)
        assert "line 0" in shown(app)
        assert "line 50" not in shown(app)
        assert "…" in shown(app)


async def test_a_reply_without_words_is_no_blank() -> None:
    app = OneWidget(Preview())
    async with app.run_test(size=(60, 20)) as pilot:
        app.widget.show_summary(SUMMARY, 1000.0)
        app.widget.show_messages(exchange(1, " \n "))
        await pilot.pause()
        assert "empty" in shown(app)


async def test_another_conversation_leaves_nothing_of_the_one_before() -> None:
    app = OneWidget(Preview())
    async with app.run_test(size=(60, 20)) as pilot:
        app.widget.show_summary(SUMMARY, 1000.0)
        app.widget.show_messages(exchange(1))
        app.widget.show_summary(ConversationSummary("other", "", 1000.0), 1000.0)
        await pilot.pause()
        assert "question" not in shown(app)
        assert "Untitled" in shown(app)
        app.widget.clear()
        await pilot.pause()
        assert shown(app).strip() == ""


async def test_what_was_found_is_shown_with_lines_around_it_and_the_messages_after() -> None:
    app = OneWidget(Preview())
    async with app.run_test(size=(60, 20)) as pilot:
        app.widget.show_summary(SUMMARY, 1000.0)
        found, reply = exchange(1)
        part = "\n".join(f"line {n}" for n in range(40)) + "\nthe needle\nlast"
        start = part.index("needle")
        app.widget.show_found(found, part, [Span(start, start + 6)], [reply])
        await pilot.pause()
        assert "line 30" in shown(app)
        assert "line 20" not in shown(app)
        assert shown(app).index("the needle") < shown(app).index("last")
        assert "You" in shown(app)
        app.widget.show_found(found, "a needle", [Span(2, 8)], [reply])
        await pilot.pause()
        assert shown(app).index("a needle") < shown(app).index("reply 1")
        app.widget.show_messages(exchange(2))
        await pilot.pause()
        assert "needle" not in shown(app)


async def test_a_conversation_in_the_trash_is_said_to_be_there() -> None:
    app = OneWidget(Preview())
    async with app.run_test(size=(60, 20)) as pilot:
        app.widget.show_summary(ConversationSummary("id", "Old", 1000.0, trashed=True), 1000.0)
        await pilot.pause()
        assert "in the trash" in shown(app)


async def test_signs_of_markdown_are_not_drawn() -> None:
    app = OneWidget(Preview())
    async with app.run_test(size=(60, 16)) as pilot:
        app.widget.show_summary(SUMMARY, 1000.0)
        app.widget.show_messages(exchange(1, "## Heading\nIt **merges** with `log(n)`."))
        await pilot.pause()
        assert "Heading" in shown(app)
        assert "It merges with log(n)." in shown(app)
        assert not any(sign in shown(app) for sign in ("**", "##", "`"))
