"""Tables fit the width: in columns where they can be read, else as records."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.effort import examples
from tests.rendering.drawing import drawn, drawn_rows, parts_in, show

MODELS = """\
| Model | Parameters | Context | Price | Remarks |
|---|--:|--:|--:|---|
| small | 7B | 32 768 | $0.10 | quick |
| large | 405B | 131 072 | $15.00 | for difficult questions that need some thought |
"""


def test_a_table_is_aligned() -> None:
    assert show("| l | right | mid |\n|:--|--:|:-:|\n| a | 1 | x |\n| bb | 22 | y |") == (
        "l  │ right │ mid\n───┼───────┼────\na  │     1 │  x\nbb │    22 │  y"
    )


def test_a_wide_table_wraps_its_cells() -> None:
    table = "| a | b |\n|---|---|\n| x | one two three four five six seven |"
    assert show(table, 24) == "a │ b\n──┼─────────────────────\nx │ one two three four\n  │ five six seven"


def test_rules_set_rows_of_several_lines_apart() -> None:
    table = "| a | b |\n|---|---|\n| x | one two three four five six |\n| y | z |"
    assert drawn(table, 24)[3:] == ["  │ five six", "──┼─────────────────────", "y │ z"]


def test_one_long_cell_leaves_the_other_columns_alone() -> None:
    table = f"| name | what | size |\n|---|---|--:|\n| asyncio | {'word ' * 60} | 12 345 |"
    found = drawn(table, 70)
    assert found[0].startswith("name    │ what ")
    assert found[2].startswith("asyncio │ word word")
    assert found[2].endswith(" │ 12 345")


def test_words_and_numbers_are_not_broken_to_make_columns() -> None:
    for width in range(8, 100):
        text = "\n".join(drawn(MODELS, width))
        for whole in ("Parameters", "32 768", "131 072", "$15.00", "difficult") if width >= 24 else ():
            assert whole in text, width


def test_a_table_that_cannot_be_read_in_columns_is_drawn_as_records() -> None:
    assert drawn(MODELS, 40) == [
        "small",
        "  Parameters: 7B",
        "  Context: 32 768",
        "  Price: $0.10",
        "  Remarks: quick",
        "",
        "large",
        "  Parameters: 405B",
        "  Context: 131 072",
        "  Price: $15.00",
        "  Remarks: for difficult questions",
        "    that need some thought",
    ]
    assert " │ " in drawn(MODELS, 80)[0]


def test_records_have_titles_and_bold_heads_and_leave_out_empty_cells() -> None:
    rows = drawn_rows(MODELS.replace("7B", ""), 40)
    assert parts_in(rows, "reply", "table-title") == ["small", "large"]
    assert parts_in(rows, "reply", "table-head")[:3] == ["Context: ", "Price: ", "Remarks: "]
    assert "Parameters: " in rows[6].text


def test_columns_of_sentences_need_more_room() -> None:
    table = "|a|b|c|d|\n|-|-|-|-|\n|" + "|".join(["some words that go on and on " * 6] * 4) + "|"
    assert " │ " not in "\n".join(drawn(table, 72))
    assert " │ " in drawn(table, 80)[0]


def test_a_table_may_be_wider_than_prose() -> None:
    table = "|a|b|\n|-|-|\n|" + "x" * 60 + "|" + "y" * 60 + "|"
    assert max(map(len, drawn(table, 200))) == 123


def test_a_table_without_rows_shows_its_heads() -> None:
    assert drawn("| a | b |\n|---|---|", 40) == ["a │ b", "──┼──"]
    assert drawn("| " + " | ".join(["heading"] * 6) + " |\n" + "|---" * 6 + "|", 20)[0] == "heading"


def test_wide_characters_are_aligned_by_cells() -> None:
    found = drawn("| 名前 | x |\n|---|---|\n| 東京都 | 1 |\n| e\u0301 | 👩‍👩‍👧 |", 40)
    assert {cell_len(line[: line.index("│")]) for line in found if "│" in line} == {7}


def test_a_table_in_a_list_and_a_quote_keeps_their_marks() -> None:
    assert drawn("> - | a | b |\n>   |---|---|\n>   | 1 | 2 |", 40) == ["▎ • a │ b", "▎   ──┼──", "▎   1 │ 2"]


cell = st.text(alphabet="ab 1é日👩\u0301\u200d🇩🇪-。(", max_size=40).map(lambda text: text.replace("|", ""))


@settings(max_examples=examples(150))
@given(st.lists(st.lists(cell, min_size=1, max_size=6), min_size=1, max_size=4), st.integers(8, 120))
@pytest.mark.parametrize("before", ["", "> ", "- "])
def test_no_table_is_wider_than_allowed(before: str, cells: list[list[str]], width: int) -> None:
    count = len(cells[0])
    lines = ["|" + "|".join(row) + "|" for row in cells]
    lines.insert(1, "|" + "---|" * count)
    rest = before.replace("-", " ")
    source = "\n".join((rest if n else before) + line for n, line in enumerate(lines))
    assert all(cell_len(row.text) <= width for row in drawn_rows(source, width))
