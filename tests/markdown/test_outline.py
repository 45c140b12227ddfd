"""What stands in an outline."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markdown.corpus import PIECES
from tui.domain.chat import ChatMessage, Role
from tui.domain.earlier import words_in
from tui.domain.safe_text import clean
from tui.markdown.cleaning import drawable
from tui.markdown.outline import OutlineItem, lines_of, outline_of
from tui.markdown.parser import markdown_blocks, plain_blocks

MESSAGES = st.builds(
    ChatMessage,
    st.sampled_from(Role),
    st.one_of(st.text(), st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)),
    marked=st.booleans(),
)


def reply(text: str, *, marked: bool = False) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, text, marked=marked)


def outline(message: ChatMessage) -> list[OutlineItem]:
    return asyncio.run(outline_of(message))


@given(MESSAGES)
def test_a_quick_look_never_misses_what_a_parse_finds(message: ChatMessage) -> None:
    source = drawable(message.content)
    found = lines_of(message, markdown_blocks(source) if message.is_reply else plain_blocks(source))
    assert outline(message) == found
    for item in found:
        assert item.text == clean(item.text)
        assert "\n" not in item.text + item.language
        assert len(item.text) <= 200


@pytest.mark.parametrize(
    "text",
    [
        "Foo\r\n===\r\n",
        "Foo\rBar\r---",
        "Foo\n\x1b[0m===",
        "- Foo\n  ---",
        "> Foo\n> ===  ",
        "Foo\n===\u2028",
        "Foo\n=",
    ],
)
def test_a_heading_that_is_underlined_is_found_however_its_lines_end(text: str) -> None:
    assert [item.kind for item in outline(reply(text))] == ["heading"]


def test_headings_count_from_the_highest_of_their_reply_and_code_stands_below() -> None:
    text = "### A\n\n##### B\n\n```py\nx = 1\n```\n\n### C\n\n    y = 22\n"
    assert [(item.kind, item.text, item.depth, item.language) for item in outline(reply(text))] == [
        ("heading", "A", 0, ""),
        ("heading", "B", 2, ""),
        ("code", "x = 1", 3, "py"),
        ("heading", "C", 0, ""),
        ("code", "y = 22", 1, ""),
    ]


@pytest.mark.parametrize(
    ("code", "telling"),
    [
        ("#!/bin/sh\n# what it does\nset -e\n", "set -e"),
        ("# nothing but this\n", "# nothing but this"),
        ("{\n}\n", "{"),
        ("#include <stdio.h>\n", "#include <stdio.h>"),
        ("\n\n  // why\n  let a = 5;\n", "let a = 5;"),
    ],
)
def test_code_is_named_by_its_first_telling_line(code: str, telling: str) -> None:
    found = outline(reply(f"```\n{code}```"))
    assert [item.text for item in found] == [telling]


def test_replies_stand_in_it_only_when_they_are_marked() -> None:
    assert outline(reply("Just words")) == []
    assert [(item.kind, item.marked) for item in outline(reply("\n Just words\nmore", marked=True))] == [
        ("reply", True)
    ]
    assert [item.text for item in outline(ChatMessage(Role.USER, "\n\n  What?\nmore"))] == ["What?"]


def test_code_in_a_question_is_listed_and_headings_in_it_are_not() -> None:
    found = outline(ChatMessage(Role.USER, "# Why\n```py\nprint(1)\n```"))
    assert [(item.kind, item.text) for item in found] == [("question", "# Why"), ("code", "print(1)")]


def test_a_long_reply_is_read_too() -> None:
    found = outline(reply("".join(f"# Part {n}\n\n{'words ' * 50}\n\n" for n in range(100))))
    assert [item.text for item in found] == [f"Part {n}" for n in range(100)]
    assert [item.block for item in found] == list(range(0, 200, 2))


def test_words_are_found_whatever_their_accents_and_capitals() -> None:
    (item,) = outline(reply("# Cafe\u0301s in Paris"))
    assert item.has(words_in("PARIS café"))
    assert not item.has(words_in("paris bistro"))
