"""What the model thought: one folded line, or all of it below that line, and the place being read stays."""

from __future__ import annotations

import random
import time

import pytest
from textual.widgets import Input

from tests.markdown.corpus import EVERYTHING
from tests.rendering.drawing import HOSTILE, is_visible
from tests.terminal_view import rows, segments
from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, expected, reference, reply, settle
from tests.widgets.transcript.mouse import drag
from tui.domain.chat import ChatMessage, MessageState
from tui.rendering.note import Note
from tui.themes import PAPER
from tui.widgets.transcript import Transcript

SIZE = (80, 24)


def thoughtful(count: int, words: int = 60) -> list[ChatMessage]:
    """Questions and replies that were all thought about."""
    return [
        ask(f"Question {n}?")
        if n % 2 == 0
        else reply(f"Reply {n}.\n\n" + "Words of it. " * 20, reasoning=f"Thought {n}.\n" + "hm " * words, reasoned=2.0)
        for n in range(count)
    ]


# Folding and unfolding


def fold_line(app: TranscriptApp) -> int:
    return next(n for n, line in enumerate(app.lines()) if "thought for" in line)


async def test_all_reasoning_is_shown_and_folded_at_once() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(thoughtful(60), {})
        await settle(pilot)
        folded = app.lines()
        assert any("▸ thought for 2.0 s, 62 words" in line for line in folded)
        transcript.folding.show_reasoning = True
        await settle(pilot)
        assert transcript.folding.show_reasoning
        assert any("▾ thought for 2.0 s, 62 words" in line for line in app.lines())
        assert any(line.startswith("     hm hm hm") for line in app.lines())
        assert app.lines() == expected(transcript)
        transcript.folding.show_reasoning = False
        await settle(pilot)
        assert app.lines() == folded


async def test_the_reasoning_of_one_message_is_toggled_and_all_folds_it_again() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = thoughtful(4)
        app.transcript.show(messages, {})
        app.transcript.folding.toggle_reasoning(messages[1].id)
        await settle(pilot)
        assert [line.strip() for line in reference(app.transcript) if "thought for" in line] == [
            "▾ thought for 2.0 s, 62 words",
            "▸ thought for 2.0 s, 62 words",
        ]
        app.transcript.folding.show_reasoning = True
        app.transcript.folding.toggle_reasoning(messages[1].id)
        await settle(pilot)
        assert ["▾" in line for line in reference(app.transcript) if "thought for" in line] == [False, True]
        app.transcript.folding.show_reasoning = False
        await settle(pilot)
        assert not any("▾" in line for line in reference(app.transcript))


async def test_toggling_what_is_not_there_or_has_not_thought_changes_nothing() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(30)
        app.transcript.show(messages, {})
        await settle(pilot)
        before = app.lines()
        for message_id in (messages[-1].id, messages[0].id, "nobody"):
            app.transcript.folding.toggle_reasoning(message_id)
        await settle(pilot)
        assert app.lines() == before


async def test_a_line_in_view_stays_where_it_is_while_its_reasoning_opens_below() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = thoughtful(60)
        app.transcript.show(messages, {}, at=messages[30].id)
        await settle(pilot)
        at, before = fold_line(app), app.lines()
        app.transcript.folding.toggle_reasoning(messages[31].id)
        await settle(pilot)
        assert app.lines()[:at] == before[:at]
        assert app.lines()[at].strip().startswith("▾ thought for")
        assert app.lines() == expected(app.transcript)
        app.transcript.folding.toggle_reasoning(messages[31].id)
        await settle(pilot)
        assert app.lines() == before


async def test_text_being_read_stays_while_reasoning_above_it_opens_and_folds() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        messages = thoughtful(40)
        messages[21].content = "\n\n".join(f"line {n}" for n in range(60))
        transcript.show(messages, {}, at=messages[21].id)
        transcript.scroll_to(y=transcript.scroll_y + 30)
        await settle(pilot)
        before = app.lines()
        for _ in range(2):
            transcript.folding.toggle_reasoning(messages[21].id)
            await settle(pilot)
            assert app.lines() == before
            transcript.folding.toggle_reasoning(messages[3].id)
            await settle(pilot)
            assert app.lines() == before
            transcript.folding.show_reasoning = not transcript.folding.show_reasoning
            await settle(pilot)
            assert app.lines() == before


async def test_the_text_below_reasoning_stays_when_that_folds() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.folding.show_reasoning = True
        messages = thoughtful(40, words=400)
        transcript.show(messages, {}, at=messages[21].id)
        transcript.scroll_to(y=transcript.scroll_y + 12)
        await settle(pilot)
        at = next(n for n, line in enumerate(app.lines()) if "Reply 21." in line)
        below = app.lines()[at:]
        assert "hm hm" in app.lines()[0]
        transcript.folding.show_reasoning = False
        await settle(pilot)
        assert app.lines()[at : at + 4] == below[:4]
        assert "▸ thought for" in app.lines()[at - 1]
        assert app.lines() == expected(transcript)


async def test_what_folds_under_the_eyes_leaves_its_line_at_the_top() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.folding.show_reasoning = True
        messages = thoughtful(40, words=2000)
        transcript.show(messages, {}, at=messages[21].id)
        transcript.scroll_to(y=transcript.scroll_y + 30)
        await settle(pilot)
        assert all("hm hm" in line for line in app.lines())
        transcript.folding.toggle_reasoning(messages[21].id)
        await settle(pilot)
        assert "▸ thought for" in app.lines()[0]
        assert "Reply 21." in app.lines()[1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_frames_equal_a_plain_drawing_after_any_folding_and_scrolling(seed: int) -> None:
    dice = random.Random(seed)
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        messages = [*thoughtful(60, words=seed * 150), *conversation(20)]
        transcript.show(messages, {messages[3].id: Note("A note.")})
        live = reply(state=MessageState.STREAMING)
        for step in range(40):
            if step == 10:
                transcript.add(ask("And now?"))
                transcript.live.start(live)
            if step == 36:
                live.content, live.reasoning = EVERYTHING, "hm " * 50
                transcript.live.finish(live)
            match dice.choice(
                ["scroll", "jump", "all", "one", "one", "live", "think", "grow", "resize", "cursor", "end"]
            ):
                case "scroll":
                    transcript.scroll_to(y=transcript.scroll_y + dice.choice([-9, -3, 3, 9]))
                case "jump":
                    transcript.scroll_to(y=dice.randint(0, int(transcript.max_scroll_y)))
                case "all":
                    transcript.folding.show_reasoning = not transcript.folding.show_reasoning
                case "one":
                    transcript.folding.toggle_reasoning(dice.choice(messages).id)
                case "live":
                    transcript.folding.toggle_reasoning(live.id)
                case "think":
                    transcript.live.think("a thought \n 日本語の " * dice.randint(1, 40))
                    transcript.live.turn()
                case "grow":
                    transcript.live.append(EVERYTHING[: dice.randint(1, 300)])
                case "resize":
                    await pilot.resize_terminal(dice.choice([40, 80, 130]), dice.choice([12, 24, 50]))
                case "cursor":
                    transcript.cursor.move(dice.choice([-3, -1, 1]))
                case "end":
                    transcript.follow()
            await settle(pilot)
            under_pill = -1 if app.says_more else None
            assert app.lines()[:under_pill] == expected(transcript)[:under_pill]
            assert 0 <= transcript.scroll_y <= transcript.max_scroll_y


async def test_a_click_on_the_line_toggles_and_the_prompt_keeps_the_focus() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(thoughtful(2), {})
        await settle(pilot)
        for sign in "▾▸":
            await pilot.click(Transcript, offset=(8, fold_line(app)))
            await settle(pilot)
            assert f"{sign} thought for" in app.lines()[fold_line(app)]
            assert isinstance(app.focused, Input)
        before = app.lines()
        await pilot.click(Transcript, offset=(60, fold_line(app)))
        await pilot.click(Transcript, offset=(8, fold_line(app) - 1))
        await settle(pilot)
        assert app.lines() == before


async def test_a_selection_that_ends_on_the_line_does_not_toggle_it() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(thoughtful(2), {})
        await settle(pilot)
        at = fold_line(app)
        await drag(pilot, app, (20, at + 1), (8, at))
        assert "▸ thought for" in app.lines()[at]
        assert app.screen.get_selected_text() == "Reply 1."


async def test_selected_reasoning_is_copied_without_its_indent() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.folding.show_reasoning = True
        app.transcript.show([reply("Yes.", reasoning="first\nsecond " + "word " * 20)], {})
        await settle(pilot)
        await drag(pilot, app, (0, 2), (70, 4))
        assert app.screen.get_selected_text() == "first\nsecond " + " ".join(["word"] * 20)
        app.transcript.folding.show_reasoning = False
        await settle(pilot)
        assert not app.screen.get_selected_text()


async def test_a_change_of_theme_keeps_reasoning_open_and_its_place() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.folding.show_reasoning = True
        app.transcript.show(thoughtful(30), {})
        app.transcript.viewport.turn_page(-1)
        await settle(pilot)
        before, colour = app.lines(), _colour_of(app, "hm hm")
        app.theme = PAPER.name
        await settle(pilot)
        await settle(pilot)
        assert app.lines() == before
        assert _colour_of(app, "hm hm") != colour


def _colour_of(app: TranscriptApp, text: str) -> object:
    return next(segment.style.color for segment in segments(app) if text in segment.text and segment.style)


async def test_ten_thousand_messages_fold_and_unfold() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        messages = thoughtful(10_000)
        transcript.show(messages, {}, at=messages[5000].id)
        await settle(pilot)
        folded = app.lines()
        for unfolded in (True, False, True, False):
            transcript.folding.show_reasoning = unfolded
            await settle(pilot)
            assert app.lines()[:3] == folded[:3]
            transcript.viewport.turn_page(1)
            transcript.viewport.turn_page(-1)
            await settle(pilot)
        assert app.lines() == folded
        assert sum(entry.exact for entry in transcript.messages.entries) < 100


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (4, 4), (2, 2)])
async def test_a_tiny_terminal_is_survived(size: tuple[int, int]) -> None:
    app = TranscriptApp()
    async with app.run_test(size=size) as pilot:
        transcript = app.transcript
        transcript.show(thoughtful(6), {})
        transcript.live.start(reply(state=MessageState.STREAMING))
        transcript.folding.show_reasoning = True
        transcript.live.think("日本語の thoughts " * 20)
        transcript.live.pause(time.monotonic() + 9, "A long sentence about why.")
        await settle(pilot)
        transcript.folding.show_reasoning = False
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert app.lines()[:-1] == expected(transcript)[:-1]


# While it arrives


async def test_thinking_counts_seconds_and_becomes_thought_when_text_comes() -> None:
    clock = [100.0]
    app = TranscriptApp(now=lambda: clock[0])
    async with app.run_test(size=SIZE) as pilot:
        answer = reply(state=MessageState.STREAMING)
        app.transcript.add(ask("Q"))
        app.transcript.live.start(answer)
        clock[0] += 0.7
        app.transcript.live.think("let me think")
        clock[0] += 1.2
        app.transcript.live.turn()
        await settle(pilot)
        assert app.lines()[4].strip() == "▌  ▸ thinking 1.2 s, 3 words"
        answer.reasoned = 2.1
        app.transcript.live.append("Yes.")
        await settle(pilot)
        assert app.lines()[4].strip() == "▌  ▸ thought for 2.1 s, 3 words"
        assert "Yes." in app.lines()[5]


async def test_unfolded_thoughts_are_drawn_as_they_arrive_and_nothing_moves_at_the_end() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.folding.show_reasoning = True
        answer = reply(state=MessageState.STREAMING)
        transcript.add(ask("Q"))
        transcript.live.start(answer)
        transcript.live.think("Let me")
        transcript.live.think(" think.\n\nHm")
        while not any("Let me think." in line for line in app.lines()):
            await pilot.pause(0.01)
        assert [line.removeprefix("▌").strip() for line in app.lines()[5:9]] == ["Let me think.", "", "Hm", ""]
        assert "esc stop" in app.lines()[9]
        transcript.live.append("Yes.")
        await settle(pilot)
        before = [line.removeprefix("▌").strip() for line in app.lines()[5:10]]
        answer.content, answer.reasoning, answer.state = "Yes.", "Let me think.\n\nHm", MessageState.COMPLETE
        transcript.live.finish(answer)
        await settle(pilot)
        assert [line.strip() for line in app.lines()[5:10]] == before == ["Let me think.", "", "Hm", "", "Yes."]


async def test_a_live_reply_is_unfolded_and_folded_by_a_click() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.add(ask("Q"))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        app.transcript.live.think("so many words")
        app.transcript.live.turn()
        await settle(pilot)
        await pilot.click(Transcript, offset=(8, 4))
        await settle(pilot)
        assert ("▾ thinking" in app.lines()[4], "so many words" in app.lines()[5]) == (True, True)
        await pilot.click(Transcript, offset=(8, 4))
        await settle(pilot)
        assert ("▸ thinking" in app.lines()[4], "so many words" in app.lines()[5]) == (True, False)


async def test_hostile_thoughts_torn_anywhere_never_reach_the_terminal() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.folding.show_reasoning = True
        app.transcript.add(ask("Q"))
        app.transcript.live.start(reply(state=MessageState.STREAMING))
        for character in HOSTILE:
            app.transcript.live.think(character)
            app.transcript.live.turn()
        await settle(pilot)
        assert app.lines()[5].strip() == "▌    red [red]x[/red] [@click=app.quit]y[/] z"
        for strip in rows(app):
            assert is_visible(strip.text)
            assert not any(
                "@click" in segment.style.meta for segment in strip if segment.style and "quit" in segment.text
            )


async def test_a_reply_on_its_way_goes_on_with_its_thoughts() -> None:
    clock = [100.0]
    app = TranscriptApp(now=lambda: clock[0])
    async with app.run_test(size=SIZE) as pilot:
        answer = reply(reasoning="so many", state=MessageState.STREAMING)
        app.transcript.show([ask("Q")], {})
        app.transcript.live.start(answer)
        app.transcript.live.think(" words")
        clock[0] += 0.3
        app.transcript.live.turn()
        app.transcript.folding.toggle_reasoning(answer.id)
        await settle(pilot)
        assert "3 words" in app.lines()[4]
        assert "so many words" in app.lines()[5]


async def test_the_tail_is_followed_while_thoughts_arrive_until_the_line_in_view_is_toggled() -> None:
    app = TranscriptApp(follow="tail")
    async with app.run_test(size=SIZE) as pilot:
        transcript = app.transcript
        transcript.show(conversation(20), {})
        transcript.folding.show_reasoning = True
        transcript.add(ask("Q"))
        answer = reply(state=MessageState.STREAMING)
        transcript.live.start(answer)
        transcript.live.think("\n".join(f"thought {n}" for n in range(60)))
        transcript.live.turn()
        await settle(pilot)
        assert "thought 59" in app.lines()[-4]
        transcript.folding.toggle_reasoning(answer.id)
        assert transcript.viewport.is_following
        transcript.live.turn()
        await settle(pilot)
        assert any("▸ thinking" in line for line in app.lines())
        before = app.lines()
        transcript.folding.toggle_reasoning(answer.id)
        await settle(pilot)
        assert not transcript.viewport.is_following
        at = next(n for n, line in enumerate(before) if "▸ thinking" in line)
        assert app.lines()[:at] == before[:at]
