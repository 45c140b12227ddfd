"""What Markdown is read into, construct by construct."""

import pytest
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline

from tui.markdown.blocks import Block, Code, Formula, Prose, Span, StyledText, Table
from tui.markdown.parser import markdown_blocks


def prose(source: str) -> list[str]:
    return [block.text.plain for block in markdown_blocks(source) if isinstance(block, Prose)]


def text(source: str) -> StyledText:
    (block,) = markdown_blocks(source)
    assert isinstance(block, Prose)
    return block.text


def only(source: str) -> Block:
    (block,) = markdown_blocks(source)
    return block


def drawn(source: str, style: str) -> list[tuple[str, str]]:
    """The drawn text and the source of each span of a style."""
    found = text(source)
    return [(found.plain[span.start : span.end], span.source) for span in found.spans if span.style == style]


def test_a_footnote_is_raised_and_its_text_stands_where_it_was_written() -> None:
    first, note, last = markdown_blocks("Said[^1] and[^big].\n\n[^1]: A *note*.\n\n    More.\n\n[^big]: B\n")[:3]
    assert isinstance(first, Prose)
    assert first.text.plain == "Said¹ and[big]."
    assert [(span.style, span.source) for span in first.text.spans] == [("footnote", "[^1]"), ("footnote", "[^big]")]
    assert isinstance(note, Prose)
    assert (note.first[0].text, note.first[0].style, note.text.plain) == ("¹ ", "footnote", "A note.")
    assert isinstance(last, Prose)
    assert (last.first, last.text.plain) == (note.rest, "More.")


@pytest.mark.parametrize("source", ["Match [^a-z] here", "[^ x]: no note", "An inline^[note] stays"])
def test_what_is_no_footnote_stays_as_it_was_written(source: str) -> None:
    assert prose(source) == [source]


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs $5 and $10.",
        "US$ 20-$30",
        "costs $3,000.50 to $4k",
        "$HOME/$USER and $PATH",
        "${HOME}/bin:${PATH}",
        "Between $5/month and $10/month",
        "($5) or (5$)",
        "$5-$10",
        "from $1 to $2 to $3",
        "A$AP and Ke$ha",
        "US$5,A$6",
        "$AAPL, $TSLA and $MSFT",
        "($AAPL/$TSLA)",
        "$.get(a).then($.noop)",
        "$a = $b; $c",
        "I paid 5$ and you 10$",
        "a $20 bill and 3$ more",
        "$x and $y are variables",
        "the price in $ and in US$",
        "an open $x^2 never ends",
        "an open $$x^2 never ends",
        "$ ls -l",
        "$5k per month vs 10k$",
        "Save $1,000$ or more? $",
        "$$$",
        "$$$$ money",
        "R$ 5 e R$ 7",
        "$100 (was $120), $5 off",
    ],
)
def test_amounts_of_money_and_variables_are_left_alone(sentence: str) -> None:
    if "1,000$" in sentence:
        assert text(sentence).plain == "Save 1,000 or more? $"
    else:
        assert text(sentence).plain == sentence
        assert not text(sentence).spans


@pytest.mark.parametrize(
    ("sentence", "shown", "source"),
    [
        ("So $x^2$ holds", "x²", "$x^2$"),
        ("It is $O(n \\log n)$.", "O(n log n)", "$O(n \\log n)$"),
        ("Let \\(a_{ij} \\in \\mathbb{R}\\) be", "aᵢⱼ ∈ ℝ", "\\(a_{ij} \\in \\mathbb{R}\\)"),
        ("Thus $$E = mc^2$$ follows", "E = mc²", "$$E = mc^2$$"),
        ("where $a \\neq 0$", "a ≠ 0", "$a \\neq 0$"),
        ("**$\\frac{1}{2}$**", "½", "$\\frac{1}{2}$"),
        ("pay $5 or $x$", "x", "$x$"),
        ("($n$)", "n", "($n$)"[1:-1]),
        ("$a_1 * b_1 * c$", "a₁ * b₁ * c", "$a_1 * b_1 * c$"),
        ("\\[x = 1\\] inline", "x = 1", "\\[x = 1\\]"),
    ],
)
def test_a_formula_in_a_line_is_drawn_and_keeps_its_source(sentence: str, shown: str, source: str) -> None:
    assert drawn(sentence, "formula") == [(shown, source)]


def test_a_formula_that_cannot_be_drawn_is_shown_as_it_was_written() -> None:
    assert text("See $\\strange{x}_1$ here").plain == "See $\\strange{x}_1$ here"
    assert drawn("See $\\strange{x}_1$ here", "formula") == [("$\\strange{x}_1$", "")]
    assert only("$$\n\\strange{x}\n$$") == Formula(lines=("$$", "\\strange{x}", "$$"), source="$$\n\\strange{x}\n$$")


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("$$\\frac{a+b}{c}$$", ("(a+b)/c",)),
        ("$$\nx^2 \\\\\ny\n$$", ("x²", " y")),
        ("\\[\n\\sum_{i=1}^n i\n\\]", ("∑ᵢ₌₁ⁿ i",)),
        ("\\[ x = 1 \\].", ("x = 1",)),
        ("\\begin{align}\na &= b \\\\\n&= c\n\\end{align}", ("a = b", "  = c")),
        ("$$\n\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}\n$$", ("⎛1  0⎞", "⎝0  1⎠")),
    ],
)
def test_a_formula_on_its_own_lines_is_a_block(source: str, lines: tuple[str, ...]) -> None:
    assert only(source) == Formula(lines=lines, source=source)


def test_a_fence_of_mathematics_is_drawn_once_it_is_closed() -> None:
    assert only("```math\nx^2\n") == Code(code="x^2", language="math", open=True)
    assert only("```math\nx^2\n```") == Formula(lines=("x²",), source="```math\nx^2\n```")
    assert only("```math\n\\strange\n```") == Code(code="\\strange", language="math")


def test_a_formula_ends_a_paragraph_and_stands_in_items_and_quotes() -> None:
    blocks = markdown_blocks("So\n$$x$$\nand\n\n- a\n\n  $$\n  y\n  $$\n\n> $$z$$")
    assert [(type(block).__name__, block.rest) for block in blocks if isinstance(block, Formula)]
    assert [block.lines for block in blocks if isinstance(block, Formula)] == [("x",), ("y",), ("z",)]


@pytest.mark.parametrize("source", ["$$\nfirst\nsecond", "\\[\nfirst\nsecond", "\\begin{align}\nfirst\nsecond"])
def test_an_open_formula_swallows_nothing(source: str) -> None:
    blocks = markdown_blocks(source + "\n\nThe **text** goes on.")
    assert [block.text.plain for block in blocks if isinstance(block, Prose)] == [source, "The text goes on."]


@pytest.mark.parametrize("source", ["Escaped \\(see the note below\\) here", "\\[a note\\] stays", "\\[note\\](x)"])
def test_escaped_brackets_around_words_are_brackets(source: str) -> None:
    assert text(source).plain == source.replace("\\", "")


@pytest.mark.parametrize(
    ("sentence", "url"),
    [
        ("See https://x.org/a_b.", "https://x.org/a_b"),
        ("(https://x.org/a_(b))", "https://x.org/a_(b)"),
        ("at http://localhost:8080/x?y=1&z=2, then", "http://localhost:8080/x?y=1&z=2"),
        ("见https://x.org/路。后", "https://x.org/"),
        ("**https://x.org**", "https://x.org"),
        ("<https://auto.link/>", "https://auto.link/"),
    ],
)
def test_a_bare_address_is_a_link(sentence: str, url: str) -> None:
    found = text(sentence)
    assert [(span.url, found.plain[span.start : span.end]) for span in found.spans if span.url] == [(url, url)]


@pytest.mark.parametrize("sentence", ["http://z]", "https://", "main.py and x.org", "xhttps://a.b"])
def test_what_is_no_address_is_no_link(sentence: str) -> None:
    assert not text(sentence).spans


def test_an_address_that_is_the_text_of_a_link_leads_where_the_link_does() -> None:
    assert {span.url for span in text("[https://a.org](https://b.org)").spans} == {"https://b.org"}


def test_html_that_has_a_drawing_is_drawn_and_the_rest_is_text() -> None:
    assert text("H<sub>2</sub>O, x<sup>2</sup>").plain == "H₂O, x²"
    assert text("H<sub>2</sub>O").spans == (Span(1, 2, "script", source="<sub>2</sub>"),)
    assert text("a<sub>🙂</sub>").plain == "a<sub>🙂</sub>"
    assert prose("<details>\n<summary>More</summary>\n\ntext\n</details>") == [
        "<details> <summary>More</summary>",
        "text </details>",
    ]
    assert text("write <br> here").plain == "write <br> here"


def test_cells_hold_breaks_pipes_and_code() -> None:
    table = only("| a | b | c |\n|:--|--:|:-:|\n| x<br>y | `p\\|q` | r\\|s |\n| only |\n")
    assert isinstance(table, Table)
    assert table.alignments == ("left", "right", "center")
    assert [[cell.plain for cell in row] for row in table.rows[1:]] == [["x\ny", "p|q", "r|s"], ["only", "", ""]]


def test_fences_of_all_kinds() -> None:
    assert only("~~~~ {.python .x}\n~~~\n~~~~") == Code(code="~~~", language="python")
    assert only('```js title="a b"\nx\n```') == Code(code="x", language="js")
    quoted, nested = markdown_blocks("> ```\n> x\n> ```\n\n- ```py\n  y\n  ```")
    assert isinstance(quoted, Code)
    assert isinstance(nested, Code)
    assert (quoted.code, quoted.open, nested.code, nested.open) == ("x", False, "y", False)


def test_headings_breaks_and_entities() -> None:
    blocks = markdown_blocks("One\n===\n\nTwo\n---\n\n### Three ###\n\na  \nb\\\nc &amp; &#x263A;")
    assert [(block.level, block.text.plain) for block in blocks if isinstance(block, Prose)] == [
        (1, "One"),
        (2, "Two"),
        (3, "Three"),
        (0, "a\nb\nc & ☺"),
    ]


@pytest.mark.parametrize(
    ("sentence", "strong"),
    [
        ("**重要。**后面", "重要。"),
        ("这是**“引用”**的话", "“引用”"),
        ("前**「注」**后", "「注」"),
        ("これは**太字（強調）**です", "太字（強調）"),
        ("**강조(설명)**은", "강조(설명)"),
        ("so **bold.** next", "bold."),
    ],
)
def test_emphasis_needs_no_spaces_where_the_script_has_none(sentence: str, strong: str) -> None:
    found = text(sentence)
    assert [found.plain[span.start : span.end] for span in found.spans if span.style == "strong"] == [strong]


@pytest.mark.parametrize("sentence", ["a * b * c", "2 *3", "中 ** 文 ** 后", "snake_中文_case", "**bold.**next"])
def test_stars_that_emphasise_nothing_stay(sentence: str) -> None:
    assert text(sentence) == StyledText(sentence)


def test_no_depth_of_nesting_loses_the_text() -> None:
    assert "word" in prose("> " * 200 + "word")[-1]
    assert "word" in prose("- " * 200 + "word")[-1]
    assert "word" in "".join(prose("".join("  " * n + "- a\n" for n in range(60)) + "  " * 60 + "- word")[-1])
    assert "word" in prose("[^1]: " * 200 + "word")[-1]


@pytest.mark.parametrize("opened", ["[", "![", "[^"])
def test_brackets_that_nothing_closes_are_not_read_to_the_end_each(
    opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    skip = ParserInline.skipToken

    def counted(inline: ParserInline, state: StateInline) -> None:
        read.append(state.pos)
        skip(inline, state)

    monkeypatch.setattr(ParserInline, "skipToken", counted)
    assert prose("[a](http://b) " + opened * 500) == ["a (http://b) " + opened * 500]
    assert len(read) < 10
