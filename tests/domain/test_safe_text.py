"""Nothing from outside reaches the terminal as anything but text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.safe_text import clean, join_surrogates, one_line

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "\x1b",
                "\x1b[",
                "\x1b]",
                "\x1bP",
                "\x1b\\",
                "\x9b",
                "\x9d",
                "\x9c",
                "\x07",
                "52;c;YQ==",
                "31m",
                "\n",
                "\r",
                "\t",
            ]
        ),
        st.text(max_size=4),
        st.characters(),
    )
).map("".join)


@given(HOSTILE)
def test_nothing_forbidden_is_left(text: str) -> None:
    assert not FORBIDDEN.search(clean(text))


@given(HOSTILE)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cc", "Cf"))))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x1b]52;c;YQ==\x07b", "ab"),
        ("a\x1b]0;title\x1b\\b", "ab"),
        ("a\x9b5nb", "ab"),
        ("a\x1bP+q544e\x1b\\b", "ab"),
        ("a\x1b]8;;never ended\nthe rest stays", "a8;;never ended\nthe rest stays"),
        ("a\x1b(Bb", "ab"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("x\u202etxt.exe", "xtxt.exe"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_sequences_go_and_words_stay(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_halves_of_a_pair_are_joined_and_lone_ones_replaced() -> None:
    assert join_surrogates("\ud83d\ude00 \ud83d!") == "😀 \ufffd!"


def test_one_line_has_no_breaks_and_no_direction_marks() -> None:
    assert one_line("a\n\u2028b\u2029 \u200fc\u2066", 20) == "a b c"
    assert one_line("x" * 30, 10) == "x" * 9 + "…"
