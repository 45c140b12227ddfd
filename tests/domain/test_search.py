"""What is looked for in saved conversations, and where it stands."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.chat import Role
from tui.domain.safe_text import clean
from tui.domain.search import (
    Query,
    Span,
    Term,
    contains,
    excerpt,
    fold,
    marks_in,
    marks_in_title,
    matching_line,
    parse_query,
    pattern_of,
    trash_toggled,
    words_of,
)

NOW = datetime(2026, 11, 23, 15, 30).astimezone()

PIECES = st.sampled_from(
    [
        *["Merge", "sort", "é", "e\u0301", "É", "ß", "ﬁ", "数据", "数", "ｶ", "한국", "İ", "👩‍👩‍👧", "0", "a"],
        *[" ", "\n", "\r\n", "\t", "\u2028", "-", "_", '"', "\x1b[31m", "\x1b]", "\x07", "\ud800", "\u202e"],
        *["model:", "role:", "before:", "after:", "in:", "trash", "2026", "11", "2w"],
    ]
)
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=3), st.characters()), max_size=40).map("".join)
TERMS = TEXT.map(lambda text: parse_query(text).terms)


def moment(*date: int) -> float:
    return datetime(*date).astimezone().timestamp()  # type: ignore[arg-type]


# What was typed


def test_words_and_phrases() -> None:
    assert parse_query('merge "in place" sort').terms == (Term("merge"), Term("in place", whole=True), Term("sort"))
    assert parse_query('"in pla').terms == (Term("in pla"),)
    assert parse_query("数据 - …").terms == (Term("数据"),)
    assert parse_query("  ") == Query()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("model:qwen", Query(model="qwen")),
        ('model:"qwen 3"', Query(model="qwen 3")),
        ("MODEL:Qwen", Query(model="Qwen")),
        ("role:you", Query(role=Role.USER)),
        ("role:user", Query(role=Role.USER)),
        ("role:Reply", Query(role=Role.ASSISTANT)),
        ("in:trash", Query(in_trash=True)),
        ("before:2026", Query(before=moment(2026, 1, 1))),
        ("after:2026-11", Query(after=moment(2026, 11, 1))),
        ("after:2026-11-03", Query(after=moment(2026, 11, 3))),
        ("after:today", Query(after=moment(2026, 11, 23))),
        ("before:yesterday", Query(before=moment(2026, 11, 22))),
        ("after:3d", Query(after=moment(2026, 11, 20))),
        ("after:2w", Query(after=moment(2026, 11, 9))),
        ("sort in:trash role:you", Query((Term("sort"),), role=Role.USER, in_trash=True)),
    ],
)
def test_filters(typed: str, expected: Query) -> None:
    assert parse_query(typed, NOW) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *["model:", "role:", "role:as", "before:", "before:2", "before:20", "after:2026-", "after:2026-0"],
        *["after:2026-1-", "after:2026-01-0", "after:yester", "in:", "in:tra", 'model:"', "before:0000"],
    ],
)
def test_a_filter_that_is_still_being_typed_says_and_changes_nothing(typed: str) -> None:
    assert parse_query(f"sort {typed}", NOW) == Query((Term("sort"),))


def test_a_month_is_taken_as_soon_as_it_is_one() -> None:
    assert parse_query("after:2026-1", NOW).after == moment(2026, 1, 1)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("role:nobody", "you or reply"),
        ("before:soon", "before: must be a date"),
        ("after:2026-13", "after: must be a date"),
        ("after:2026-02-31", "after: must be a date"),
        ("after:12345", "after: must be a date"),
        ("before:9999y", "before: must be a date"),
        ("in:box", "in: must be trash"),
    ],
)
def test_a_wrong_filter_says_what_it_takes_and_is_left_out(typed: str, named: str) -> None:
    query = parse_query(f"sort {typed}", NOW)
    assert named in query.problem
    assert query.terms == (Term("sort"),)
    assert (query.role, query.before, query.after, query.in_trash) == (None, None, None, False)


def test_a_word_with_a_colon_is_no_filter() -> None:
    assert parse_query("main:loop in:tray").terms == (Term("main:loop"),)
    assert parse_query('"in:trash"').in_trash is False


def test_messages_are_looked_for_with_words_or_a_role() -> None:
    assert parse_query("sort").searches_text
    assert parse_query("role:you").searches_text
    assert not parse_query("model:qwen in:trash after:2026").searches_text


@pytest.mark.parametrize(
    ("typed", "toggled"),
    [
        ("", "in:trash "),
        ("sort", "in:trash sort"),
        ("in:trash ", ""),
        ("in:trash sort", "sort"),
        ("sort IN:TRASH model:q", "sort model:q"),
        ("in:tra sort", "in:trash sort"),
        ('in:trash "in:trash"', '"in:trash"'),
    ],
)
def test_the_trash_is_typed_or_taken_out(typed: str, toggled: str) -> None:
    assert trash_toggled(typed) == toggled


@given(TEXT)
def test_toggling_the_trash_turns_it(text: str) -> None:
    assert parse_query(trash_toggled(text)).in_trash or parse_query(text).in_trash
    if parse_query(text).in_trash:
        assert not parse_query(trash_toggled(text)).in_trash


@given(TEXT)
def test_whatever_is_typed_is_understood_or_left_out(text: str) -> None:
    query = parse_query(text, NOW)
    assert all(words_of(term.text) for term in query.terms)


# Where it stands


@given(st.text())
def test_folding_keeps_positions(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_folding_takes_capitals_accents_and_widths_away() -> None:
    assert fold("ÉTÉ Straße Ａ１ Ω İ") == "ete straße a1 ω i"
    assert fold("한국") == "한국"


def test_words_are_letters_and_digits_and_single_signs() -> None:
    assert words_of("Foo-bar_2 数据 été") == ["foo", "bar", "2", "数", "据", "ete"]
    assert words_of("e\u0301te\u0301") == words_of("été")


def marked(text: str, typed: str) -> list[str]:
    return [text[mark.start : mark.end] for mark in marks_in(text, parse_query(typed).terms)]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Merge sort, merged", "merge", ["Merge", "merged"]),
        ("a cat", "a", ["a"]),
        ("submerge", "merge", []),
        ("merge merged", '"merge"', ["merge"]),
        ("in place, in-place, in\nplace", '"in place"', ["in place", "in-place", "in\nplace"]),
        ("in placement", '"in place"', []),
        ("大数据的数据", "数据", ["数据", "数据"]),
        ("Été e\u0301te\u0301", "ete", ["Été", "e\u0301te\u0301"]),
        ("Été e\u0301te\u0301", "e\u0301te\u0301", ["Été", "e\u0301te\u0301"]),
        ("e\u0301te", "te", []),
        ("foo_bar foo.bar", "foo_bar", ["foo_bar", "foo.bar"]),
        ("sort merge", "merge sort", ["sort", "merge"]),
        ("数据库", "数 据", ["数据"]),
        ("nothing", "- …", []),
    ],
)
def test_terms_are_found_as_the_index_finds_them(text: str, typed: str, found: list[str]) -> None:
    assert marked(text, typed) == found


def test_a_text_contains_all_terms_or_not() -> None:
    assert contains("Merge sort", parse_query("sort mer").terms)
    assert not contains("Merge sort", parse_query("sort quick").terms)
    assert contains("anything", ())


def test_no_terms_have_no_pattern() -> None:
    assert pattern_of(()) is None
    assert pattern_of((Term("…"),)) is None


def in_order_and_apart(marks: tuple[Span, ...], text: str) -> bool:
    edges = [edge for mark in marks for edge in mark]
    return all(0 <= edge <= len(text) for edge in edges) and edges == sorted(set(edges))


@given(TEXT, TERMS)
def test_marks_are_in_order_and_hold_what_was_looked_for(text: str, terms: tuple[Term, ...]) -> None:
    marks = marks_in(text, terms)
    assert in_order_and_apart(marks, text)
    pattern = pattern_of(terms)
    for mark in marks:
        assert pattern is not None
        assert pattern.match(fold(text), mark.start)


@given(TEXT, TEXT, st.integers(min_value=0, max_value=30))
def test_a_word_of_the_text_is_marked(text: str, other: str, at: int) -> None:
    words = words_of(text)
    if words:
        word = words[at % len(words)]
        assert marks_in(f"{other} {word} {other}", (Term(word, whole=True),))


@given(st.text("aéüñÅŠ -"), st.text("aéüñÅŠ -"))
def test_composed_letters_and_others_are_the_same(text: str, typed: str) -> None:
    terms = parse_query(typed).terms
    apart = unicodedata.normalize("NFD", text)
    assert words_of(apart) == words_of(text)
    assert len(marks_in(apart, terms)) == len(marks_in(text, terms))
    assert contains(apart, terms) == contains(text, terms)


@given(TEXT, TERMS)
def test_title_marks_are_inside(title: str, terms: tuple[Term, ...]) -> None:
    for mark in marks_in_title(title, terms):
        assert 0 <= mark.start < mark.end <= len(title)


def test_titles_are_marked_within_words() -> None:
    assert marks_in_title("Haiku about Tabs", parse_query("ab abs").terms) == (Span(6, 8), Span(13, 16))


# The line that is shown


@given(TEXT, TERMS, st.integers(min_value=1, max_value=120))
def test_the_line_is_clean_short_and_marked_right(text: str, terms: tuple[Term, ...], width: int) -> None:
    line, marks = matching_line(text, terms, width)
    assert clean(line) == line
    assert "\n" not in line
    assert len(line) <= width + 2
    assert in_order_and_apart(marks, line)
    whole, all_marks = matching_line(text, terms, len(text) + 1)
    assert [whole[mark.start : mark.end] for mark in all_marks] == [
        whole[mark.start : mark.end] for mark in marks_in(whole, terms)
    ]
    words = [whole[mark.start : mark.end] for mark in all_marks]
    assert all(any(line[mark.start : mark.end] in word for word in words) for mark in marks)


@given(
    st.lists(st.sampled_from(["merge", "sort", "数据", "é", "tree", "\n", "- "]), max_size=30),
    st.sampled_from(["merge", "数据", "é"]),
)
def test_what_is_in_the_text_is_marked_in_the_line(words: list[str], wanted: str) -> None:
    text = " ".join(words)
    line, marks = matching_line(text, parse_query(wanted).terms, 12)
    assert bool(marks) == (wanted in words)
    found = [fold(line[mark.start : mark.end]) for mark in marks]
    assert found[:1] == [fold(wanted)] * bool(marks)
    assert all(fold(wanted).startswith(each) for each in found)  # the last may be cut


def test_the_line_with_the_most_terms_is_taken() -> None:
    text = "merge\nsort\n\n  merge or sort  \nmerge sort"
    line, marks = matching_line(text, parse_query("sort merge").terms, 40)
    assert (line, marks) == ("merge or sort", (Span(0, 5), Span(9, 13)))


def test_a_long_line_is_cut_around_the_first_term() -> None:
    line, marks = matching_line("x " * 100 + "merge" + " y" * 100, parse_query("merge").terms, 20)
    assert line == "… x x merge y y y y y…"
    assert [line[mark.start : mark.end] for mark in marks] == ["merge"]


def test_a_phrase_that_goes_over_lines_is_shown_on_one() -> None:
    line, marks = matching_line("first\nwe sort in\nplace now\nlast", parse_query('"in place"').terms, 40)
    assert line == "we sort in place now"
    assert [line[mark.start : mark.end] for mark in marks] == ["in place"]


def test_without_terms_the_first_line_with_words_is_taken() -> None:
    assert matching_line("\n  \n first \nsecond", (), 40) == ("first", ())
    assert matching_line(" \n ", (), 40) == ("", ())


def test_the_line_holds_no_escape_sequences() -> None:
    line, marks = matching_line("\x1b]0;owned\x07 red \x1b[31mmerge\x1b[0m", parse_query("merge").terms, 40)
    assert line == "red merge"
    assert [line[mark.start : mark.end] for mark in marks] == ["merge"]


# A part of a message


@given(TEXT, TERMS, st.integers(min_value=0, max_value=50), st.integers(min_value=1, max_value=50))
def test_an_excerpt_is_clean_and_short(text: str, terms: tuple[Term, ...], before: int, after: int) -> None:
    part = excerpt(text, terms, before, after)
    assert clean(part) == part
    assert len(part) <= before + after


def test_an_excerpt_begins_with_a_line_ahead_of_the_term() -> None:
    text = "\n".join(f"line {n}" for n in range(100)) + "\nmerge here\nafter"
    part = excerpt(text, parse_query("merge").terms, 20, 12)
    assert part.splitlines()[0] == "line 98"
    assert part.endswith("merge here\na")
    assert excerpt(text, (), 20, 12).startswith("line 0")


def test_an_excerpt_of_one_endless_line_holds_the_term() -> None:
    text = "x" * 10_000 + " merge " + "y" * 10_000
    assert "merge" in excerpt(text, parse_query("merge").terms, 100, 100)


@pytest.mark.parametrize(
    ("text", "meant"), [("modle:gpt x", "model:"), ("befor:2026", "before:"), ("roles:you", "role:")]
)
def test_a_filter_that_is_nearly_one_is_asked_about(text: str, meant: str) -> None:
    query = parse_query(text)
    assert meant in query.problem
    assert query.terms[0].text == text.split(maxsplit=1)[0]


@pytest.mark.parametrize("text", ["http://example.org", "note: that", "std::vector", "model:gpt", "10:30", "x:y"])
def test_other_words_with_a_colon_are_words(text: str) -> None:
    assert parse_query(text).problem == ""
