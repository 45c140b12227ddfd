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


# Versions

Q, A = Role.USER, Role.ASSISTANT


def tree(*rows: tuple[str, str | None, Role]) -> Conversation:
    """A conversation of messages given as id, parent and role, each said a second after the one before."""
    conversation = Conversation()
    for second, (name, parent, role) in enumerate(rows):
        conversation.messages[name] = ChatMessage(role, name, id=name, parent_id=parent, created=float(second))
    conversation.leaf = rows[-1][0]
    return conversation


def counted(conversation: Conversation) -> dict[str, tuple[int, int]]:
    """Which version each message on screen is, and of how many."""
    found = conversation.versions()
    return {name: (beside.index(conversation.messages[name]) + 1, len(beside)) for name, beside in found.items()}


def shown(conversation: Conversation) -> str:
    return " ".join(message.id for message in conversation.branch())


@pytest.fixture
def edited() -> Conversation:
    """Two versions of a first question; the older one has two replies, and the first of them was talked about."""
    return tree(
        ("q", None, Q), ("a", "q", A), ("q2", "a", Q), ("a2", "q2", A), ("b", "q", A), ("p", None, Q), ("pa", "p", A)
    )


def test_versions_are_what_was_said_in_the_same_place(edited: Conversation) -> None:
    names = {name: [m.id for m in edited.siblings(message)] for name, message in edited.messages.items()}
    assert names["q"] == names["p"] == ["q", "p"]
    assert names["a"] == names["b"] == ["a", "b"]
    assert names["pa"] == ["pa"]
    assert counted(edited) == {"p": (2, 2)}
    edited.leaf = "a2"
    assert counted(edited) == {"q": (1, 2), "a": (1, 2)}


def test_deleted_messages_and_replies_without_a_word_are_no_versions(edited: Conversation) -> None:
    edited.messages["q"].deleted = True
    assert counted(edited) == {}
    edited.messages["b"].content = ""
    edited.leaf = "a2"
    assert counted(edited) == {}
    edited.leaf = "b"  # which is the one on screen
    assert counted(edited) == {"b": (2, 2)}
    edited.messages["a"].content, edited.messages["a"].reasoning = "", "Let me think"
    assert counted(edited) == {"b": (2, 2)}


@pytest.mark.parametrize(
    ("wanted", "branch"),
    [("q", "q b"), ("a", "q a q2 a2"), ("q2", "q a q2 a2"), ("b", "q b"), ("pa", "p pa"), ("p", "p pa")],
)
def test_the_branch_of_a_message_goes_on_with_the_newest(edited: Conversation, wanted: str, branch: str) -> None:
    assert edited.show_branch_of(wanted) is not wanted.startswith("p")
    assert shown(edited) == branch


def test_a_branch_that_holds_the_message_stays(edited: Conversation) -> None:
    edited.leaf = "a2"
    assert not edited.show_branch_of("q")  # though b is newer
    assert shown(edited) == "q a q2 a2"
    edited.messages["q"].deleted = True
    assert not edited.show_branch_of("q")
    assert shown(edited) == "a q2 a2"


def test_what_is_deleted_does_not_lead_the_branch(edited: Conversation) -> None:
    edited.messages["b"].deleted = True
    assert edited.show_branch_of("q")
    assert shown(edited) == "q a q2 a2"
    edited.leaf = "pa"
    assert edited.show_branch_of("b")  # nothing else is below it: the question stands alone
    assert shown(edited) == "q"
    edited.leaf = "pa"
    edited.messages["b"].deleted, edited.messages["q2"].deleted = False, True
    edited.messages["a2"].created = 9.0
    edited.show_branch_of("q")
    assert shown(edited) == "q a a2"


def test_times_that_run_backwards_still_lead_to_an_end() -> None:
    damaged = tree(("q", None, Q), ("a", "q", A), ("q2", "a", Q), ("a2", "q2", A), ("other", None, Q))
    for seconds, name in enumerate(("a2", "q2", "a", "q")):
        damaged.messages[name].created = float(seconds)
    damaged.show_branch_of("q")
    assert shown(damaged) == "q a q2 a2"


def test_branches_of_a_damaged_file_end() -> None:
    damaged = tree(("a", "c", Q), ("b", "a", A), ("c", "b", Q), ("lost", "gone", Q), ("self", "self", A))
    assert damaged.show_branch_of("b")
    assert "b" in shown(damaged).split()
    assert sorted(shown(damaged).split()) == ["a", "b", "c"]
    assert damaged.show_branch_of("lost")
    assert shown(damaged) == "lost"
    damaged.show_branch_of("self")
    assert shown(damaged) == "self"
    assert counted(damaged) == {}
    with pytest.raises(KeyError):
        damaged.show_branch_of("nowhere")


def test_a_long_branch_is_found_at_once() -> None:
    rows: list[tuple[str, str | None, Role]] = [("0", None, Q)]
    rows += [(str(n), str(n - 1), A if n % 2 else Q) for n in range(1, 10_000)]
    long = tree(*rows, ("other", "0", A))
    assert long.show_branch_of("1")
    assert (long.leaf, len(long.branch())) == ("9999", 10_000)
    assert counted(long) == {"1": (1, 2)}


def test_the_question_of_a_reply_is_the_prompt_before_it(edited: Conversation) -> None:
    asked = {name: edited.question_of(message) for name, message in edited.messages.items()}
    assert {name: question.id if question else None for name, question in asked.items()} == {
        "q": "q",
        "a": "q",
        "q2": "q2",
        "a2": "q2",
        "b": "q",
        "p": "p",
        "pa": "p",
    }
    edited.messages["q"].deleted = True
    assert edited.question_of(edited.messages["a"]) is None
    loop = tree(("a", "b", A), ("b", "a", A))
    assert loop.question_of(loop.messages["a"]) is None


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


def test_a_damaged_tree_that_leads_in_a_circle_is_shown_once_round() -> None:
    conversation = Conversation()
    first, second, third = (conversation.add(ChatMessage(Role.USER, text)) for text in ("one", "two", "three"))
    first.parent_id = third.id
    assert [message.content for message in conversation.branch()] == ["one", "two", "three"]
    assert [message.content for message in conversation.context(before=second)] == ["one"]
