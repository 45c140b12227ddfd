"""Lines are cut by cells, and copying knows what a break replaced."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.transcript.wrapping import fold, shorten, wrap


def lines(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end, _ in wrap(text, width)]


def test_words_stay_whole_where_they_fit() -> None:
    assert lines("the quick brown fox", 10) == ["the quick", "brown fox"]


def test_a_word_too_long_is_cut() -> None:
    assert lines("a incomprehensible b", 8) == ["a", "incompre", "hensible", "b"]


def test_scripts_without_spaces_fill_the_line_and_keep_their_full_stops() -> None:
    assert lines("ab 日本語のテキスト。終", 12) == ["ab 日本語の", "テキスト。終"]
    assert not any(line.startswith("。") for line in lines("日本語。" * 20, 13))


def test_combining_marks_stay_with_their_letters() -> None:
    assert lines("e\u0301" * 6, 3) == ["e\u0301" * 3, "e\u0301" * 3]


@pytest.mark.parametrize("text", ["one two three four", "日本語のテキスト", "x" * 30, "a  b   c    d e f", " lead"])
@pytest.mark.parametrize("width", [2, 3, 7, 80])
def test_pieces_and_their_glue_give_the_text_back(text: str, width: int) -> None:
    pieces = wrap(text, width)
    joined = "".join(text[start:end] + glue for start, end, glue in pieces).removesuffix("\n")
    assert " ".join(joined.split()) == " ".join(text.split())


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(alphabet="ab 日👩\u0301\u200d\n-。", max_size=60), st.integers(2, 20))
def test_no_line_is_wider_than_allowed(text: str, width: int) -> None:
    assert all(cell_len(text[start:end]) <= width for start, end, _ in wrap(text, width))
    line = text.replace("\n", "")
    assert all(cell_len(line[start:end]) <= width for start, end, _ in fold(line, width))
    assert "".join(line[start:end] for start, end, _ in fold(line, width)) == line
    assert cell_len(shorten(line, width)) <= width
