"""What is said of a prompt that was not answered, and of a reply that failed."""

from __future__ import annotations

from typing import get_args

import pytest

from tui.domain.chat import ChatMessage, Conversation, MessageError, MessageState, Role
from tui.domain.errors import GatewayErrorKind
from tui.screens.chat.notes import header_statuses, note_of

KINDS = (*get_args(GatewayErrorKind), "engine", "settings")

SENT_NOWHERE = {"network", "tls", "engine", "settings"}
REFUSED = {"auth", "payment", "forbidden", "not_found", "bad_request", "too_large", "context_length", "rate_limit"} | {
    "firewall", "region", "filtered", "no_chat",
}  # fmt: skip


def failed(kind: str, text: str = "") -> ChatMessage:
    error = MessageError(kind, "It failed.")
    return ChatMessage(Role.ASSISTANT, text, state=MessageState.FAILED, error=error)


def talk(*replies: ChatMessage) -> tuple[Conversation, list[str]]:
    """A question before each reply; the questions' ids."""
    conversation, ids = Conversation(), []
    for n, reply in enumerate(replies):
        ids.append(conversation.add(ChatMessage(Role.USER, f"question {n}")).id)
        conversation.add(reply)
    return conversation, ids


def fates(conversation: Conversation, ids: list[str]) -> list[str]:
    marks = header_statuses(conversation)
    return [marks[each].warning if each in marks else "" for each in ids]


@pytest.mark.parametrize("kind", KINDS)
def test_every_failure_says_what_became_of_the_prompt_and_what_helps(kind: str) -> None:
    reply = failed(kind)
    fate = "not sent" if kind in SENT_NOWHERE else "not accepted" if kind in REFUSED else "not answered"
    assert fates(*talk(reply)) == [fate]
    note = note_of(reply)
    assert note is not None
    assert note.sentence.endswith(" · It failed.")  # named by its kind
    assert "f5 retry" in note.keys
    assert note.keys.endswith("esc e edit")


def test_what_ended_before_the_first_word_is_not_answered() -> None:
    stopped = ChatMessage(Role.ASSISTANT, state=MessageState.STOPPED)
    interrupted = ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING)
    assert fates(*talk(stopped)) == fates(*talk(interrupted)) == ["not answered"]
    for reply in (stopped, interrupted):
        note = note_of(reply)
        assert note is not None
        assert note.keys == "f5 retry · esc e edit"


def test_a_failure_of_a_newer_version_is_not_answered() -> None:
    assert fates(*talk(failed("solar-flare"))) == ["not answered"]


def test_an_answer_however_short_is_one() -> None:
    whole = ChatMessage(Role.ASSISTANT, "Yes.")
    cut = failed("network", "Ye")
    conversation, ids = talk(whole, cut)
    assert fates(conversation, ids) == ["", ""]
    note = note_of(cut)
    assert note is not None
    assert note.keys.endswith("shift+f5 continue")


def test_a_reply_that_is_arriving_is_no_failure() -> None:
    growing = ChatMessage(Role.ASSISTANT, state=MessageState.STREAMING)
    conversation, _ids = talk(growing)
    assert header_statuses(conversation, {growing.id}) == {}


def test_what_went_out_with_a_later_prompt_was_sent() -> None:
    conversation, ids = talk(failed("network"), failed("network"))
    assert fates(conversation, ids) == ["not sent", "not sent"]
    conversation, ids = talk(failed("network"), failed("auth"))
    assert fates(conversation, ids) == ["not answered", "not accepted"]
    conversation, ids = talk(failed("rate_limit"), failed("network"), ChatMessage(Role.ASSISTANT, "Here I am."))
    assert fates(conversation, ids) == ["not answered", "not answered", ""]


def test_versions_are_counted_from_the_oldest() -> None:
    conversation, ids = talk(ChatMessage(Role.ASSISTANT, "One", created=1.0))
    first = conversation.branch()[-1]
    second = conversation.add_sibling(first, ChatMessage(Role.ASSISTANT, "Two", created=2.0))
    assert {name: mark.versions for name, mark in header_statuses(conversation).items()} == {second.id: "‹ 2/2 ›"}
    conversation.add_sibling(first, failed("network"))
    marks = header_statuses(conversation)
    assert marks[ids[0]].warning == "not sent"
    assert marks[conversation.branch()[-1].id].versions == "‹ 3/3 ›"
    conversation.leaf = first.id
    assert header_statuses(conversation)[first.id].versions == "‹ 1/2 ›"  # nothing is to be seen of the third


@pytest.mark.parametrize(
    ("reason", "keys"),
    [
        ("max_tokens", "shift+f5 continue"),
        ("pause_turn", "shift+f5 continue"),
        ("model_context_window_exceeded", "ctrl+n new conversation · ctrl+l another model"),
        ("SAFETY", "esc e edit · ctrl+l another model · f5 retry"),
        ("stop", ""),
    ],
)
def test_a_reply_that_was_cut_names_the_keys_that_help(reason: str, keys: str) -> None:
    reply = ChatMessage(Role.ASSISTANT, "Once", finish_reason=reason, notice="It was cut.")
    note = note_of(reply)
    assert note is not None
    assert note.keys == keys
