"""The messages of a transcript, what is known of them, and what is reported of their changes."""

from __future__ import annotations

from tests.rendering.drawing import PALETTE
from tests.widgets.transcript.conftest import ask, conversation, reply
from tests.widgets.transcript.parts import Parts
from tui.domain.chat import Usage
from tui.rendering.note import HeaderStatus, Note
from tui.rendering.shape import Shape
from tui.widgets.transcript.entry import Entry, Prepared


def reported(parts: Parts) -> list[tuple[str, int | None]]:
    """What was reported since this was asked for last."""
    changes: list[tuple[str, int | None]] = [(change.kind, change.index) for change in parts.changes]
    parts.changes.clear()
    return changes


def header(parts: Parts, message_id: str) -> str:
    index = parts.messages.position(message_id)
    assert index is not None
    return parts.messages.rows(index)[0].text


def test_each_change_is_reported_once_it_is_made() -> None:
    messages = [ask("one"), ask("two"), ask("three")]
    parts = Parts(messages)
    parts.messages.put(messages[1], Note("A note."))
    assert reported(parts) == [("changed", 1)]
    parts.messages.append(Entry(ask("four")))
    assert reported(parts) == [("added", 3)]
    parts.messages.prepend(Prepared([Entry(ask("zero"))], [3]))
    assert reported(parts) == [("prepended", 0)]
    parts.messages.truncate(2)
    assert reported(parts) == [("moved", 2)]
    parts.messages.renew(messages, {})
    assert reported(parts) == [("moved", 0)]
    parts.messages.reshape(0, Shape(folded=True))
    assert reported(parts) == [("reshaped", 0)]
    parts.messages.unfold_all(True)
    assert reported(parts) == [("reshaped", None)]
    parts.messages.restyle(parts.headers.renderer(PALETTE, 60))
    assert reported(parts) == [("recoloured", None)]
    parts.messages.restyle(parts.headers.renderer(PALETTE, 40))
    assert reported(parts) == [("rewrapped", None)]
    parts.messages.replace(messages[:1], {})
    assert reported(parts) == [("replaced", None)]


def test_of_a_growing_reply_the_rows_are_reported_that_look_different() -> None:
    parts = Parts([ask("Q")])
    parts.live.start(reply())
    parts.live.append("first\n\nsecond\n\n")
    parts.changes.clear()
    parts.live.append("third")
    assert [change.kind for change in parts.changes] == ["grown"]
    rows = parts.messages.rows(1)
    changed = [rows[n].text for part in parts.changes[0].rows for n in part if n < len(rows)]
    assert "third" in changed
    assert "first" not in changed


def test_what_is_known_of_messages_is_kept_when_others_come_and_go() -> None:
    messages = conversation(12)
    parts = Parts(messages)
    for index in range(12):
        parts.messages.measure(index)
    parts.messages.reshape(5, Shape(folded=True))
    rows = parts.messages.rows(8)
    parts.messages.renew(messages[4:], {})
    assert parts.messages.rows(4) is rows
    assert [entry.exact for entry in parts.messages.entries] == [True] * 8
    assert parts.messages.entries[1].shape.folded


def test_a_message_that_comes_back_changed_is_drawn_anew() -> None:
    question, answer = ask("Q"), reply("old words")
    parts = Parts([question, answer])
    assert "old words" in [row.text for row in parts.messages.rows(1)]
    parts.messages.renew([question], {})
    answer.content = "new words"
    parts.messages.renew([question, answer], {})
    assert "new words" in [row.text for row in parts.messages.rows(1)]


def test_the_cursor_and_the_live_reply_are_gone_with_their_messages() -> None:
    messages = conversation(6)
    parts = Parts(messages)
    live = reply()
    parts.live.start(live)
    parts.messages.move_cursor(messages[2].id)
    parts.messages.renew([*messages[:3], live], {})
    assert (parts.messages.cursor, parts.live.message_id) == (messages[2].id, live.id)
    assert parts.messages.live_index == 3
    parts.messages.truncate(2)
    assert (parts.messages.cursor, parts.live.message_id, parts.messages.live_index) == (None, None, -1)
    assert all(timer.is_stopped for timer in parts.host.timers)


def test_figures_stand_on_the_last_reply_and_under_the_cursor() -> None:
    usage = Usage(1, 12, 13)
    first, last = reply("b", usage=usage), reply("d", usage=usage)
    parts = Parts([ask("a"), first, ask("c"), last])
    assert ["12 tokens" in header(parts, each.id) for each in (first, last)] == [False, True]
    parts.cursor.put(first.id)
    assert ["12 tokens" in header(parts, each.id) for each in (first, last)] == [True, True]
    newest = reply("e", usage=usage)
    parts.cursor.clear()
    parts.messages.append(Entry(newest))
    assert ["12 tokens" in header(parts, each.id) for each in (first, last, newest)] == [False, False, True]


def test_headers_tell_what_is_set_anew() -> None:
    question, answer = ask("Q"), reply("A", usage=Usage(1, 12, 13))
    parts = Parts([question, answer])
    parts.headers.statuses = {question.id: HeaderStatus(warning="not sent")}
    assert header(parts, question.id).endswith("not sent")
    parts.headers.statuses = {}
    assert "not sent" not in header(parts, question.id)
    parts.headers.price_of = lambda _message: "2 cents"
    assert "2 cents" in header(parts, answer.id)
