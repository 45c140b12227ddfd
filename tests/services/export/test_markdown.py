"""Markdown: the branch on screen, as it was written."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from tests.services.export.talks import CODE, rich_talk
from tui.domain.chat import ChatMessage, Conversation, MessageError, MessageState, Role
from tui.services.export.markdown_form import as_markdown


def fences(text: str) -> list[str]:
    return [token.content for token in MarkdownIt("commonmark").parse(text) if token.type == "fence"]


def headings(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(text)
    return [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]


def reply(content: str, **more: object) -> Conversation:
    talk = Conversation(title="T")
    talk.add(ChatMessage(Role.ASSISTANT, content, model="m", **more))  # type: ignore[arg-type]
    talk.add(ChatMessage(Role.USER, "next"))
    return talk


def test_title_model_and_date_come_first_then_each_message_under_a_heading() -> None:
    text = as_markdown(rich_talk())
    lines = text.splitlines()
    assert lines[0] == "# Why is the sky blue? / 天空"
    assert lines[2].startswith("qwen3-32b · 2023-11-14 ") or lines[2].startswith("qwen3-32b · 2023-11-15 ")
    assert "4 messages · 1 more on other branches" in lines[2]
    assert [one.split(" · ")[0] for one in headings(text)[1:]] == [
        "System prompt",
        "You",
        "qwen3-32b",
        "You",
        "qwen3-32b",
    ]
    assert "Other" not in text


def test_code_is_kept_byte_by_byte() -> None:
    assert fences(as_markdown(rich_talk()))[0] == CODE + "\n"


def test_reasoning_is_folded() -> None:
    text = as_markdown(rich_talk())
    assert "<details>\n<summary>Reasoning</summary>\n\nLight **scatters**.\n\n</details>" in text


@pytest.mark.parametrize(
    "content",
    [
        "```sh\nls",
        "~~~~\n```\nx",
        "a\n\n```py\nx\n```\n\n```",
        "````\n```\n",
        "   ```\n   x",
        "```",
        "- ```\n  x",
        "> ```\n> x",
    ],
)
def test_an_open_fence_does_not_swallow_what_comes_below(content: str) -> None:
    text = as_markdown(reply(content, state=MessageState.STOPPED))
    assert headings(text)[-1].startswith("You")
    assert fences(text)[0].rstrip("\n") == fences(content)[0].rstrip("\n")


@pytest.mark.parametrize("content", ["```sh\nls\n```", "- ```\n  x\n  ```", "~~~\n~~~\n\nend", "no fence", "`` ``` ``"])
def test_text_without_an_open_fence_is_left_alone(content: str) -> None:
    assert f"\n\n{content}\n\n" in as_markdown(reply(content))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"state": MessageState.STOPPED}, "Stopped here."),
        (
            {"state": MessageState.FAILED, "error": MessageError("network", "No *way* to lab.")},
            r"Failed: No \*way\* to lab.",
        ),
        ({"state": MessageState.STREAMING}, "Interrupted: chinwag ended while this reply was arriving."),
        ({"notice": "Cut at the token limit."}, "Cut at the token limit."),
    ],
)
def test_a_note_says_how_a_reply_ended(more: dict[str, object], said: str) -> None:
    assert f"> *{said}*" in as_markdown(reply("text", **more)).splitlines()


def test_a_reply_on_its_way_is_said_to_be() -> None:
    talk = reply("text", state=MessageState.STREAMING)
    assert "still arriving" in as_markdown(talk, frozenset(talk.messages))


def test_a_title_is_no_markup_and_nothing_moves_a_terminal() -> None:
    talk = reply("a\x1b]0;owned\x07b")
    talk.title = "<b>*x* \x1b[2J[y](z)"
    text = as_markdown(talk)
    assert headings(text)[0] == r"\<b\>\*x\* \[y\](z)"
    assert "\x1b" not in text
    assert "\nab\n" in text


def test_half_of_a_surrogate_pair_can_be_written() -> None:
    from tui.services.export.saving import Format, render

    for form in Format:
        assert render(reply("a\ud83d"), form).decode()
