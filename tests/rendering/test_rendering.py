"""How each construct looks, as text, at several widths."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.effort import examples
from tests.markdown.corpus import EVERYTHING, SCRIPTS, sources
from tests.rendering.drawing import PALETTE, drawn, drawn_rows, is_visible, parts_in, show
from tests.widgets.transcript.conftest import ask, reply
from tui.domain.chat import Usage
from tui.markdown.blocks import Span, StyledText
from tui.markdown.cleaning import drawable
from tui.markdown.parser import markdown_blocks, plain_blocks
from tui.markdown.streaming import LiveDocument
from tui.rendering.live_reply import LiveRows
from tui.rendering.message_renderer import MessageRenderer
from tui.rendering.note import Note
from tui.rendering.painter import Painter, Widths
from tui.rendering.rows import drawn_text
from tui.rendering.shape import Shape


def test_paragraphs_wrap_with_a_gap_between_them() -> None:
    assert show("one two three four five six seven eight nine\n\nten") == (
        "one two three four five six seven eight\nnine\n\nten"
    )


def test_a_hard_break_breaks_and_a_soft_one_does_not() -> None:
    assert show("a\nb  \nc\\\nd") == "a b\nc\nd"


def test_nested_lists_are_tight_and_indented() -> None:
    assert show("- a\n  - b\n    - c\n- d") == "• a\n  ◦ b\n    ▪ c\n• d"


def test_loose_lists_have_gaps() -> None:
    assert show("- a\n\n- b") == "• a\n\n• b"


def test_numbers_are_aligned_and_start_where_they_say() -> None:
    assert show("9. nine\n10. ten\n11. eleven") == " 9. nine\n10. ten\n11. eleven"


def test_a_list_item_wraps_under_its_text() -> None:
    assert show("- " + "word " * 10, 20) == "• word word word\n  word word word\n  word word word\n  word"


def test_task_lists_show_what_is_done() -> None:
    assert show("- [x] done\n- [ ] open\n- [X] too") == "☑ done\n☐ open\n☑ too"


def test_quotes_have_a_bar_that_goes_through_their_gaps() -> None:
    assert show("> a\n>\n> > b\n\nc") == "▎ a\n▎\n▎ ▎ b\n\nc"


def test_code_has_one_header_line_and_no_blank_rows() -> None:
    assert show("```python\nx = 1\n\ny = 2\n```") == "▏python\n▏x = 1\n▏\n▏y = 2"


def test_indented_code_and_unnamed_fences_are_called_text() -> None:
    assert show("    a\n\n```\nb\n```") == "▏text\n▏a\n\n▏text\n▏b"


def test_long_code_lines_fold() -> None:
    assert show("```\n" + "0123456789" * 3 + "\n```", 22) == "▏text\n▏01234567890123456789\n↪0123456789"


def test_tabs_in_code_become_spaces() -> None:
    assert show("```\n\tx\n```") == "▏text\n▏    x"


def test_code_in_a_list_is_indented() -> None:
    assert show("- a\n  ```\n  x\n  ```\n- b") == "• a\n  ▏text\n  ▏x\n• b"


def test_links_show_their_target_and_images_their_name() -> None:
    assert show("[text](https://x.org) <https://y.org> ![alt](z.png)", 80) == (
        "text (https://x.org) https://y.org image: alt (z.png)"
    )


def test_html_is_text() -> None:
    assert show("<b>bold</b>\n\n<div>\nx\n</div>") == "<b>bold</b>\n\n<div> x </div>"


def test_a_rule_is_a_line() -> None:
    assert show("***", 20) == "─" * 20


def test_prose_is_at_most_96_cells_wide_and_code_120() -> None:
    rows = drawn("word " * 60 + "\n\n```\n" + "x" * 300 + "\n```", 200)
    assert max(len(row) for row in rows if row.startswith("word")) <= 96
    assert max(len(row) for row in rows if "xx" in row) == 119


@pytest.mark.parametrize("width", [40, 60, 120])
def test_every_construct_fits_its_width(width: int) -> None:
    rows = drawn(EVERYTHING, width)
    assert max(cell_len(row) for row in rows) <= width
    words = " ".join("".join(rows).split())
    for part in ("Head one", "inline code", "https://example.org/a?b=1", "image: a chart", "☑ done", "<b>HTML</b>"):
        assert part.replace(" ", "") in words.replace(" ", "")


def test_markup_in_a_text_is_text() -> None:
    text = "[red]x[/red] [/] [@click=app.quit]y[/] [link=http://z]z[/link]"
    rows = Painter(PALETTE, Widths.of(80)).rows(markdown_blocks(text))
    assert rows[0].text == text
    assert {segment.style for segment in rows[0].segments} == {PALETTE.style("reply")}


def test_only_links_answer_a_click() -> None:
    rows = Painter(PALETTE, Widths.of(80)).rows(markdown_blocks("[a](https://x.org) b `c`"))
    clicks = [(s.text, s.style.meta.get("@click")) for s in rows[0].segments if s.style and s.style.meta]
    assert clicks == [("a", ("open_link", ("https://x.org",))), ("(https://x.org)", ("open_link", ("https://x.org",)))]


@settings(max_examples=examples(150))
@given(st.one_of(sources, st.text(max_size=120)), st.integers(1, 90))
def test_no_text_raises_or_leaves_a_control_character(source: str, width: int) -> None:
    rows = MessageRenderer(PALETTE, width)
    note = Note(source, keys=source)
    for message in (ask(source), reply(source, reasoning=source)):
        message.model = source
        for row in rows.render(message, note, detailed=True).rows:
            assert is_visible(row.text)


@settings(max_examples=examples(80))
@given(sources, st.integers(1, 60), st.lists(st.integers(1, 9), max_size=20))
def test_rows_of_a_growing_text_equal_those_of_the_whole(source: str, width: int, sizes: list[int]) -> None:
    painter = Painter(PALETTE, Widths.of(width))
    document, rows, at = LiveDocument(), LiveRows(painter), 0
    for size in [*sizes, len(source)]:
        document.append(source[at : at + size])
        at += size
        rows.update(document.blocks, document.kept)
        assert [row.text for row in rows.rows] == [row.text for row in painter.rows(document.blocks)]


def test_a_header_names_the_model_and_tells_figures_only_where_asked() -> None:
    rows = MessageRenderer(PALETTE, 80)
    message = reply("x", usage=Usage(5, 148, 153), first_token=1763900000.5, finished=1763900004.5)
    plain, detailed = (rows.header(message, detailed=wanted).text for wanted in (False, True))
    assert plain.startswith("small-model  ")
    assert "tokens" not in plain
    assert detailed == plain + " · 148 tokens · 4.5 s · 37/s"


def test_a_time_out_of_range_is_no_time() -> None:
    assert "--:--" in MessageRenderer(PALETTE, 80).header(reply("x", created=1e30), detailed=False).text


def test_reasoning_is_one_folded_line() -> None:
    rows = MessageRenderer(PALETTE, 80).render(reply("x", reasoning="so many words here"), None, detailed=False).rows
    assert rows[1].text == "▸ thought, 4 words"


def test_a_note_stands_below_with_its_keys() -> None:
    rows = (
        MessageRenderer(PALETTE, 80).render(reply("x"), Note("It broke off.", "r retry", "error"), detailed=False).rows
    )
    assert [row.text for row in rows[1:]] == ["x", "", "It broke off.   r retry", ""]
    assert rows[3].segments[0].style == PALETTE.style("reply", "note-error")


def test_a_question_is_drawn_as_it_was_typed() -> None:
    rows = (
        MessageRenderer(PALETTE, 80).render(ask("# not a head\n  two\n\n* a\n```py\nx\n```"), None, detailed=False).rows
    )
    assert [row.text.rstrip() for row in rows[1:-1]] == ["# not a head", "  two", "", "* a", "", "▏py", "▏x"]


def test_code_is_coloured_and_plain_code_is_not() -> None:
    painter = Painter(PALETTE, Widths.of(60))
    python, unknown = (painter.rows(markdown_blocks(f"```{name}\nreturn 1\n```")) for name in ("python", "nonesuch"))
    assert PALETTE.style("code", "code-keyword") in {segment.style for segment in python[1].segments}
    assert {segment.style for segment in unknown[1].segments[1:]} == {PALETTE.style("code")}


@pytest.mark.parametrize("width", [9, 20, 60])
def test_styles_stay_on_their_words_wherever_a_long_paragraph_breaks(width: int) -> None:
    rows = Painter(PALETTE, Widths.of(width)).rows(markdown_blocks("plain **a bold stretch** `code` " * 40))
    bold, code = PALETTE.style("reply", "strong"), PALETTE.style("reply", "inline-code")
    found = {style: "".join(s.text for row in rows for s in row.segments if s.style == style) for style in (bold, code)}
    assert found[bold].replace(" ", "") == "aboldstretch" * 40
    assert found[code] == "code" * 40


def long_code(lines: int) -> str:
    return "Look:\n\n```py\n" + "\n".join(f"x{n} = {n}" for n in range(lines)) + "\n```\n\nDone."


def folds(lines: int, *, all_code: bool) -> list[str]:
    rows = Painter(PALETTE, Widths.of(60)).rows(markdown_blocks(long_code(lines)), all_code=all_code)
    click = {"@click": ("toggle_code", ())}
    assert all(row.text.startswith(("▏▸", "▏▾")) for row in rows if any(s.style and s.style.meta for s in row.segments))
    return [s.text.strip() for row in rows for s in row.segments if s.style and s.style.meta == click]


def test_long_code_shows_its_beginning_and_how_much_more_there_is() -> None:
    rows = Painter(PALETTE, Widths.of(60)).rows(markdown_blocks(long_code(300)), all_code=False)
    assert [row.text.strip("▏ ") for row in rows[:4]] == ["Look:", "", "py", "x0 = 0"]
    assert [row.text.strip("▏ ") for row in rows[-4:]] == ["x59 = 59", "▸ 240 more lines", "", "Done."]
    assert folds(300, all_code=False) == ["▸ 240 more lines"]


def test_long_code_that_is_shown_whole_can_be_folded_again() -> None:
    rows = Painter(PALETTE, Widths.of(60)).rows(markdown_blocks(long_code(300)), all_code=True)
    assert [row.text.strip("▏ ") for row in rows[-4:]] == ["x299 = 299", "▾ fold 300 lines", "", "Done."]
    assert folds(300, all_code=True) == ["▾ fold 300 lines"]


def test_code_a_little_longer_is_not_folded() -> None:
    assert folds(69, all_code=False) == folds(69, all_code=True) == []
    assert folds(70, all_code=False) == ["▸ 10 more lines"]


def test_each_row_knows_its_block_and_gaps_have_none() -> None:
    source = "para\n\n# Head\n- a\n- b\n\n| x |\n|---|\n| 1 |\n\n```\na\nb\n```\n***"
    painter = Painter(PALETTE, Widths.of(60))
    rows = painter.rows(markdown_blocks(source))
    assert [row.block for row in rows if row.text] == [0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 6]
    assert {row.block for row in rows if not row.text} == {-1}
    live = LiveRows(painter)
    document = LiveDocument()
    for character in source:
        document.append(character)
        live.update(document.blocks, document.kept)
    assert live.rows == rows


WIDTHS = (8, 13, 21, 34, 55, 60, 80, 97, 120, 144, 200)


@settings(max_examples=examples(150))
@given(st.one_of(sources, st.text(max_size=160), st.text(alphabet=SCRIPTS + "|-`#>*[]()\t", max_size=160)))
def test_no_row_is_wider_than_the_view_and_its_segments_measure_what_it_does(source: str) -> None:
    source = drawable(source)
    for blocks in (markdown_blocks(source), plain_blocks(source)):
        for width in WIDTHS:
            for row in Painter(PALETTE, Widths.of(width)).rows(blocks):
                assert cell_len(row.text) <= width
                assert sum(cell_len(segment.text) for segment in row.segments) == cell_len(row.text)


def test_no_style_begins_or_ends_within_a_character() -> None:
    text = StyledText("👩\u200d👧 e\u0301 🇩🇪.", (Span(2, 5, "strong"), Span(0, 1, "link"), Span(8, 9, "struck")))
    assert drawn_text(text).spans == (Span(3, 6, "strong"), Span(0, 3, "link"))


def test_tabs_go_to_stops_of_four_and_styles_stay_on_their_words() -> None:
    rows = MessageRenderer(PALETTE, 80).render(ask("a\tb\n日\tb\n\tabcd\tx"), None, Shape(), detailed=False).rows
    assert [row.text for row in rows[1:-1]] == ["a   b", "日  b", "    abcd    x"]
    rows = drawn_rows("a\tb **c\td** e", 40)
    assert rows[0].text == "a   b c d e"
    assert parts_in(rows, "reply", "strong") == ["c d"]


def test_a_formula_stands_apart_and_is_copied_as_it_was_written() -> None:
    rows = drawn_rows("so:\n\n$$\nx^2 + y^2\n$$\n\nand $a^2$ too", 40)
    assert [row.text for row in rows] == ["so:", "", "    x² + y²", "", "and a² too"]
    sources = [s.style.meta["source"] for row in rows for s in row.segments if s.style and "source" in s.style.meta]
    assert sources == ["$$\nx^2 + y^2\n$$", "$a^2$"]


def test_a_formula_too_wide_to_be_drawn_is_shown_as_it_was_written() -> None:
    formula = "$$" + " + ".join(f"x_{n}" for n in range(9)) + "$$"
    assert " ".join(drawn(formula, 20)) == formula
