"""What is found in rows is what stands there, at any width."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.style import Style

from tests.effort import examples
from tests.markdown.corpus import EVERYTHING, sources
from tui.domain.chat import ChatMessage, Role
from tui.domain.search import Term, fold
from tui.markdown.cleaning import drawable
from tui.rendering.message_renderer import MessageRenderer
from tui.rendering.palette import Palette
from tui.rendering.rows import Row
from tui.rendering.shape import Shape
from tui.widgets.transcript.find_query import (
    FindQuery,
    block_texts,
    lines,
    match_positions,
    parts_by_match,
    thought_rows,
)
from tui.widgets.transcript.searcher import PlainRows

WIDTHS = (24, 41, 60, 100, 160)
UNUSUAL = {
    "cjk": "全角の文字は二つ分の幅を取ります。改行がどこに来ても見つかること。" * 6,
    "accents": "Cafe\u0301 noir, café noir, CAFÉ NOIR, ｃａｆｅ noir. " * 9,
    "pictures": "A family 👩‍👩‍👧 and a thumb 👍🏽 on a long line of words that wraps. " * 7,
    "long word": "x" * 500 + " needle " + "y" * 500,
    "long code": "```py\n"
    + "\n".join(f"value_{n} = 'needle in a long line of code' * {n}" for n in range(120))
    + "\n```",
    "wide code": "```\n" + "abcdefghij " * 60 + "\n```",
    "tabs": "```\n\tone\ttwo\n```\n\na\tb",
}
TEXTS = UNUSUAL | {"everything": EVERYTHING}


def drawn(text: str, width: int, *, role: Role = Role.ASSISTANT, shape: Shape | None = None) -> list[Row]:
    palette = Palette(lambda _name, _whole: Style())
    message = ChatMessage(role, text)
    return MessageRenderer(palette, width).render(message, None, shape or Shape(all_code=True), detailed=False).rows


def query(text: str) -> FindQuery:
    found = FindQuery.typed(text)
    assert found is not None
    return found


def marked(rows: list[Row], what: FindQuery, thoughts: range = range(0)) -> list[str]:
    """What is marked of each match, row by row."""
    return [
        "|".join(rows[part.row].text[part.start : part.end] for part in parts)
        for parts in parts_by_match(what, rows, thoughts).values()
    ]


def check(source: str, width: int, chance: random.Random) -> None:
    """Any stretch of any line is found, marked exactly, and not missed by a quick look at the source."""
    rows = drawn(source, width)
    texts = [line.text for line in lines(rows, range(0)) if line.text.strip()]
    for text in chance.sample(texts, min(8, len(texts))):
        start = chance.randrange(len(text))
        wanted = text[start : start + chance.randrange(1, 40)]
        if (what := FindQuery.typed(wanted)) is None:
            continue
        matches = parts_by_match(what, rows, range(0))
        assert matches, wanted
        for parts in matches.values():
            shown = "".join(rows[part.row].text[part.start : part.end] for part in parts)
            assert letters(what.text) in letters(shown), (wanted, shown)
            assert len(letters(shown)) <= len(letters(what.text)) + 4, "more is marked than whole pictures ask for"
            assert all(rows[part.row].lead <= part.start < part.end for part in parts)
        assert what.may_be_in(drawable(source)), f"a quick look at the source misses {wanted!r}"


def letters(text: str) -> str:
    """Folded, without blanks: those at the end of a row are not drawn."""
    return "".join(char for char in fold(text) if not char.isspace() and char != "\u0301")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_every_stretch_of_the_text_is_found_where_it_stands(name: str, width: int) -> None:
    check(TEXTS[name], width, random.Random(f"{name}{width}"))


@given(sources, st.sampled_from(WIDTHS), st.randoms(use_true_random=False))
@settings(max_examples=examples(150))
def test_every_stretch_of_any_markdown_is_found(source: str, width: int, chance: random.Random) -> None:
    check(source, width, chance)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_what_is_counted_without_colours_is_what_is_marked(name: str, width: int) -> None:
    rows = drawn(TEXTS[name], width)
    assert PlainRows(width).texts(ChatMessage(Role.ASSISTANT, TEXTS[name])) == block_texts(rows, range(0))
    for wanted in ("e", "in a", "é", "の"):
        what = query(wanted)
        assert list(parts_by_match(what, rows, range(0))) == match_positions(what, block_texts(rows, range(0)))


def test_a_hit_goes_on_in_the_next_row() -> None:
    rows = drawn("Some words that are too long for one row of so few cells.", 24)
    assert marked(rows, query("row of so")) == ["row|of so"]


def test_a_line_of_code_that_folds_is_one_line() -> None:
    rows = drawn("```\n" + "0123456789" * 5 + "\n```", 30)
    assert len(marked(rows, query("0123456789"))) == 5


def test_capitals_accents_and_full_width_are_one() -> None:
    rows = drawn(UNUSUAL["accents"], 100)
    assert len(marked(rows, query("CAFE noir"))) == len(marked(rows, query("café"))) == 4 * 9
    assert marked(rows, query("cafe"))[0] == "Cafe\u0301"


def test_a_picture_is_marked_whole() -> None:
    rows = drawn("See 👩‍👩‍👧 here", 80)
    assert marked(rows, query("👧")) == ["👩‍👩‍👧"]


def test_spaces_count_as_they_were_typed() -> None:
    rows = drawn("one two onetwo", 80)
    assert marked(rows, query("one ")) == ["one "]
    assert FindQuery.typed("") is None


def test_headers_gaps_and_notes_are_not_searched() -> None:
    rows = drawn("You are here", 80, role=Role.USER)
    assert marked(rows, query("you")) == ["You"]


def test_reasoning_is_searched_where_it_is_shown() -> None:
    message = ChatMessage(Role.ASSISTANT, "The answer", reasoning="A thought about the answer.\n\nAnother thought.")
    draw = MessageRenderer(Palette(lambda _name, _whole: Style()), 80)
    rows = draw.render(message, None, detailed=False, reasoning=True).rows
    assert marked(rows, query("thought"), thought_rows(rows, shown=True)) == ["thought", "thought"]
    assert len(marked(rows, query("answer"), thought_rows(rows, shown=True))) == 2
    folded = draw.render(message, None, detailed=False).rows
    assert len(marked(folded, query("answer"), thought_rows(folded, shown=False))) == 1


def test_hidden_code_is_counted_and_not_marked() -> None:
    shown = drawn(UNUSUAL["long code"], 100, shape=Shape())
    whole = drawn(UNUSUAL["long code"], 100)
    assert len(marked(shown, query("needle"))) == 60
    assert len(marked(whole, query("needle"))) == 120
    assert (
        list(parts_by_match(query("needle"), shown, range(0)))
        == list(parts_by_match(query("needle"), whole, range(0)))[:60]
    )


def test_the_terms_of_a_search_are_found_as_the_search_finds_them() -> None:
    what = FindQuery.terms((Term("merge"), Term("scratch space", whole=True)))
    assert what is not None
    rows = drawn("It merges, with **scratch** space. Unmerged.", 80)
    assert marked(rows, what) == ["merges", "scratch space"]
    assert FindQuery.terms(()) is None


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("foo**bar**", "foobar"),
        ("foo[bar](http://x.example)baz", "barbaz"),
        ("&copy; 2024", "©"),
        ("1. one\n1. two", "2. two"),
        (r"\*not\* emphasis", "*not*"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "│ 2"),
    ],
)
def test_a_quick_look_at_the_source_misses_nothing_that_is_drawn(source: str, wanted: str) -> None:
    assert query(wanted).may_be_in(source)


def test_a_quick_look_rules_out_what_is_not_there() -> None:
    assert not query("needle").may_be_in("A haystack, all **hay**.")
