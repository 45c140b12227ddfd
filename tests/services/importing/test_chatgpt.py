"""ChatGPT's export: branches, dates, models, and what is left out."""

from __future__ import annotations

import pytest

from tests.services.importing.exports import START, Export
from tui.domain.chat import Conversation, MessageState, Role
from tui.services.importing.left_out import LeftOut


def texts(talk: Conversation) -> list[str]:
    return [message.content for message in talk.branch()]


def test_branches_dates_models_and_title_are_kept() -> None:
    export = Export()
    export.add("s", "root", "system", "", metadata={"is_visually_hidden_from_conversation": True})
    export.add("u", "s", "user", "Why blue?")
    export.add("a", "u", "assistant", "First", metadata={"model_slug": "gpt-4"})
    export.add("b", "u", "assistant", "Second", metadata={"model_slug": "o3"})
    export.add("v", "b", "user", "Go on")
    export.add("c", "v", "assistant", "Third", metadata={"model_slug": "gpt-5"})
    talk = export.read()
    assert (talk.title, talk.created, talk.updated, talk.model) == ("Blue sky", START, START + 500, "gpt-5")
    assert texts(talk) == ["Why blue?", "Second", "Go on", "Third"]
    first = next(message for message in talk.messages.values() if message.content == "First")
    question = talk.branch()[0]
    assert (first.parent_id, first.model, first.created) == (question.id, "gpt-4", START + 3)
    assert [message.role for message in talk.branch()] == [Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT]
    assert export.origin == ("chatgpt", "c-1")
    assert export.left_out == {LeftOut.HIDDEN: 1}
    assert all(message.id[:12] == f"{round(message.created * 1000):012x}" for message in talk.messages.values())


def test_the_branch_on_screen_is_the_one_that_was_current() -> None:
    export = Export().add("u", "root", "user", "Hi").add("a", "u", "assistant", "One").add("b", "u", "assistant", "Two")
    export.doc["current_node"] = "a"
    assert texts(export.read()) == ["Hi", "One"]


@pytest.mark.parametrize("current", ["gone", None, 7])
def test_without_a_current_node_the_newest_message_is_the_end(current: object) -> None:
    export = Export().add("u", "root", "user", "Hi").add("a", "u", "assistant", "One").add("b", "u", "assistant", "Two")
    export.doc["current_node"] = current
    assert texts(export.read()) == ["Hi", "Two"]


def test_thoughts_become_the_reasoning_of_the_reply_below_them() -> None:
    export = Export().add("u", "root", "user", "Hi")
    thoughts = [{"summary": "Looking", "content": "At light."}, {"summary": "", "content": "And air."}]
    export.add("t", "u", "assistant", {"content_type": "thoughts", "thoughts": thoughts})
    export.add("call", "t", "assistant", {"content_type": "code", "text": "search()"}, recipient="web")
    export.add("out", "call", "tool", {"content_type": "execution_output", "text": "found"})
    export.add("t2", "out", "assistant", {"content_type": "thoughts", "thoughts": [{"content": "Done."}]})
    export.add("recap", "t2", "assistant", {"content_type": "reasoning_recap", "content": "Thought for 3s"})
    export.add("a", "recap", "assistant", "Because.")
    talk = export.read()
    reply = talk.branch()[-1]
    assert texts(talk) == ["Hi", "Because."]
    assert reply.reasoning == "**Looking**\n\nAt light.\n\nAnd air.\n\nDone."
    assert export.left_out == {LeftOut.TOOL_CALL: 1, LeftOut.TOOL_OUTPUT: 1}


def test_thoughts_without_a_reply_are_kept_as_a_stopped_one() -> None:
    export = Export().add("u", "root", "user", "Hi")
    export.add("t", "u", "assistant", {"content_type": "thoughts", "thoughts": [{"content": "Hm."}]})
    reply = export.read().branch()[-1]
    assert (reply.content, reply.reasoning, reply.state, reply.model) == ("", "Hm.", MessageState.STOPPED, "gpt-4o")


def test_pictures_and_files_leave_a_mark_and_are_counted() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    attachments = [
        {"name": "x.png", "mime_type": "image/png"},
        {"name": "a\x1b[0mb.pdf", "mime_type": "application/pdf"},
    ]
    export = Export()
    export.add(
        "u",
        "root",
        "user",
        {"content_type": "multimodal_text", "parts": [picture, "What is this?"]},
        metadata={"attachments": attachments},
    )
    export.add("d", "u", "tool", {"content_type": "multimodal_text", "parts": [picture]})
    export.add("a", "d", "assistant", "A cat.")
    talk = export.read()
    assert texts(talk) == ["[picture]\n\nWhat is this?\n\n[file: ab.pdf]", "A cat."]
    assert export.left_out == {LeftOut.PICTURE: 2, LeftOut.FILE: 1}


def test_spoken_words_are_kept() -> None:
    spoken = {"content_type": "audio_transcription", "text": "Hello there", "direction": "in"}
    sound = {"content_type": "audio_asset_pointer", "asset_pointer": "x"}
    export = Export().add("u", "root", "user", {"content_type": "multimodal_text", "parts": [spoken, sound]})
    assert texts(export.read()) == ["Hello there"]
    assert export.left_out == {LeftOut.SOUND: 1}


def test_code_to_everybody_and_texts_of_the_canvas_are_kept() -> None:
    export = Export().add("u", "root", "user", "Write")
    export.add("c", "u", "assistant", {"content_type": "code", "language": "python", "text": "x = '```'"})
    call = '{"name": "essay", "type": "document", "content": "# Light"}'
    export.add("d", "c", "assistant", {"content_type": "code", "text": call}, recipient="canmore.create_textdoc")
    assert texts(export.read())[1:] == ["````python\nx = '```'\n````", "**essay**\n\n```markdown\n# Light\n```"]


def test_how_a_reply_ended_is_kept() -> None:
    export = Export().add("u", "root", "user", "Hi")
    export.add("a", "u", "assistant", "Cut", metadata={"finish_details": {"type": "max_tokens"}})
    export.add("b", "u", "assistant", "Half", metadata={"finish_details": {"type": "interrupted"}})
    export.add("c", "u", "assistant", "Part", status="in_progress")
    talk = export.read()
    ends = {message.content: (message.state, message.finish_reason) for message in talk.messages.values()}
    assert ends["Cut"] == (MessageState.COMPLETE, "length")
    assert ends["Half"][0] is ends["Part"][0] is MessageState.STOPPED


def test_citations_become_what_they_stand_for() -> None:
    body = (
        'Blue\ue200cite\ue202turn0search0\ue201 sky by \ue200entity\ue202["person","Rayleigh","x"]\ue201'
        "\ue200cite\ue202turn1\ue201."
    )
    references = [{"matched_text": "\ue200cite\ue202turn0search0\ue201", "alt": "([NASA](https://nasa.gov))"}]
    export = Export().add("a", "root", "assistant", body, metadata={"content_references": references})
    assert texts(export.read()) == ["Blue([NASA](https://nasa.gov)) sky by Rayleigh."]


def test_what_is_left_out_is_counted_by_reason() -> None:
    export = Export().add("u", "root", "user", "Hi")
    export.add("e", "u", "assistant", "  ")
    export.add("x", "e", "critic", "Hm")
    export.add("m", "x", "assistant", {"content_type": "model_editable_context", "model_set_context": "x"})
    export.add("k", "m", "assistant", {"content_type": "sonic_webpage", "title": "x"})
    export.doc["mapping"]["bad"] = "node"
    talk = export.read()
    assert texts(talk) == ["Hi"]
    assert export.left_out == {
        LeftOut.EMPTY: 1,
        LeftOut.UNKNOWN_ROLE: 1,
        LeftOut.HIDDEN: 1,
        LeftOut.UNKNOWN_KIND: 1,
        LeftOut.DAMAGED: 1,
    }


def test_messages_without_a_time_come_right_after_their_parents() -> None:
    export = Export().add("u", "root", "user", "Hi", create_time=None).add("a", "u", "assistant", "Yo", create_time="x")
    times = [message.created for message in export.read().branch()]
    assert times == [START, START + 0.001]


def test_circles_and_lost_parents_end_a_branch() -> None:
    export = Export().add("u", "root", "user", "one").add("a", "u", "assistant", "two").add("b", "a", "user", "three")
    export.doc["mapping"]["u"]["parent"] = "b"
    assert sorted(texts(export.read())) == ["one", "three", "two"]
    export.doc["mapping"]["u"]["parent"] = "nowhere"
    assert texts(export.read()) == ["one", "two", "three"]
    export.doc["mapping"]["root"]["parent"] = "root"
    export.doc["mapping"]["u"]["parent"] = "root"
    assert texts(export.read()) == ["one", "two", "three"]


def test_ten_thousand_messages_in_a_row_are_read() -> None:
    export = Export().add("0", "root", "user", "0")
    for n in range(1, 10_000):
        export.add(str(n), str(n - 1), "assistant" if n % 2 else "user", str(n))
    assert texts(export.read()) == [str(n) for n in range(10_000)]
