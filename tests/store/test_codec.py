"""Conversations to documents and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.chat import ChatMessage, Conversation, MessageError, MessageState, Role, Usage
from tui.domain.settings import GenerationOptions
from tui.store import codec
from tui.store.codec import decode_conversation, encode_message, encode_meta

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
STORED_OF_MESSAGE = {
    "attachments",
    "content",
    "created",
    "deleted",
    "error",
    "finish_reason",
    "finished",
    "first_token",
    "id",
    "marked",
    "model",
    "notice",
    "params",
    "parent_id",
    "reasoned",
    "reasoning",
    "resumed",
    "role",
    "state",
    "usage",
    "writer",
}
STORED_OF_CONVERSATION = {
    "created",
    "leaf",
    "model",
    "params",
    "pinned",
    "profile",
    "schema",
    "system",
    "title",
    "updated",
}
STORED_INSIDE = {
    "class",
    "request_id",
    "sentence",
    "status",
    "completion_tokens",
    "prompt_tokens",
    "total_tokens",
    "max_tokens",
    "temperature",
    "top_p",
}
KEYS = st.sampled_from(sorted(STORED_OF_MESSAGE | STORED_OF_CONVERSATION | STORED_INSIDE))
DOCS = st.dictionaries(KEYS, ANYTHING | st.dictionaries(KEYS, ANYTHING, max_size=4), max_size=8)


def full_message() -> ChatMessage:
    return ChatMessage(
        role=Role.ASSISTANT,
        content="é数\ud800",
        id="01",
        parent_id=None,
        state=MessageState.FAILED,
        reasoning="so",
        model="m/1",
        options=GenerationOptions(temperature=0.5, max_tokens=3),
        usage=Usage(1, 2, 3),
        finish_reason="length",
        notice="Cut.",
        created=1.5,
        first_token=2.5,
        finished=3.5,
        resumed=True,
        writer="w",
        error=MessageError("server", "It broke.", 500, "r1"),
        deleted=True,
        marked=True,
        extra={
            "attachments": [{"name": "a.png"}],
            "params": {"seed": 5},
            "usage": {"cached": 1},
            "error": {"hint": "x"},
        },
    )


def values(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def through_json(conversation: Conversation) -> Conversation:
    messages = {
        message.id: json.loads(json.dumps(encode_message(message))) for message in conversation.messages.values()
    }
    return decode_conversation(conversation.id, json.loads(json.dumps(encode_meta(conversation))), messages)


def test_every_field_survives() -> None:
    message = full_message()
    conversation = Conversation(
        "c",
        "Title",
        1.0,
        2.0,
        "m",
        "p",
        "be brief",
        GenerationOptions(top_p=0.1),
        "01",
        True,
        {"01": message},
        {"colour": "red"},
    )
    back = through_json(conversation)
    assert values(back.messages["01"]) == values(message)
    assert {**values(back), "messages": None} == {**values(conversation), "messages": None}


def test_the_stored_names_are_those_of_the_format() -> None:
    stored = encode_message(full_message())
    assert set(stored) == STORED_OF_MESSAGE
    assert stored["state"] == "failed"
    assert stored["params"] == {"temperature": 0.5, "max_tokens": 3, "seed": 5}
    assert stored["error"] == {
        "class": "server",
        "sentence": "It broke.",
        "status": 500,
        "request_id": "r1",
        "hint": "x",
    }
    assert set(encode_meta(Conversation())) == STORED_OF_CONVERSATION


def test_a_role_of_a_newer_version_is_shown_as_a_reply_and_kept() -> None:
    message = decode_conversation("c", {}, {"1": {"role": "tool", "content": "42"}}).messages["1"]
    assert message.role is Role.ASSISTANT
    assert encode_message(message)["role"] == "tool"


@given(st.none() | DOCS, st.dictionaries(st.text(max_size=4), DOCS, max_size=4))
def test_no_value_makes_a_conversation_unreadable(
    meta: dict[str, Any] | None, messages: dict[str, dict[str, Any]]
) -> None:
    conversation = decode_conversation("c", meta and {**meta, "schema": 1}, messages)
    assert conversation.messages.keys() == messages.keys()
    assert isinstance(conversation.title, str)
    conversation.branch()
    encode_meta(conversation)
    for message in conversation.messages.values():
        assert isinstance(message.content, str)
        encode_message(message)


def test_an_option_out_of_range_counts_as_not_set() -> None:
    message = decode_conversation(
        "c", {}, {"1": {"params": {"temperature": 9, "top_p": 0.5, "max_tokens": True}}}
    ).messages["1"]
    assert message.options == GenerationOptions(top_p=0.5)


def test_without_meta_all_messages_are_shown_under_a_title_that_says_so() -> None:
    messages = {
        "1": {"role": "user", "content": "hi", "created": 5.0},
        "2": {"role": "assistant", "content": "ho", "created": 6.0, "parent_id": "1"},
    }
    found = decode_conversation("c", None, messages)
    assert found.title == "Recovered"
    assert [message.content for message in found.branch()] == ["hi", "ho"]
    assert (found.created, found.updated) == (5.0, 6.0)


def test_a_lost_message_does_not_hide_those_before_it() -> None:
    conversation = Conversation(title="t")
    for n in range(5):
        conversation.add(ChatMessage(Role.USER, str(n), created=float(n)))
    lost = next(message for message in conversation.messages.values() if message.content == "2")
    del conversation.messages[lost.id]
    assert [message.content for message in through_json(conversation).branch()] == ["0", "1", "3", "4"]


def test_a_lost_leaf_shows_the_newest_branch() -> None:
    conversation = Conversation(title="t")
    first = conversation.add(ChatMessage(Role.USER, "1", created=1.0))
    conversation.add(ChatMessage(Role.USER, "2", created=2.0))
    conversation.leaf = "lost"
    conversation.messages[first.id].deleted = False
    assert [message.content for message in through_json(conversation).branch()] == ["1", "2"]


def test_an_older_shape_is_migrated_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "SCHEMA", 2)

    def rename_text(meta: codec.Doc, messages: codec.Docs) -> tuple[codec.Doc, codec.Docs]:
        return meta, {key: {**doc, "content": doc["text"]} for key, doc in messages.items()}

    found = decode_conversation("c", {"schema": 1, "title": "t"}, {"1": {"text": "hi"}}, {1: rename_text})
    assert found.messages["1"].content == "hi"
