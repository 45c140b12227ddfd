"""Reasoning is cleaned, counted and wrapped, whole or as it arrives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.effort import examples
from tests.markdown.corpus import sources
from tests.rendering.drawing import HOSTILE, PALETTE, is_visible
from tests.widgets.transcript.conftest import reply
from tui.domain.chat import ChatMessage
from tui.rendering.message_renderer import MessageRenderer
from tui.rendering.note import Note
from tui.rendering.reasoning import LiveReasoning, ReasoningRows, clean_reasoning, count_words


def rows_of(message: ChatMessage, width: int = 80, note: Note | None = None, *, unfolded: bool) -> list[str]:
    rows = MessageRenderer(PALETTE, width).render(message, note, detailed=False, reasoning=unfolded).rows
    return [row.text.rstrip() for row in rows]


def test_the_folded_line_tells_seconds_and_words() -> None:
    message = reply("Yes.", reasoning="so many words here", reasoned=3.21)
    assert rows_of(message, unfolded=False)[1:] == ["▸ thought for 3.2 s, 4 words", "Yes.", ""]


def test_unfolded_reasoning_is_plain_wrapped_and_indented_with_a_gap_below() -> None:
    message = reply("Yes.", reasoning="\n# not *a* head\n\n" + "word " * 12 + "\n", reasoned=0.5)
    assert rows_of(message, 40, unfolded=True)[1:] == [
        "▾ thought for 0.5 s, 16 words",
        "  # not *a* head",
        "",
        "  word word word word word word word",
        "  word word word word word",
        "",
        "Yes.",
        "",
    ]


def test_reasoning_has_its_own_colour() -> None:
    rows = MessageRenderer(PALETTE, 80).render(reply("Yes.", reasoning="hm"), None, detailed=False, reasoning=True).rows
    assert rows[2].segments[-1].style == PALETTE.style("reply", "reasoning")


def test_reasoning_that_is_all_there_is_has_no_gap_below_but_before_a_note() -> None:
    message = reply("", reasoning="hm", first_token=10.0, finished=12.5)
    assert rows_of(message, unfolded=True)[1:] == ["▾ thought for 2.5 s, 1 word", "  hm", ""]
    assert rows_of(message, note=Note("Stopped."), unfolded=True)[2:] == ["  hm", "", "Stopped.", ""]


@pytest.mark.parametrize("reasoning", ["", " \n", "\x1b[31m"])
def test_reasoning_without_a_word_is_none(reasoning: str) -> None:
    assert rows_of(reply("Yes.", reasoning=reasoning), unfolded=True)[1:] == ["Yes.", ""]


def test_a_time_of_a_damaged_file_is_no_time() -> None:
    assert rows_of(reply("", reasoning="hm", reasoned=-3.0), unfolded=False)[1] == "▸ thought, 1 word"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two\nthree", 3),
        ("", 0),
        ("用户问了一个问题。", 8),
        ("ひらがなと API の話", 8),
        ("생각 중입니다", 2),
        ("naïve café…", 2),
    ],
)
def test_words_are_counted_where_there_are_no_spaces(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize("width", [1, 12, 20, 40, 80, 200])
def test_reasoning_fits_its_width_and_is_never_wider_than_prose(width: int) -> None:
    message = reply("x", reasoning="用户问了一个问题。" * 20 + "\tword " * 30 + "x" * 200, reasoned=3.0)
    rows = rows_of(message, width, unfolded=True)
    assert max(cell_len(row) for row in rows[1:]) <= min(96, max(8, width))
    if width >= 12:
        text = "".join(row.replace(" ", "") for row in rows[2:])
        assert "用户问了一个问题。" * 20 + "word" * 30 + "x" * 200 in text


def test_hostile_reasoning_is_text() -> None:
    assert rows_of(reply("x", reasoning=HOSTILE), unfolded=True)[2] == "  red [red]x[/red] [@click=app.quit]y[/] z"
    rows = MessageRenderer(PALETTE, 80).render(reply("", reasoning=HOSTILE), None, detailed=False, reasoning=True).rows
    assert [segment.style.meta for segment in rows[2].segments if segment.style and segment.style.meta] == []


@settings(max_examples=examples(200))
@given(st.one_of(sources, st.text(max_size=120)), st.integers(1, 60), st.lists(st.integers(1, 9), max_size=30))
def test_reasoning_torn_anywhere_gives_the_rows_and_words_of_the_whole(
    source: str, width: int, sizes: list[int]
) -> None:
    whole = ReasoningRows(PALETTE, width)
    whole.append(clean_reasoning(source))
    live, at = LiveReasoning(ReasoningRows(PALETTE, width)), 0
    for size in [*sizes, len(source)]:
        live.add(source[at : at + size], 0.0)
        at += size
        assert all(is_visible(row.text) for row in live.rows())
    live.add("\x1b[m", 0.0)  # what was held back is let go
    if "\x1b" not in source[-20:] and not any(character in source for character in "\x90\x98\x9b\x9d\x9e\x9f\ud83d"):
        assert [row.text for row in live.rows()] == [row.text for row in whole.rows]
        assert [row.glue for row in live.rows()] == [row.glue for row in whole.rows]
        assert live.words == count_words(clean_reasoning(source))


def test_only_the_last_row_of_growing_reasoning_is_wrapped_again() -> None:
    rows = ReasoningRows(PALETTE, 40)
    for _ in range(300):
        before = list(rows.rows)
        rows.append("many words in a single paragraph ")
        assert all(a is b for a, b in zip(before[:-1], rows.rows, strict=False))
    assert len(rows.rows) > 200
