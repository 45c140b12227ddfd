"""Folding long code and whole messages, and showing text as it was written: what is read stays where it was."""

from __future__ import annotations

import pytest

from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, expected, reference, reply, settle
from tui.domain.chat import ChatMessage
from tui.rendering.note import Note

SIZE = (80, 24)
LONG = "\n".join(f"line {n}" for n in range(1, 101))


def with_code(lines: str = LONG, before: str = "Here it is.") -> list[ChatMessage]:
    return [*conversation(6), ask("And all of it?"), reply(f"{before}\n\n```text\n{lines}\n```\n\nThat was it.")]


async def test_long_code_is_folded_with_a_count_and_a_click_opens_it_in_place() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(with_code(), {})
        await settle(pilot)
        shown = app.lines()
        at = next(n for n, line in enumerate(shown) if "▸ 40 more lines" in line)
        assert shown[at - 1].strip("▏ ") == "line 60"
        await pilot.click(app.transcript, offset=(8, at))
        await settle(pilot)
        assert [line.strip("▏ ") for line in app.lines()[at - 2 : at + 2]] == [
            "line 59",
            "line 60",
            "line 61",
            "line 62",
        ]
        assert app.lines() == expected(app.transcript)


async def test_code_that_is_folded_again_leaves_its_last_line_where_the_eye_is() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = with_code()
        app.transcript.show(messages, {})
        app.transcript.folding.open(messages[-1].id)
        await settle(pilot)
        app.transcript.viewport.to_end()
        await settle(pilot)
        at = next(n for n, line in enumerate(app.lines()) if "▾ fold 100 lines" in line)
        await pilot.click(app.transcript, offset=(8, at))
        await settle(pilot)
        assert any("▸ 40 more lines" in line for line in app.lines())
        assert app.lines() == expected(app.transcript)


@pytest.mark.parametrize(("lines", "folded"), [(60, False), (69, False), (70, True)])
async def test_a_few_lines_more_are_not_worth_folding(lines: int, folded: bool) -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.show(with_code("\n".join("x" * lines)), {})
        await settle(pilot)
        assert any("more lines" in line for line in app.lines()) is folded


async def test_code_that_was_watched_as_it_came_does_not_fold_under_the_eye() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.add(ask())
        answer = reply()
        app.transcript.live.start(answer)
        app.transcript.live.append(f"```text\n{LONG}\n```\n")
        app.transcript.follow()
        await settle(pilot)
        answer.content = f"```text\n{LONG}\n```\n"
        app.transcript.live.finish(answer)
        await settle(pilot)
        assert any(line.strip("▏ ") == "line 100" for line in app.lines())
        app.transcript.folding.close(answer.id)
        await settle(pilot)
        assert not any(line.strip("▏ ") == "line 100" for line in app.lines())


async def test_a_message_folds_to_one_line_step_by_step_and_opens_again() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(4)
        thought = reply("Well, **yes**.\n\nIt is so.", reasoning="hm", reasoned=1.0)
        app.transcript.show([*messages, ask(), thought], {})
        await settle(pilot)
        usual = reference(app.transcript)
        app.transcript.folding.open(thought.id)
        await settle(pilot)
        assert any(line.strip() == "hm" for line in app.lines())
        app.transcript.folding.close(thought.id)
        await settle(pilot)
        assert reference(app.transcript) == usual
        app.transcript.folding.close(thought.id)
        await settle(pilot)
        assert any(line.strip() == "▸ Well, **yes**. It is so. · 3 lines" for line in app.lines())
        assert app.lines() == expected(app.transcript)
        app.transcript.folding.close(thought.id)
        app.transcript.folding.open(thought.id)
        await settle(pilot)
        assert reference(app.transcript) == usual


async def test_space_folds_what_can_be_folded_and_else_the_message() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = [ask("Short?"), reply("Short."), *with_code()[-2:]]
        app.transcript.show(messages, {})
        for message, folded in ((messages[1], "▸ Short. · 1 line"), (messages[-1], "▾ fold 100 lines")):
            for pressed in (True, False):
                app.transcript.folding.toggle(message.id)
                rows = app.transcript.messages.rows(app.transcript.messages.position(message.id) or 0)
                assert any(row.text.strip("▏ ") == folded for row in rows) is pressed
        await settle(pilot)
        assert app.lines() == expected(app.transcript)


async def test_a_folded_message_above_keeps_what_is_read_in_view() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(40)
        app.transcript.show(messages, {})
        await settle(pilot)
        app.transcript.scroll_to(y=60)
        await settle(pilot)
        top = app.transcript.viewport.in_view.start
        assert top is not None
        app.transcript.folding.close(messages[top].id)
        await settle(pilot)
        assert app.lines()[1].lstrip().startswith("▸ ")
        assert app.lines() == expected(app.transcript)


async def test_text_as_it_was_written_and_drawn_again() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        source = "# Head\n\n- **one**\n- `two`\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        answer = reply(source)
        app.transcript.show([ask(), answer], {})
        await settle(pilot)
        drawn = app.lines()
        assert app.transcript.folding.toggle_source(answer.id) is True
        await settle(pilot)
        assert any("· Markdown source" in line for line in app.lines())
        assert [line.strip() for line in app.lines()[4:12]] == [line.strip() for line in source.split("\n")]
        assert app.transcript.folding.toggle_source(answer.id) is False
        await settle(pilot)
        assert app.lines() == drawn


async def test_the_growing_reply_is_neither_folded_nor_raw() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.add(ask())
        answer = reply()
        app.transcript.live.start(answer)
        app.transcript.live.append("Still **coming**")
        await settle(pilot)
        assert app.transcript.folding.toggle_source(answer.id) is None
        app.transcript.folding.close(answer.id)
        app.transcript.folding.toggle(answer.id)
        await settle(pilot)
        assert any("Still coming" in line for line in app.lines())


async def test_how_a_message_is_shown_stays_when_others_change() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        messages = conversation(8)
        app.transcript.show(messages, {})
        app.transcript.folding.close(messages[3].id)
        app.transcript.renew(messages[1:], {})
        await settle(pilot)
        assert app.transcript.messages.entries[2].shape.folded
        assert app.lines() == expected(app.transcript)


async def test_a_reply_that_ends_is_not_drawn_again_and_looks_as_if_it_were() -> None:
    app = TranscriptApp()
    async with app.run_test(size=SIZE) as pilot:
        app.transcript.add(ask())
        answer = reply(reasoning="hm", reasoned=1.0)
        app.transcript.live.start(answer)
        text = "# Head\n\nSome **words** and\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx = '''\none\n'''\n```\n\nlast \x1b[3"
        for at in range(0, len(text), 7):
            app.transcript.live.append(text[at : at + 7])
        live = app.transcript.messages.live
        assert live is not None
        answer.content = text
        app.transcript.live.finish(answer, Note("Stopped."))
        await settle(pilot)
        assert app.transcript.messages.rows(1)[-6] is live.rows.rows[-3]
        assert app.lines() == expected(app.transcript)
        assert app.lines()[1].strip() == "A question?"
