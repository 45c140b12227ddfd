"""What the terminal shows of a transcript: frames, scrolling, the page held, the cursor."""

from __future__ import annotations

import itertools
import random
from functools import partial

import pytest
from textual.screen import Screen
from textual.widgets import Input

from tests.markdown.corpus import EVERYTHING
from tests.terminal_view import rows, turn_wheel_up
from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, expected, reference, reply, settle
from tui.domain.chat import ChatMessage, MessageState, Usage
from tui.rendering.note import Note
from tui.themes import PAPER
from tui.widgets.transcript import MessageView, Transcript

SIZE = (80, 24)


def top_line(app: TranscriptApp) -> str:
    return next(line for line in app.lines() if line.strip())


async def test_a_conversation_opens_at_its_end() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(30), {})
        await settle(pilot)
        assert app.lines() == reference(app.transcript)[-app.transcript.size.height :]


async def test_a_conversation_shown_before_there_is_a_size_opens_at_its_end() -> None:
    class Early(TranscriptApp):
        def compose(self):  # type: ignore[no-untyped-def]
            transcript = Transcript()
            transcript.show(conversation(30), {})
            yield transcript
            yield Input()

    app = Early()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.lines() == reference(app.transcript)[-app.transcript.size.height :]


async def test_a_conversation_opens_at_a_message() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(200)
        app.transcript.show(messages, {}, at=messages[100].id)
        await settle(pilot)
        assert app.lines()[1].strip() == "Question 100?"
        assert app.lines() == expected(app.transcript)


async def test_a_short_conversation_starts_at_the_top() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask("Hi"), reply("Hello")], {})
        await settle(pilot)
        assert app.lines()[1].strip() == "Hi"
        assert app.lines()[4].strip() == "Hello"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_frames_equal_a_plain_drawing_after_any_scrolling_streaming_and_resizing(seed: int) -> None:
    dice = random.Random(seed)
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(conversation(120), {})
        await settle(pilot)
        live = reply(state=MessageState.STREAMING)
        for step in range(45):
            if step == 12:
                transcript.add(ask("And now?"))
                transcript.live.start(live)
            if step == 38:
                live.content = EVERYTHING * 3
                transcript.live.finish(live)
            match dice.choice(["line", "page", "jump", "grow", "grow", "resize", "end", "home", "cursor"]):
                case "line":
                    transcript.scroll_to(y=transcript.scroll_y + dice.choice([-3, 3]))
                case "page":
                    transcript.viewport.turn_page(dice.choice([-1, 1]))
                case "jump":
                    transcript.scroll_to(y=dice.randint(0, int(transcript.max_scroll_y)))
                case "grow":
                    transcript.live.append(EVERYTHING[: dice.randint(1, 400)])
                case "resize" if step % 3 == 0:
                    await pilot.resize_terminal(dice.choice([40, 60, 80, 130]), dice.choice([12, 24, 50]))
                case "end":
                    transcript.follow()
                case "home":
                    transcript.scroll_to(y=0)
                case "cursor":
                    transcript.cursor.move(dice.choice([-2, -1, 1]))
            await settle(pilot)
            under_pill = -1 if app.says_more else None
            assert app.lines()[:under_pill] == expected(transcript)[:under_pill]
            assert 0 <= transcript.scroll_y <= transcript.max_scroll_y


async def test_what_is_on_the_screen_stays_there_while_messages_above_are_measured() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(300), {})
        await settle(pilot)
        for _ in range(25):
            before = app.lines()
            app.transcript.scroll_to(y=app.transcript.scroll_y - 3)
            await settle(pilot)
            assert app.lines()[3:] == before[:-3]


async def test_scrolling_home_and_end_reach_both_ends() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(300), {})
        await settle(pilot)
        app.transcript.scroll_to(y=0)
        await settle(pilot)
        assert app.lines() == reference(app.transcript)[: app.transcript.size.height]
        app.transcript.follow()
        await settle(pilot)
        assert app.lines() == reference(app.transcript)[-app.transcript.size.height :]


async def test_the_wheel_scrolls_and_the_prompt_keeps_the_focus() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(50), {})
        await settle(pilot)
        end = app.transcript.scroll_y
        turn_wheel_up(app, *app.transcript.region.offset)
        await pilot.click(Transcript, offset=(5, 5))
        await settle(pilot)
        assert app.transcript.scroll_y < end
        assert isinstance(app.focused, Input)
        assert app.lines() == expected(app.transcript)


async def test_each_message_in_view_is_a_widget_of_its_own() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = [ask("Hi"), reply("**Hello**")]
        app.transcript.show(messages, {})
        await settle(pilot)
        question, answer = (app.screen.get_widget_at(5, y)[0] for y in (1, 4))
        assert isinstance(question, MessageView)
        assert isinstance(answer, MessageView)
        assert (question.message_id, answer.message_id) == tuple(message.id for message in messages)


# The page held


async def test_a_question_goes_to_the_top_and_the_reply_grows_below_it() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(conversation(30), {})
        await settle(pilot)
        transcript.add(ask("My question"))
        transcript.live.start(reply(state=MessageState.STREAMING))
        await settle(pilot)
        assert app.lines()[1].strip() == "My question"
        for _ in range(5):
            transcript.live.append("word " * 20)
            await settle(pilot)
            assert app.lines()[1].strip() == "My question"
        assert not app.says_more


async def test_when_the_page_is_full_the_text_stands_still_and_a_pill_says_so() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.add(ask("My question"))
        transcript.live.start(reply(state=MessageState.STREAMING))
        transcript.live.append("\n\n".join(f"line {n}" for n in range(40)))
        await settle(pilot)
        held = app.lines()
        assert held[-1].strip() == "↓ still arriving below · ctrl+end follow · esc stop"
        assert app.says_more
        transcript.live.append("\n\nand more")
        await settle(pilot)
        assert app.lines() == held


async def test_following_goes_with_the_tail_until_somebody_scrolls() -> None:
    app = TranscriptApp(now=partial(next, itertools.count(0.0, 1.0)))
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.add(ask("My question"))
        transcript.live.start(reply(state=MessageState.STREAMING))
        transcript.live.append("\n\n".join(f"line {n}" for n in range(40)))
        transcript.follow()
        transcript.live.append("\n\nthe tail")
        await settle(pilot)
        assert "the tail" in app.lines()[-3]
        assert not app.says_more
        transcript.viewport.turn_page(-1)
        await settle(pilot)
        away = app.lines()[:-1]
        transcript.live.append("\n\nunseen")
        await settle(pilot)
        assert app.lines()[:-1] == away
        assert app.says_more
        transcript.viewport.turn_page(1)
        transcript.viewport.turn_page(1)
        transcript.live.append("\n\nseen again")
        await settle(pilot)
        assert "seen again" in app.lines()[-3]
        assert not app.says_more


@pytest.mark.parametrize(("seconds", "moves"), [(1.0, 24), (0.0, 4)])
async def test_behind_a_fast_reply_the_view_moves_by_several_rows_at_once(seconds: float, moves: int) -> None:
    app = TranscriptApp(now=partial(next, itertools.count(100.0, seconds)))
    async with app.run_test(size=(80, 40)) as pilot:
        transcript = app.transcript
        transcript.add(ask("My question"))
        transcript.live.start(reply(state=MessageState.STREAMING))
        transcript.live.append("```\n" + "\n".join(f"line {n}" for n in range(60)))
        transcript.follow()
        transcript.live.append("\nline 60")
        tops = [transcript.scroll_offset.y]
        for n in range(61, 85):
            transcript.live.append(f"\nline {n}")
            tops.append(transcript.scroll_offset.y)
            await settle(pilot)
            assert any(f"line {n}" in line for line in app.lines())
            assert not app.says_more
        assert sum(before != after for before, after in itertools.pairwise(tops)) == moves
        assert app.lines()[: len(expected(transcript))] == expected(transcript)
        transcript.viewport.turn_page(-1)
        await settle(pilot)
        assert not transcript.viewport.is_following
        transcript.follow()
        await settle(pilot)
        assert any("line 84" in line for line in app.lines())


@pytest.mark.parametrize(
    ("width", "arriving", "ended"),
    [
        (80, "↓ still arriving below · ctrl+end follow · esc stop", "↓ more below · ctrl+end go to the end"),
        (40, "↓ still arriving · esc stop", "↓ more below · ctrl+end go to the end"),
        (20, "↓ esc stop", "↓ more below"),
    ],
)
async def test_what_is_below_is_said_on_a_line_of_its_own(width: int, arriving: str, ended: str) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(width, 24)) as pilot:
        transcript, answer = app.transcript, reply(state=MessageState.STREAMING)
        transcript.add(ask("My question"))
        transcript.live.start(answer)
        transcript.live.append("| a | b |\n|---|---|\n" + "| one | two |\n" * 40)
        await settle(pilot)
        assert app.lines()[-1].strip() == arriving
        answer.content, answer.state = "| a | b |\n|---|---|\n" + "| one | two |\n" * 40, MessageState.COMPLETE
        transcript.live.finish(answer)
        await settle(pilot)
        assert app.lines()[-1].strip() == ended


async def test_clicking_the_pill_follows() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.add(ask("My question"))
        transcript.live.start(reply(state=MessageState.STREAMING))
        transcript.live.append("\n\n".join(f"line {n}" for n in range(40)))
        await settle(pilot)
        await pilot.click("Pill")
        await settle(pilot)
        assert transcript.viewport.is_following
        assert "line 39" in app.lines()[-3]


async def test_the_tail_is_followed_from_the_start_where_that_is_set() -> None:
    app = TranscriptApp(follow="tail")
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(30), {})
        app.transcript.add(ask("My question"))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        app.transcript.live.append("\n\n".join(f"line {n}" for n in range(40)))
        await settle(pilot)
        assert "line 39" in app.lines()[-3]
        assert not app.says_more


async def test_of_a_long_question_the_end_stays_in_view() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.add(ask("\n".join(f"question {n}" for n in range(60))))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        app.transcript.live.append("The reply.")
        await settle(pilot)
        assert any("question 59" in line for line in app.lines()[:10])
        assert any("The reply." in line for line in app.lines()[:12])


async def test_nothing_moves_when_the_reply_ends() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(conversation(9), {})
        transcript.add(ask("My question"))
        answer = reply(state=MessageState.STREAMING)
        transcript.live.start(answer)
        transcript.live.append("The reply.")
        await settle(pilot)
        assert "esc stop" in app.lines()[5]
        answer.content, answer.state = "The reply.", MessageState.COMPLETE
        transcript.live.finish(answer, Note("Cut at the token limit.", "c continue", "warning"))
        await settle(pilot)
        assert [line.strip() for line in app.lines()[1:8]] == [
            "My question",
            "",
            app.lines()[3].strip(),
            "The reply.",
            "",
            "Cut at the token limit.   c continue",
            "",
        ]


async def test_a_retry_brings_its_question_back_to_the_top() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = [*conversation(20), ask("Again?"), reply("wrong " * 300)]
        app.transcript.show(messages, {})
        app.transcript.remove_from(messages[-1].id)
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        await settle(pilot)
        assert app.lines()[1].strip() == "Again?"
        assert messages[-1] not in app.transcript.messages


async def test_a_reply_on_its_way_goes_on_where_it_was() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        answer = reply("Half of", state=MessageState.STREAMING)
        app.transcript.show([ask("Q")], {})
        app.transcript.live.start(answer)
        app.transcript.live.append(" it.")
        await settle(pilot)
        assert app.lines()[4].strip() == "▌  Half of it.".strip()
        assert app.transcript.live.message_id == answer.id


# The live indicator


async def test_the_indicator_counts_seconds_then_tokens() -> None:
    clock = [100.0]
    app = TranscriptApp(now=lambda: clock[0])
    async with app.run_test(size=SIZE) as pilot:
        answer = reply(state=MessageState.STREAMING)
        app.transcript.add(ask("Q"))
        app.transcript.live.start(answer)
        clock[0] += 1.2
        app.transcript.live.turn()
        await settle(pilot)
        assert "waiting 1.2 s · esc stop" in app.lines()[4]
        app.transcript.live.append("one two", 2)
        clock[0] += 2.0
        app.transcript.live.append(" three", 80)
        await settle(pilot)
        assert "41 tokens/s · 82 tokens · esc stop" in app.lines()[5]
        clock[0] += 0.1
        app.transcript.live.append(" four", 10)
        await settle(pilot)
        assert "82 tokens" in app.lines()[5]
        answer.usage = Usage(0, 500, 500)
        clock[0] += 0.3
        app.transcript.live.turn()
        await settle(pilot)
        assert "500 tokens" in app.lines()[5]


async def test_the_spinner_stands_still_without_animations() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.add(ask("Q"))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        for level, same in (("none", True), ("full", False)):
            app.animation_level = level  # type: ignore[assignment]
            await settle(pilot)
            before = app.lines()[4].split()[1]
            app.transcript.live.turn()
            await settle(pilot)
            assert (app.lines()[4].split()[1] == before) is same


async def test_thinking_shows_how_much() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.add(ask("Q"))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        for piece in ("let me", " thi", "nk", " hard"):
            app.transcript.live.think(piece)
        app.transcript.live.turn()
        await settle(pilot)
        assert "▸ thinking " in app.lines()[4]
        assert " s, 4 words" in app.lines()[4]


async def test_text_for_no_live_reply_is_nothing() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(4), {})
        await settle(pilot)
        before = app.lines()
        app.transcript.live.append("lost")
        await settle(pilot)
        assert app.lines() == before


# The cursor, and changes


async def test_the_cursor_marks_its_message_and_stays_in_view() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(40)
        app.transcript.show(messages, {})
        await settle(pilot)
        app.transcript.cursor.move(1)
        assert app.transcript.cursor.message_id == messages[-1].id
        for _ in range(20):
            app.transcript.cursor.move(-1)
        await settle(pilot)
        assert app.transcript.cursor.message_id == messages[19].id
        marked = [line for line in app.lines() if line.startswith("▌")]
        assert any("Reply 19." in line for line in marked)
        app.transcript.cursor.first()
        await settle(pilot)
        assert app.lines()[1].startswith("▌  Question 0?")
        app.transcript.cursor.clear()
        await settle(pilot)
        assert app.transcript.cursor.message_id is None
        assert not any(line.startswith("▌") for line in app.lines())


async def test_figures_stand_on_the_last_reply_and_under_the_cursor() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        usage = Usage(1, 12, 13)
        messages = [ask("a"), reply("b", usage=usage), ask("c"), reply("d", usage=usage)]
        app.transcript.show(messages, {})
        await settle(pilot)
        assert [n for n, line in enumerate(app.lines()) if "12 tokens" in line] == [9]
        app.transcript.cursor.to(messages[1].id)
        await settle(pilot)
        assert [n for n, line in enumerate(app.lines()) if "12 tokens" in line] == [3, 9]
        app.transcript.cursor.clear()
        app.transcript.add(reply("e", usage=usage))
        await settle(pilot)
        assert [n for n, line in enumerate(app.lines()) if "12 tokens" in line] == [12]


async def test_an_update_above_the_view_moves_nothing() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(40)
        app.transcript.show(messages, {})
        await settle(pilot)
        before = app.lines()
        app.transcript.update(ChatMessage(messages[3].role, "longer\n\n" * 30, id=messages[3].id))
        app.transcript.update(messages[39], Note("A note.", severity="warning"))
        await settle(pilot)
        assert "A note." in "".join([*app.lines(), *reference(app.transcript)])
        assert app.lines()[:-3] == before[:-3]


async def test_a_change_of_theme_keeps_the_place_and_changes_the_colours() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(conversation(60), {})
        app.transcript.viewport.turn_page(-1)
        await settle(pilot)
        before, styles = app.lines(), _colours(app)
        app.theme = PAPER.name
        await settle(pilot)
        await settle(pilot)
        assert app.lines() == before
        assert not styles & _colours(app)


def _colours(app: TranscriptApp) -> set[object]:
    view = app.transcript.pool.placed[0].view
    return {segment.style.bgcolor for y in range(3) for segment in view.render_line(y) if segment.style}


async def test_a_change_of_width_keeps_the_message_at_the_top() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(120, 24)) as pilot:
        messages = conversation(100)
        app.transcript.show(messages, {}, at=messages[50].id)
        await settle(pilot)
        await pilot.resize_terminal(50, 24)
        await settle(pilot)
        assert app.lines()[1].strip() == "Question 50?"
        assert app.lines() == expected(app.transcript)


async def test_a_taller_screen_gets_more_views() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask(str(n)) for n in range(200)], {})
        await settle(pilot)
        await pilot.resize_terminal(80, 140)
        await settle(pilot)
        assert app.lines() == reference(app.transcript)[-app.transcript.size.height :]


async def test_a_link_is_reported_when_it_is_clicked_and_only_web_addresses_are() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([reply("[good](https://x.org) [bad](ftp://y)")], {})
        await settle(pilot)
        line = app.lines()[1]
        await pilot.click(Transcript, offset=(line.index("good") + 1, 1))
        await pilot.click(Transcript, offset=(line.index("bad") + 1, 1))
        await settle(pilot)
        assert app.links == ["https://x.org"]


async def test_ten_thousand_messages_open_scroll_and_stream() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(conversation(10_000), {})
        await settle(pilot)
        assert len(app.query(MessageView)) < 40
        for _ in range(5):
            transcript.viewport.turn_page(-1)
            await settle(pilot)
        transcript.scroll_to(y=0)
        await settle(pilot)
        assert app.lines()[1].strip() == "Question 0?"
        measured = sum(entry.exact for entry in transcript.messages.entries)
        assert measured < 100
        transcript.add(ask("Last?"))
        transcript.live.start(reply(state=MessageState.STREAMING))
        transcript.live.append("Streaming.")
        await settle(pilot)
        assert app.lines()[1].strip() == "Last?"
        assert "Streaming." in app.lines()[4]


async def test_hostile_text_neither_styles_nor_reaches_the_terminal() -> None:
    text = "\x1b[31mred\x1b[0m \x1b]52;c;QUJD\x07[red]x[/red] [@click=app.quit]y[/] \x9b1mz \x07\x08"
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show([ask(text), reply(text), reply(text, reasoning=text)], {})
        app.transcript.add(ask("Q"))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        for character in text:
            app.transcript.live.append(character)
        await settle(pilot)
        drawn = [line.removeprefix("▌").strip() for line in reference(app.transcript)]
        assert drawn.count("red [red]x[/red] [@click=app.quit]y[/] z") == 4
        assert "▌  red [red]x[/red] [@click=app.quit]y[/] z" in app.lines()
        for strip in rows(app):
            assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in strip.text)


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (4, 4), (2, 2)])
async def test_a_tiny_terminal_is_survived(size: tuple[int, int]) -> None:
    app = TranscriptApp()
    async with app.run_test(size=size) as pilot:
        app.transcript.show([ask("Q"), reply(EVERYTHING)], {})
        app.transcript.add(ask("Q " * 50))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        app.transcript.live.append(EVERYTHING)
        await settle(pilot)
        app.transcript.viewport.turn_page(-1)
        app.transcript.cursor.move(-1)
        await settle(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert app.lines()[:-1] == expected(app.transcript)[:-1]


async def test_a_reply_grows_on_under_another_screen() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(conversation(20), {})
        transcript.add(ask("Q"))
        transcript.live.start(reply(state=MessageState.STREAMING))
        await settle(pilot)
        await app.push_screen(Screen())
        for _ in range(5):
            transcript.live.append("word " * 30)
            await pilot.pause()
        app.pop_screen()
        await settle(pilot)
        assert app.lines() == expected(transcript)
        assert "word word" in app.lines()[5]
