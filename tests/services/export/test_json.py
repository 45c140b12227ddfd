"""JSON holds everything, and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.services.export.talks import rich_talk
from tui.domain.chat import ChatMessage, Conversation, MessageError, MessageState, Role, Usage
from tui.domain.settings import GenerationOptions
from tui.services.export.json_form import as_json
from tui.services.importing.own import is_own, read_own

TEXT = st.text(st.characters(), max_size=20)  # halves of surrogate pairs too
TIMES = st.floats(1, 4e9)
OPTIONS = st.builds(
    GenerationOptions,
    temperature=st.none() | st.floats(0, 2),
    top_p=st.none() | st.floats(0, 1),
    max_tokens=st.none() | st.integers(1, 9999),
)
EXTRA = st.dictionaries(st.sampled_from(["future", "rating"]), st.integers() | TEXT | st.lists(TEXT, max_size=2))


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    talk = Conversation(
        title=draw(TEXT),
        created=draw(TIMES),
        updated=draw(TIMES),
        model=draw(TEXT),
        profile=draw(TEXT),
        system=draw(st.none() | TEXT),
        options=draw(OPTIONS),
        pinned=draw(st.booleans()),
        extra=draw(EXTRA),
    )
    for _ in range(draw(st.integers(1, 6))):
        talk.leaf = draw(st.sampled_from([None, *talk.messages]))
        talk.add(
            draw(
                st.builds(
                    ChatMessage,
                    role=st.sampled_from(Role),
                    content=TEXT,
                    state=st.sampled_from(MessageState),
                    reasoning=TEXT,
                    reasoned=st.none() | TIMES,
                    model=TEXT,
                    options=OPTIONS,
                    usage=st.none() | st.builds(Usage, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
                    finish_reason=st.none() | TEXT,
                    notice=TEXT,
                    created=TIMES,
                    first_token=st.none() | TIMES,
                    finished=st.none() | TIMES,
                    resumed=st.booleans(),
                    error=st.none()
                    | st.builds(MessageError, st.just("network"), TEXT, st.none() | st.integers(), TEXT),
                    deleted=st.booleans(),
                    marked=st.booleans(),
                    extra=EXTRA,
                )
            )
        )
    talk.leaf = draw(st.sampled_from(list(talk.messages)))
    return talk


def shape(talk: Conversation) -> dict[str, Any]:
    """All of a conversation, with the places of the messages for their ids."""
    places: dict[str | None, int | None] = {one: place for place, one in enumerate(talk.messages)}
    places[None] = None
    whole = {one.name: getattr(talk, one.name) for one in fields(talk)}
    messages = []
    for message in talk.messages.values():
        row = {one.name: getattr(message, one.name) for one in fields(message)}
        messages.append(row | {"id": places[message.id], "parent_id": places[message.parent_id]})
    return whole | {"id": "", "leaf": places[talk.leaf], "messages": messages}


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(conversations())
def test_what_is_exported_comes_back_the_same_but_for_ids(talk: Conversation) -> None:
    document = json.loads(as_json(talk).encode())
    assert is_own(document)
    found = read_own(document)
    back = found.conversation
    assert shape(back) == shape(talk)
    assert found.origin == ("chinwag", talk.id)
    assert not found.left_out
    assert back.id != talk.id
    assert not set(back.messages) & set(talk.messages)
    assert all(message.id == key for key, message in back.messages.items())


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(conversations())
def test_new_ids_sort_by_the_times_of_the_messages(talk: Conversation) -> None:
    back = read_own(json.loads(as_json(talk))).conversation
    for message in back.messages.values():
        assert abs(int(message.id[:12], 16) / 1000 - message.created) <= 0.001


def test_the_file_is_made_for_people_and_programs() -> None:
    text = as_json(rich_talk())
    document = json.loads(text)
    assert (document["chinwag"], document["kind"]) == (1, "conversation")
    assert document["system"] == "Be brief."
    assert document["params"] == {"temperature": 0.5, "max_tokens": 200}
    assert [message["role"] for message in document["messages"]] == [
        "user",
        "assistant",
        "assistant",
        "user",
        "assistant",
    ]
    assert document["messages"][2]["error"]["sentence"] == "No connection to lab."
    assert '  "title": "Why is the sky blue? / 天空",' in text.splitlines()


def test_shown_in_a_terminal_it_does_nothing_to_it() -> None:
    talk = Conversation()
    talk.add(ChatMessage(Role.USER, "a\x1b[31mb\x9b31mc\x7f\r"))
    text = as_json(talk)
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in text if letter != "\n")
    assert json.loads(text)["messages"][0]["content"] == "a\x1b[31mb\x9b31mc\x7f\r"


def test_which_process_wrote_a_reply_is_nobodys_business() -> None:
    talk = Conversation()
    talk.add(ChatMessage(Role.ASSISTANT, "a", state=MessageState.STREAMING, writer="0123"))
    assert json.loads(as_json(talk))["messages"][0]["writer"] == ""
