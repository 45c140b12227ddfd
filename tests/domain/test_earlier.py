"""Searching earlier prompts."""

from __future__ import annotations

import pytest

from tui.domain.earlier import LONGEST_LINE, EarlierPrompt, EarlierPrompts, row_of, words_in


def found(typed: str, *texts: str) -> list[str]:
    prompts = EarlierPrompts([EarlierPrompt(text) for text in texts])
    return [prompt.text for prompt in prompts.with_words(words_in(typed))]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", "anything"),
        ("sort MERGE", "Explain merge sort"),
        ("erg", "Explain merge sort"),
        ("c++ --flag", "Use C++ with --flag here"),
        ("cafe", "Un café crème"),
        ("CAFE\u0301s", "Two cafés"),
        ("café", "Un cafe\u0301"),
        ("感谢", "写一封感谢信"),
        ("second", "first line\nsecond line"),
    ],
)
def test_words_are_found_in_any_order_case_and_accent(typed: str, text: str) -> None:
    assert found(typed, text) == [text]


def test_every_word_must_be_there() -> None:
    assert found("one two", "two, one", "one", "three two") == ["two, one"]


def test_a_row_shows_the_first_line_with_words_and_counts_the_others() -> None:
    assert row_of("\n\n  First line \nsecond\n\nfourth\n", []) == ("First line", (), 3)


def test_a_row_shows_the_line_that_was_looked_for() -> None:
    row = row_of("First line\nthen a Café\nand more", ["cafe"])
    assert row.line == "then a Café"
    assert [row.line[mark.start : mark.end] for mark in row.marks] == ["Café"]


def test_a_row_of_an_endless_line_shows_the_place_that_was_looked_for() -> None:
    row = row_of("x" * 100_000 + " needle " + "y" * 100_000, ["needle"])
    assert row.line.startswith("…x")
    assert [row.line[mark.start : mark.end] for mark in row.marks] == ["needle"]
    assert len(row.line) <= LONGEST_LINE


def test_a_row_is_safe_to_draw_and_its_marks_stand_where_the_words_are() -> None:
    row = row_of("a\x1b]0;title\x07\tneedle\x1b[31m needle", ["needle"])
    assert row.line == "a needle needle"
    assert [(mark.start, mark.end) for mark in row.marks] == [(2, 8), (9, 15)]
