"""Lines are cut by cells, and copying knows what a break replaced."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.effort import examples
from tests.markdown.corpus import SCRIPTS
from tui.markdown.graphemes import steady
from tui.markdown.wrapping import fold, shorten, wrap


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


@settings(max_examples=examples(400))
@given(st.text(alphabet=SCRIPTS, max_size=60), st.integers(2, 20))
def test_no_line_is_wider_than_allowed_and_none_of_the_text_is_lost(text: str, width: int) -> None:
    text = steady(text)
    pieces = wrap(text, width)
    assert all(cell_len(text[start:end]) <= width for start, end, _ in pieces)
    said = "".join(text[start:end] + glue for start, end, glue in pieces).removesuffix("\n")
    assert [line.rstrip() for line in said.split("\n")] == [line.rstrip() for line in text.split("\n")]
    line = text.replace("\n", "")
    assert all(cell_len(line[start:end]) <= width for start, end, _ in fold(line, width))
    assert "".join(line[start:end] for start, end, _ in fold(line, width)) == line
    assert cell_len(shorten(line, width)) <= width


@pytest.mark.parametrize(
    "cluster", ["👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "👍🏽", "👩🏽‍💻", "1️⃣", "☺️", "e\u0301", "क्ष", "한", "각", "ก็", "日\ufe00"]
)
@pytest.mark.parametrize("width", [2, 3, 5, 8])
def test_nothing_cuts_what_a_reader_takes_for_one_character(cluster: str, width: int) -> None:
    text = cluster * 9
    for pieces in (wrap(text, width), fold(text, width)):
        parts = [text[start:end] for start, end, _ in pieces]
        assert all(part == cluster * (len(part) // len(cluster)) for part in parts)
        assert len(parts) > 1
    shown = shorten(text, width)
    assert shown == cluster * ((len(shown) - 1) // len(cluster)) + "…"


def test_a_joiner_between_letters_is_only_a_separator() -> None:
    assert steady("👩\u200d👧 a\u200db \u200d क्\u200dष") == "👩\u200d👧 a\u200cb \u200c क्\u200cष"
    assert cell_len(steady("a\u200db")) == 2


def test_punctuation_that_opens_does_not_end_a_line_and_what_closes_does_not_begin_one() -> None:
    text = "彼は「そうです（多分）。」と言った、ー—…『本』と『雑誌』を読む。(括弧)もある！？" * 3
    for width in range(8, 40):
        found = lines(text, width)
        assert not [line for line in found if line[0] in "」）。、ー—…』！？)"]
        assert not [line for line in found[:-1] if line[-1] in "「（『("]


def test_a_hard_blank_holds_words_together() -> None:
    assert lines("a\u00a0b c\u00a0d", 4) == ["a\u00a0b", "c\u00a0d"]


def test_a_long_address_is_cut_after_a_mark() -> None:
    assert lines("https://example.org/one/two/three-four?x=1", 24) == ["https://example.org/one/", "two/three-four?x=1"]


def test_what_a_break_replaced_is_kept() -> None:
    assert [glue for _, _, glue in wrap("one  two\u3000日本語", 6)] == ["  ", "\u3000", "\n"]
