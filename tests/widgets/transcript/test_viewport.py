"""What is in view, and what stays where it is. No app is needed for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.widgets.transcript.conftest import ask, conversation, reply
from tests.widgets.transcript.parts import Parts
from tui.domain.chat import ChatMessage
from tui.widgets.transcript.entry import Entry, Prepared
from tui.widgets.transcript.viewport import FollowEnd, Free, PinQuestion


def questions(count: int) -> list[ChatMessage]:
    """Messages of three rows each: header, text, gap."""
    return [ask(f"Question {n}?") for n in range(count)]


def prepared(parts: Parts, messages: list[ChatMessage]) -> Prepared:
    entries = [Entry(message) for message in messages]
    return Prepared(entries, [parts.messages.estimated(entry) for entry in entries])


def test_it_opens_at_the_end_or_at_a_message() -> None:
    messages = questions(20)
    parts = Parts(messages)
    assert parts.viewport.is_at_end
    assert parts.lines[-2:] == ["Question 19?", ""]
    parts.show(messages, at=messages[4].id)
    assert parts.lines[1] == "Question 4?"
    assert parts.viewport.anchor == Free(messages[4].id, 0)


def test_what_is_asked_for_before_the_height_is_known_is_shown_once_it_is() -> None:
    messages = questions(20)
    parts = Parts(height=0)
    parts.show(messages, at=messages[4].id)
    assert not parts.viewport.in_view
    parts.viewport.resize(10)
    assert parts.lines[1] == "Question 4?"
    parts = Parts(height=0)
    parts.show(messages)
    parts.viewport.pin(messages[19].id)
    parts.viewport.resize(10)
    assert parts.lines[1] == "Question 19?"


def test_a_message_is_brought_into_view_with_as_little_movement_as_need_be() -> None:
    messages = questions(20)
    parts = Parts(messages, height=9)
    parts.show(messages, at=messages[6].id)
    parts.viewport.reveal(messages[7].id)
    assert parts.lines[1] == "Question 6?"
    parts.viewport.reveal(messages[9].id)
    assert parts.lines[-1] == "Question 9?"
    parts.viewport.reveal(messages[2].id)
    assert parts.lines[1] == "Question 2?"


def test_rows_out_of_view_come_to_its_upper_third_and_rows_in_view_stay() -> None:
    long = reply("\n\n".join(f"line {n}" for n in range(40)))
    parts = Parts([ask("Q"), long], height=12)
    parts.show([ask("Q"), long], at=long.id)
    parts.viewport.reveal_rows(long.id, 3, 5)
    assert parts.viewport.top == 3
    parts.viewport.reveal_rows(long.id, 50, 52)
    assert parts.viewport.line_of(1) + 50 == 4


def test_a_page_overlaps_the_last_one() -> None:
    parts = Parts(questions(20), height=12)
    before = parts.lines
    parts.viewport.turn_page(-1)
    assert parts.lines[-2:] == before[:2]
    parts.viewport.turn_page(1)
    assert parts.lines == before


def test_a_pinned_question_keeps_the_top_while_the_reply_fills_its_page() -> None:
    parts = Parts(questions(20))
    question = ask("And now?")
    parts.messages.append(Entry(question))
    parts.viewport.pin(question.id)
    parts.live.start(reply())
    for _ in range(20):
        parts.live.append("word\n\n")
        assert parts.lines[1] == "And now?"
    assert parts.viewport.anchor == PinQuestion(question.id)
    assert parts.viewport.rows_below > 0


def test_a_page_is_kept_free_below_a_pinned_question_also_after_scrolling() -> None:
    parts = Parts(questions(20))
    question = ask("And now?")
    parts.messages.append(Entry(question))
    parts.viewport.pin(question.id)
    rows = parts.viewport.rows
    parts.viewport.scroll_to(parts.viewport.top - 4)
    assert isinstance(parts.viewport.anchor, Free)
    assert parts.viewport.rows == rows
    assert parts.viewport.pinned == question.id


def test_following_ends_when_the_reader_scrolls_and_begins_again_at_the_end() -> None:
    parts = Parts(questions(20))
    parts.live.start(reply())
    parts.viewport.follow_end()
    parts.live.append("word\n\n" * 20 + "the end")
    assert "the end" in parts.lines
    parts.viewport.scroll_to(parts.viewport.top - 5)
    assert not parts.viewport.is_following
    away = parts.lines
    parts.live.append("\n\nmore")
    assert parts.lines == away
    parts.viewport.scroll_to(10_000)
    assert parts.viewport.anchor == FollowEnd()
    parts.live.append("\n\nand more")
    assert "and more" in parts.lines


def test_messages_before_move_nothing() -> None:
    messages = conversation(60)
    parts = Parts()
    parts.show(messages[30:], at=messages[40].id)
    before = parts.lines
    parts.messages.prepend(prepared(parts, messages[:30]))
    assert parts.lines == before


def test_what_stays_in_view_keeps_its_line_when_others_go() -> None:
    messages = conversation(60)
    parts = Parts()
    parts.show(messages, at=messages[30].id)
    before = parts.lines
    kept = messages[:5] + messages[20:]
    parts.viewport.keep({message.id for message in kept})
    parts.messages.renew(kept, {})
    assert parts.lines == before


def test_the_next_message_takes_the_place_of_those_that_went() -> None:
    messages = questions(60)
    parts = Parts()
    parts.show(messages, at=messages[30].id)
    kept = messages[:10] + messages[50:]
    parts.viewport.keep({message.id for message in kept})
    parts.messages.renew(kept, {})
    assert parts.lines[1] == "Question 50?"


def test_the_end_is_shown_where_all_that_was_in_view_is_taken_away() -> None:
    parts = Parts(questions(60))
    parts.messages.truncate(5)
    assert parts.lines[-2:] == ["Question 4?", ""]


def test_a_pinned_question_that_goes_is_no_longer_the_anchor() -> None:
    messages = questions(10)
    parts = Parts(messages)
    parts.viewport.pin(messages[9].id)
    parts.messages.truncate(6)
    assert isinstance(parts.viewport.anchor, Free)
    assert parts.viewport.pinned is None
    assert parts.viewport.rows == parts.messages.heights.total


@pytest.mark.parametrize(
    "hold",
    [
        lambda parts: parts.viewport.pin(parts.messages.id_at(len(parts.messages) - 1)),
        lambda parts: parts.viewport.follow_end(),
        lambda parts: parts.viewport.to_top(parts.messages.id_at(50)),
    ],
)
def test_nothing_is_held_of_a_conversation_that_is_left(hold: Callable[[Parts], None]) -> None:
    parts = Parts(questions(60))
    hold(parts)
    left = parts.viewport.save()
    parts.show(questions(2))
    assert parts.lines[1] == "Question 0?"
    assert isinstance(parts.viewport.anchor, Free)
    before = parts.lines
    assert left is not None
    parts.viewport.restore(left)
    assert parts.lines == before


def test_a_saved_position_is_gone_back_to_also_when_messages_came_before_it() -> None:
    messages = questions(60)
    parts = Parts(messages[30:])
    parts.viewport.to_top(messages[40].id, 1)
    position = parts.viewport.save()
    assert position is not None
    before = parts.lines
    parts.viewport.to_end()
    parts.messages.prepend(prepared(parts, messages[:30]))
    parts.viewport.restore(position)
    assert parts.lines == before


def test_following_is_gone_back_to_while_the_reply_grows_and_else_to_what_was_in_view() -> None:
    messages = questions(20)
    parts = Parts(messages)
    answer = reply()
    parts.live.start(answer)
    parts.viewport.follow_end()
    position = parts.viewport.save()
    assert position is not None
    parts.viewport.to_top(messages[0].id)
    parts.viewport.restore(position)
    assert parts.viewport.is_following
    parts.viewport.to_top(messages[0].id)
    parts.live.finish(answer)
    parts.viewport.restore(position)
    assert not parts.viewport.is_following
    assert parts.viewport.is_at_end


def test_another_height_keeps_the_end_at_the_end_and_the_top_at_the_top() -> None:
    messages = questions(20)
    parts = Parts(messages)
    parts.viewport.resize(14)
    assert parts.viewport.is_at_end
    parts.viewport.to_top(messages[3].id)
    parts.viewport.resize(7)
    assert parts.lines[1] == "Question 3?"


def test_an_empty_conversation_has_nothing_in_view() -> None:
    parts = Parts()
    assert not parts.viewport.in_view
    assert parts.viewport.save() is None
    parts.viewport.turn_page(1)
    parts.viewport.to_end()
    parts.messages.prepend(prepared(parts, questions(3)))
    assert parts.lines[1] == "Question 0?"


STEPS = (
    "scroll",
    "end",
    "pin",
    "follow",
    "reveal",
    "top",
    "resize",
    "open",
    "renew",
    "cut",
    "before",
    "grow",
    "end reply",
)


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 60)), max_size=30))
def test_whatever_is_done_the_view_stays_within_measured_messages(steps: list[tuple[str, int]]) -> None:
    parts, answer = Parts(conversation(30), height=12), reply()
    for what, n in steps:
        messages, viewport = [*parts.messages], parts.viewport
        any_id = messages[n % len(messages)].id if messages else "gone"
        match what:
            case "scroll":
                viewport.scroll_to(viewport.top + n - 30)
            case "end":
                viewport.to_end()
            case "pin":
                viewport.pin(any_id)
            case "follow":
                viewport.follow_end()
            case "reveal":
                viewport.reveal(any_id)
            case "top":
                viewport.to_top(any_id, n % 3)
            case "resize":
                viewport.resize(1 + n)
            case "open":
                parts.show(conversation(n % 40), at=None if n % 2 else any_id)
            case "renew":
                kept = [message for number, message in enumerate(messages) if (number + n) % 3]
                viewport.keep({message.id for message in kept})
                parts.messages.renew(kept, {})
            case "cut":
                parts.messages.truncate(min(n, len(messages)))
            case "before":
                parts.messages.prepend(prepared(parts, conversation(n % 7)))
            case "grow":
                if parts.live.message_id is None:
                    answer = reply()
                    parts.live.start(answer)
                parts.live.append("word\n\n" * (n % 5))
            case "end reply":
                parts.live.finish(answer)
        assert 0 <= viewport.top <= max(0, viewport.rows - viewport.height)
        assert viewport.rows >= parts.messages.heights.total
        assert all(parts.messages.entries[index].exact for index in viewport.in_view)
        assert (
            not isinstance(viewport.anchor, Free)
            or not len(parts.messages)
            or viewport.anchor.message_id == parts.top_id
        )
