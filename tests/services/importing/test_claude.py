"""Claude's export: branches, dates, and what is left out."""

from __future__ import annotations

from typing import Any

from tests.services.importing.exports import message
from tui.domain.chat import Conversation, Role
from tui.services.importing.claude import is_claude, read_claude
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut


def read(*messages: dict[str, Any], **more: Any) -> Found:
    doc = {
        "uuid": "talk-1",
        "name": "Blue sky",
        "created_at": "2024-05-01T10:00:00.000000Z",
        "updated_at": "2024-05-02T10:00:00+02:00",
        "account": {"uuid": "me"},
        "chat_messages": list(messages),
        **more,
    }
    assert is_claude(doc)
    return read_claude(doc)


def texts(talk: Conversation) -> list[str]:
    return [one.content for one in talk.branch()]


def test_branches_dates_and_title_are_kept() -> None:
    found = read(
        message(1, "human", "Why?"),
        message(2, "assistant", "First", parent="m1"),
        message(3, "assistant", "Second", parent="m1"),
        message(4, "human", "Go on", parent="m3"),
    )
    talk = found.conversation
    assert (talk.title, talk.created, talk.updated) == ("Blue sky", 1_714_557_600.0, 1_714_636_800.0)
    assert texts(talk) == ["Why?", "Second", "Go on"]
    assert [one.role for one in talk.branch()] == [Role.USER, Role.ASSISTANT, Role.USER]
    first = next(one for one in talk.messages.values() if one.content == "First")
    assert (first.parent_id, first.created) == (talk.branch()[0].id, 1_714_557_602.5)
    assert found.origin == ("claude", "talk-1")
    assert not found.left_out


def test_the_site_names_model_and_end_of_the_branch() -> None:
    messages = [
        message(1, "human", "Hi"),
        message(2, "assistant", "a", parent="m1"),
        message(3, "assistant", "b", parent="m1"),
    ]
    talk = read(*messages, model="claude-x", current_leaf_message_uuid="m2", is_starred=True).conversation
    assert texts(talk) == ["Hi", "a"]
    assert (talk.model, talk.branch()[1].model, talk.branch()[0].model, talk.pinned) == (
        "claude-x",
        "claude-x",
        "",
        True,
    )


def test_older_exports_are_read_in_their_order() -> None:
    found = read(
        message(1, "human", "One", parent=None, content=[], text="One"),
        message(2, "assistant", "Two", parent=None, content=None, text="Two"),
        message(3, "human", "Three", parent=None),
    )
    assert texts(found.conversation) == ["One", "Two", "Three"]


def test_children_may_come_before_their_parents() -> None:
    found = read(message(2, "assistant", "Two", parent="m1"), message(1, "human", "One"))
    assert texts(found.conversation) == ["One", "Two"]


def test_thoughts_are_reasoning_and_tools_are_counted() -> None:
    found = read(
        message(1, "human", "Look"),
        message(
            2,
            "assistant",
            {"type": "thinking", "thinking": "Let me look."},
            "I look.",
            {"type": "tool_use", "name": "web_search", "input": {"query": "sky"}},
            {"type": "tool_result", "name": "web_search", "content": []},
            {"type": "token_budget"},
            "Found.",
            parent="m1",
            text="I look.\n```\nThis block is not supported on your current device yet.\n```\nFound.",
        ),
        message(3, "assistant", {"type": "tool_use", "name": "x", "input": {}}, parent="m1", text="not supported"),
    )
    reply = next(one for one in found.conversation.messages.values() if one.is_reply)
    assert (reply.content, reply.reasoning) == ("I look.\n\nFound.", "Let me look.")
    assert len(found.conversation.messages) == 2
    assert found.left_out == {LeftOut.TOOL_CALL: 2, LeftOut.TOOL_OUTPUT: 1}


def test_artifacts_and_files_that_the_model_wrote_are_kept() -> None:
    artifact = {"type": "tool_use", "name": "artifacts"}
    code = {"command": "create", "title": "Clock", "language": "python", "content": "tick()\n", "id": "clock"}
    file = {"type": "tool_use", "name": "create_file", "input": {"path": "/a.txt", "file_text": "A ``` b"}}
    found = read(message(1, "assistant", {**artifact, "input": code}, file))
    assert texts(found.conversation) == ["**Clock**\n\n```python\ntick()\n```\n\n**/a.txt**\n\n````\nA ``` b\n````"]


def test_long_pasted_text_is_kept_and_other_files_are_counted() -> None:
    attachments = [{"file_name": "", "extracted_content": "long text"}, {"file_name": "a.doc", "extracted_content": ""}]
    files = [{"file_name": "p.png", "file_kind": "image"}, {"file_name": "b.pdf"}]
    found = read(message(1, "human", attachments=attachments, files=files, text=""))
    assert texts(found.conversation) == ["```\nlong text\n```\n\n[file: a.doc]\n\n[file: p.png]\n\n[file: b.pdf]"]
    assert found.left_out == {LeftOut.FILE: 2, LeftOut.PICTURE: 1}


def test_unknown_senders_and_empty_messages_hand_their_children_up() -> None:
    found = read(
        message(1, "human", "One"),
        message(2, "assistant", "", parent="m1"),
        message(3, "robot", "x", parent="m2"),
        message(4, "human", "Four", parent="m3"),
        message(5, "human", "Five", {"type": "hologram"}, parent="m4", created_at="soon"),
    )
    talk = found.conversation
    assert texts(talk) == ["One", "Four", "Five"]
    assert talk.branch()[2].created == talk.branch()[1].created + 0.001
    assert found.left_out == {LeftOut.EMPTY: 1, LeftOut.UNKNOWN_ROLE: 1, LeftOut.UNKNOWN_KIND: 1}
