"""The parts that move over the messages, fold, label and select them. No app is needed for them."""

from __future__ import annotations

from textual.geometry import Offset

from tests.widgets.transcript.conftest import ask, conversation, reply
from tests.widgets.transcript.parts import Parts
from tui.domain.chat import ChatMessage
from tui.markdown.outline import WHOLE
from tui.widgets.transcript.label_letters import Target

LONG_CODE = "```text\n" + "\n".join(f"line {n}" for n in range(1, 101)) + "\n```"


def questions(count: int) -> list[ChatMessage]:
    """Messages of three rows each: header, text, gap."""
    return [ask(f"Question {n}?") for n in range(count)]


# Cursor


def test_the_cursor_comes_to_the_last_message_in_view_and_moves_from_there() -> None:
    messages = questions(20)
    parts = Parts(messages, height=9)
    parts.show(messages, at=messages[5].id)
    parts.cursor.move(1)
    assert parts.cursor.message_id == messages[7].id
    parts.cursor.move(2)
    assert parts.cursor.message_id == messages[9].id
    assert parts.lines[-1] == "Question 9?"
    parts.cursor.move(-100)
    assert parts.cursor.message_id == messages[0].id
    parts.cursor.last()
    assert parts.cursor.message_id == messages[19].id
    parts.cursor.first()
    assert parts.lines[1] == "Question 0?"


def test_the_cursor_follows_into_the_view_to_the_nearest_message() -> None:
    messages = questions(20)
    parts = Parts(messages, height=9)
    parts.cursor.first()
    parts.viewport.to_top(messages[10].id)
    parts.cursor.bring()
    assert parts.cursor.message_id == messages[10].id
    parts.viewport.turn_page(-1)
    parts.cursor.bring()
    top = parts.viewport.top
    assert parts.cursor.message_id == messages[parts.viewport.in_view.stop - 1].id
    assert parts.viewport.top == top


def test_the_cursor_is_taken_away_for_a_message_that_is_not_shown() -> None:
    messages = questions(3)
    parts = Parts(messages)
    parts.cursor.to(messages[1].id)
    parts.cursor.to("gone")
    assert parts.cursor.message_id is None
    parts.show([])
    parts.cursor.move(1)
    assert parts.cursor.message_id is None


# Folding


def test_a_message_is_folded_to_a_line_and_opened_again() -> None:
    messages = questions(3)
    parts = Parts(messages)
    parts.folding.toggle(messages[1].id)
    assert parts.messages.entries[1].shape.folded
    parts.folding.toggle(messages[1].id)
    assert not parts.messages.entries[1].shape.folded


def test_more_and_less_of_long_code_is_shown_and_what_is_read_stays() -> None:
    answer = reply(f"Before.\n\n{LONG_CODE}\n\nAfter.")
    parts = Parts([ask("Q"), answer], height=12)
    parts.viewport.to_top(answer.id, 4)
    before = parts.lines
    parts.folding.open(answer.id)
    assert "line 100" in "\n".join(row.text for row in parts.messages.rows(1))
    assert parts.lines == before
    parts.folding.close(answer.id)
    assert "line 100" not in "\n".join(row.text for row in parts.messages.rows(1))
    assert parts.lines == before
    parts.folding.close(answer.id)
    assert parts.messages.entries[1].shape.folded


def test_the_reasoning_of_one_message_and_of_all() -> None:
    answers = [reply("Yes.", reasoning="Let me think."), reply("No.", reasoning="Let me think twice.")]
    parts = Parts(answers, height=20)
    assert "Let me think." not in parts.lines
    parts.folding.toggle_reasoning(answers[0].id)
    assert "Let me think." in parts.lines
    assert "Let me think twice." not in parts.lines
    parts.folding.show_reasoning = True
    assert "Let me think twice." in parts.lines
    parts.folding.show_reasoning = False
    assert "Let me think." not in parts.lines


def test_the_source_of_a_message_is_shown_but_not_of_a_live_one() -> None:
    answer, live = reply("**bold**"), reply()
    parts = Parts([answer])
    assert parts.folding.toggle_source(answer.id) is True
    assert "**bold**" in parts.lines
    assert parts.folding.toggle_source(answer.id) is False
    assert "bold" in parts.lines
    parts.live.start(live)
    assert parts.folding.toggle_source(live.id) is None
    assert parts.folding.toggle_source("gone") is None


# Jump


def test_going_to_a_block_opens_what_is_folded_and_brings_it_to_the_top() -> None:
    messages = [*conversation(10), reply("Words.\n\n# Head\n\n" + "more\n\n" * 30)]
    parts = Parts(messages, height=12)
    parts.viewport.to_top(messages[0].id)
    parts.folding.close(messages[-1].id)
    assert parts.jump.to(messages[-1].id, 1)
    assert parts.lines[0] == "Head"
    assert parts.cursor.message_id == messages[-1].id
    assert not parts.jump.to("gone")


def test_what_is_read_is_the_message_under_the_cursor_or_the_block_at_the_top() -> None:
    messages = [*questions(6), reply("Words.\n\n# Head\n\n" + "more\n\n" * 30)]
    parts = Parts(messages, height=12)
    parts.jump.to(messages[-1].id, 1)
    place = parts.jump.reading_place()
    assert (place.position, place.block) == (6, 1)
    parts.cursor.to(messages[2].id)
    assert parts.jump.reading_place() == (2, WHOLE)
    assert parts.jump.shows_header(messages[2].id)
    assert not parts.jump.shows_header(messages[6].id)
    parts.show([])
    assert parts.jump.reading_place() == (0, WHOLE)


# Labels


def test_letters_are_laid_on_what_is_in_view_and_choose_it() -> None:
    answer = reply("```py\nx = 1\n```\n\nSee [it](https://example.org/).\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    parts = Parts([answer], height=20)
    assert parts.labels.lay() == {"code", "link", "table"}
    assert {letters: target.kind for letters, target in parts.labels.shown.items()} == {
        "a": "code",
        "s": "link",
        "d": "table",
    }
    assert any(parts.overlays.over(0, row) for row in range(10))
    parts.labels.show({"link"})
    assert parts.labels.choose("a") is None
    assert not parts.labels.shown
    parts.labels.show({"link"})
    target = parts.labels.choose("S")
    assert target is not None
    piece = parts.labels.piece(target)
    assert piece is not None
    assert piece.source == "https://example.org/"
    parts.labels.hide()
    assert not any(parts.overlays.over(0, row) for row in range(10))


def test_letters_stay_on_their_pieces_while_a_reply_grows_and_are_given_anew_after_scrolling() -> None:
    parts = Parts([ask("Q")], height=12)
    parts.live.start(reply())
    parts.live.append("```py\nx = 1\n```\n\n")
    parts.labels.lay()
    first = parts.labels.shown["a"]
    parts.live.append("```py\ny = 2\n```\n\n")
    assert parts.labels.shown["a"] == first
    assert list(parts.labels.shown) == ["a", "s"]
    parts.live.append("words\n\n" * 30)
    parts.viewport.to_end()
    assert not parts.labels.shown


def test_nothing_is_labelled_where_there_is_nothing_and_nothing_is_there_of_what_is_gone() -> None:
    parts = Parts(questions(3))
    assert not parts.labels.lay()
    assert parts.labels.piece(Target("gone", 0, "code")) is None


# Selection


def test_a_drag_selects_characters_and_what_it_began_on_may_not_go() -> None:
    parts = Parts([ask("alpha beta gamma"), reply("second words")])
    parts.selection.press(Offset(9, 1))
    parts.selection.drag_to(Offset(12, 1))
    assert parts.host.has_mouse
    assert parts.selection.let_go()
    assert parts.selection.text == "beta"
    assert parts.selection.span(0, 1) == (9, 13)
    assert parts.selection.span(1, 1) is None
    parts.messages.truncate(1)
    assert not parts.selection.exists
    assert not parts.host.has_selection
    assert not parts.host.has_mouse


def test_a_click_is_no_selection() -> None:
    parts = Parts([ask("alpha beta gamma")])
    parts.selection.press(Offset(9, 1))
    assert not parts.selection.let_go()
    assert not parts.selection.exists
    assert not parts.host.has_mouse


def test_a_word_and_a_paragraph() -> None:
    text = "alpha " * 20 + "end."
    parts = Parts([reply(text + "\n\nMore.")])
    parts.selection.select_word(Offset(10, 2))
    assert parts.selection.text == "alpha"
    parts.selection.select_paragraph(Offset(10, 2))
    assert parts.selection.text == text
    parts.selection.clear()
    assert parts.selection.text is None


def test_a_drag_beyond_the_view_scrolls_until_the_pointer_comes_back() -> None:
    messages = questions(40)
    parts = Parts(messages, height=12)
    parts.viewport.to_top(messages[0].id)
    parts.selection.press(Offset(3, 1))
    parts.selection.drag_to(Offset(20, 15))
    assert parts.selection.is_scrolling
    for _ in range(3):
        parts.host.timers[-1].fire()
    assert parts.viewport.top == 27
    parts.selection.drag_to(Offset(79, 4))
    assert not parts.selection.is_scrolling
    assert parts.selection.let_go()
    assert parts.selection.text is not None
    assert parts.selection.text.endswith("Question 10?")


def test_a_drag_stops_following_the_reply() -> None:
    parts = Parts([ask("Q")])
    parts.live.start(reply())
    parts.live.append("word\n\n" * 20)
    parts.viewport.follow_end()
    parts.selection.press(Offset(3, 3))
    parts.selection.drag_to(Offset(6, 5))
    before = parts.lines[:7]
    parts.live.append("more\n\n" * 5)
    assert parts.lines[:7] == before
    assert parts.selection.let_go()


# The arriving reply


def test_a_reply_is_asked_for_drawn_as_it_comes_and_ended() -> None:
    question, answer = ask("Q"), reply()
    parts = Parts([question])
    parts.live.start(answer)
    assert parts.viewport.pinned == question.id
    parts.live.append("Once ")
    parts.live.append("upon")
    assert "Once upon" in parts.lines
    answer.content = "Once upon"
    parts.live.finish(answer)
    assert parts.live.message_id is None
    assert all(timer.is_stopped for timer in parts.host.timers)
    parts.live.append(" a time")
    assert "Once upon" in parts.lines


def test_a_reply_is_followed_from_the_start_where_that_is_set() -> None:
    parts = Parts([ask("Q")])
    parts.live.follow_mode = "tail"
    parts.live.start(reply())
    parts.live.append("word\n\n" * 20 + "the end")
    assert "the end" in parts.lines
    assert parts.viewport.pinned is None


def test_reasoning_is_drawn_a_moment_later_and_only_where_it_is_unfolded() -> None:
    parts = Parts([ask("Q")])
    parts.folding.show_reasoning = True
    parts.live.start(reply())
    timers = len(parts.host.timers)
    parts.live.think("Let me ")
    parts.live.think("see.")
    assert len(parts.host.timers) == timers + 1
    parts.host.timers[-1].fire()
    assert "Let me see." in parts.lines
