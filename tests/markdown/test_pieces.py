"""A piece is copied as its source, and quoted so that it reads as the same piece."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.effort import examples
from tui.markdown.blocks import Table
from tui.markdown.parser import markdown_blocks
from tui.markdown.pieces import Piece, piece_of, table_source


def only_piece(source: str) -> Piece:
    (piece,) = [piece for block in markdown_blocks(source) if (piece := piece_of(block)) is not None]
    return piece


def test_the_source_of_a_table_is_markdown_that_reads_as_the_same_table() -> None:
    source = "| *a* | b\\|c | 日本 |\n|:-:|--:|---|\n| `x\\|y` | [l](https://l.org) |\n"
    piece = only_piece(source)
    assert only_piece(piece.source) == piece
    assert len({cell_len(line) for line in piece.source.splitlines()}) == 1


_CELLS = [
    "",
    "a",
    "*b*",
    "`x\\|y`",
    "c\\|d",
    "[l](https://l.org)",
    "日本",
    "\\",
    "\\\\",
    "$x$",
    "a<br>b",
    "**",
    "e\u0301",
]
_RULES = ["---", ":--", "--:", ":-:"]


@settings(max_examples=examples(200))
@given(
    st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(st.sampled_from(_CELLS), min_size=n, max_size=n), min_size=1))
)
def test_no_cell_changes_a_table_that_is_read_again(rows: list[list[str]]) -> None:
    rules = [_RULES[n % len(_RULES)] for n in range(len(rows[0]))]
    source = "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], rules, *rows[1:]])
    tables = [block for block in markdown_blocks(source) if isinstance(block, Table)]
    again = [block for table in tables for block in markdown_blocks(table_source(table)) if isinstance(block, Table)]
    assert [(table.rows, table.alignments) for table in again] == [(table.rows, table.alignments) for table in tables]
    assert len(tables) == 1


def test_a_formula_is_taken_as_it_was_written() -> None:
    piece = only_piece("Words\n\n$$\n\\frac{1}{2}\n$$\n\nmore")
    assert piece.source == piece.quotable == "$$\n\\frac{1}{2}\n$$"


@pytest.mark.parametrize("code", ["a\n\n", "\ttab", "```\ninner\n```", "x  ", ""])
def test_code_is_taken_as_it_was_written_and_quoted_in_a_fence_that_holds_it(code: str) -> None:
    piece = only_piece(f"~~~py\n{code}\n~~~\n")
    assert piece == Piece("code", code, "py")
    assert only_piece(piece.quotable) == piece
