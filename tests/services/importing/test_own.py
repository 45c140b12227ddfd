"""The smallest form, and files of newer versions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.export.talks import rich_talk
from tui.domain.chat import Role
from tui.domain.errors import StoreError
from tui.services.export.json_form import as_json
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut
from tui.services.importing.own import read_own
from tui.services.importing.plain import is_plain, read_plain
from tui.store.origins import IMPORTED, Origin


def plain(*messages: Any, **more: Any) -> Found:
    doc = {"messages": list(messages), **more}
    assert is_plain(doc)
    return read_plain(doc)


def test_title_model_and_messages_are_enough() -> None:
    found = plain(
        {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because."}, title="Sky", model="m"
    )
    talk = found.conversation
    assert (talk.title, talk.model) == ("Sky", "m")
    assert [(one.role, one.content, one.model) for one in talk.branch()] == [
        (Role.USER, "Why?", ""),
        (Role.ASSISTANT, "Because.", "m"),
    ]
    assert not +found.left_out


def test_a_title_is_made_where_there_is_none_and_times_are_kept() -> None:
    talk = plain(
        {"role": "user", "content": "\n# Why?\nx", "created_at": "2024-05-01T10:00:00Z"}, created=5.0
    ).conversation
    assert (talk.title, talk.created, talk.branch()[0].created) == ("Why?", 5.0, 1_714_557_600.0)
    assert talk.updated == 1_714_557_600.0


def test_a_first_system_message_is_the_system_prompt() -> None:
    first, later = {"role": "system", "content": "Be brief."}, {"role": "developer", "content": "Stop."}
    talk = plain(first, {"role": "user", "content": "Hi"}, later).conversation
    assert talk.system == "Be brief."
    assert [one.role for one in talk.branch()] == [Role.USER, Role.SYSTEM]


def test_parts_and_reasoning_are_read_and_the_rest_is_counted() -> None:
    parts = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "x"}},
        {"type": "input_audio"},
    ]
    found = plain(
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None, "tool_calls": [{}]},
        {"role": "tool", "content": "out"},
        {"role": "assistant", "content": "", "reasoning_content": "Hm."},
        {"role": "critic", "content": "x"},
        {"role": "assistant", "content": ""},
        "no message",
    )
    branch = found.conversation.branch()
    assert [(one.content, one.reasoning) for one in branch] == [("Look\n\n[picture]", ""), ("", "Hm.")]
    assert +found.left_out == {
        LeftOut.PICTURE: 1,
        LeftOut.SOUND: 1,
        LeftOut.TOOL_CALL: 1,
        LeftOut.TOOL_OUTPUT: 1,
        LeftOut.UNKNOWN_ROLE: 1,
        LeftOut.EMPTY: 1,
        LeftOut.DAMAGED: 1,
    }


def test_the_same_words_have_the_same_origin_and_others_another() -> None:
    one = {"role": "user", "content": "a"}
    assert plain(one).origin == Origin("messages", "049dd18e23fe46f66e178111bdb00acfca11802868eeb9112a1d369247f0221f")
    assert plain(one).origin != plain({**one, "content": "b"}).origin
    assert plain(one, id="x").origin == ("messages", "x")


@pytest.mark.parametrize("newer", [{"chinwag": 2}, {"schema": 99}])
def test_a_file_of_a_newer_version_is_refused(newer: dict[str, int]) -> None:
    with pytest.raises(StoreError, match="Update chinwag"):
        read_own({**json.loads(as_json(rich_talk())), **newer})


def test_where_an_exported_conversation_had_come_from_is_remembered() -> None:
    talk = rich_talk()
    talk.extra[IMPORTED] = {"from": "chatgpt", "id": "c", "updated": 1.0}
    found = read_own(json.loads(as_json(talk)))
    assert found.before == {"from": "chatgpt", "id": "c", "updated": 1.0}
    assert IMPORTED not in found.conversation.extra


def test_damaged_messages_are_counted() -> None:
    document = json.loads(as_json(rich_talk()))
    document["messages"] += ["x", {"content": "no id"}]
    found = read_own(document)
    assert (len(found.conversation.messages), found.left_out) == (5, {LeftOut.DAMAGED: 2})
