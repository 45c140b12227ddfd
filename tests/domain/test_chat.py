"""Conversations are trees that are shown as a branch."""

from __future__ import annotations

import pytest

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role, Usage, new_id, title_from
from tui.domain.models import ModelInfo, matching
from tui.domain.settings import GenerationOptions, Profile, Settings


def talk() -> tuple[Conversation, ChatMessage, ChatMessage]:
    conversation = Conversation()
    question = conversation.add(ChatMessage(Role.USER, "why?"))
    answer = conversation.add(ChatMessage(Role.ASSISTANT, "because"))
    return conversation, question, answer


def test_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(50)]
    assert [i[:12] for i in ids] == sorted(i[:12] for i in ids)
    assert len(set(ids)) == 50


def test_a_sibling_takes_the_place_on_the_branch() -> None:
    conversation, question, answer = talk()
    other = conversation.add_sibling(answer, ChatMessage(Role.ASSISTANT, "no idea"))
    assert conversation.branch() == [question, other]
    assert conversation.last_reply() is other
    assert set(conversation.messages) == {question.id, answer.id, other.id}


def test_a_broken_tree_ends_the_branch_and_does_not_hang() -> None:
    conversation, question, answer = talk()
    question.parent_id = answer.id
    assert conversation.branch() == [question, answer]
    answer.parent_id = "gone"
    assert conversation.branch() == [answer]


def test_the_context_leaves_out_empty_and_deleted_messages() -> None:
    conversation, question, answer = talk()
    failed = conversation.add(ChatMessage(Role.ASSISTANT, "", state=MessageState.FAILED))
    stopped = conversation.add(ChatMessage(Role.ASSISTANT, "half", state=MessageState.STOPPED))
    answer.deleted = True
    assert conversation.context() == [question, stopped]
    assert conversation.context(before=failed) == [question]


def test_speed_counts_from_the_first_token() -> None:
    message = ChatMessage(Role.ASSISTANT, created=0.0, first_token=1.0, finished=3.0, usage=Usage(1, 80, 81))
    assert message.tokens_per_second == pytest.approx(40)
    assert message.seconds == pytest.approx(3)


def test_titles_come_from_the_first_line_with_words() -> None:
    assert title_from("\n\n## Hello there\nmore") == "Hello there"
    assert len(title_from("word " * 50)) == 60
    assert title_from("   ") == ""


@pytest.mark.parametrize("bad", [{"temperature": 2.1}, {"temperature": -1}, {"top_p": 1.1}, {"max_tokens": 0}])
def test_options_out_of_range_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        GenerationOptions(**bad)  # type: ignore[arg-type]


def test_options_over_defaults_and_warnings() -> None:
    mine = GenerationOptions(temperature=1.6, top_p=0.5)
    assert mine.over(GenerationOptions(max_tokens=5)).as_dict() == {"temperature": 1.6, "top_p": 0.5, "max_tokens": 5}
    assert len(mine.warnings()) == 2
    assert GenerationOptions(temperature=1.5).warnings() == []


def test_the_profile_in_use_is_the_named_one_else_the_first() -> None:
    a, b = Profile("a", "http://a"), Profile("b", "http://b")
    assert Settings((a, b), "b").current() is b
    assert Settings((a, b), "gone").current() is a
    assert Settings().current() is None


def test_models_match_by_all_words_and_prefixes_come_first() -> None:
    models = [ModelInfo("vendor/gpt-4"), ModelInfo("gpt-4-mini"), ModelInfo("qwen")]
    assert [m.id for m in matching(models, "gpt 4")] == ["vendor/gpt-4", "gpt-4-mini"]
    assert [m.id for m in matching(models, "gpt")] == ["gpt-4-mini", "vendor/gpt-4"]
    assert matching(models, "") == models
