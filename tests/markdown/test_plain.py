"""Markdown as plain text."""

from __future__ import annotations

import pytest

from tui.domain.search import Span
from tui.markdown.plain import plain_text


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("then **merges sorted halves** back", "then merges sorted halves back"),
        ("*O(n log n)* and `log2(n)` levels", "O(n log n) and log2(n) levels"),
        ("## Merge sort\n> quoted", "Merge sort\nquoted"),
        ("see [the article](https://example.org/a_b_c) there", "see the article there"),
        ("2 ** 3 ** 4 and snake_case_name and a * b", "2 ** 3 ** 4 and snake_case_name and a * b"),
        ("**all *of* it**", "all of it"),
        ("before\n```python\nx = **kwargs**\n```\nafter **it**", "before\nx = **kwargs**\nafter it"),
        ("`a **b** c`", "a **b** c"),
        ("cut in **the mid", "cut in **the mid"),
        ("", ""),
    ],
)
def test_signs_are_left_out_and_words_stay(source: str, plain: str) -> None:
    assert plain_text(source)[0] == plain


def test_places_are_found_again() -> None:
    text, marks = plain_text("a **merge** and a `merge`", [Span(4, 9), Span(19, 24)])
    assert [text[mark.start : mark.end] for mark in marks] == ["merge", "merge"]
