"""The growing document equals a parse of the whole, however it is torn."""

from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.markdown.corpus import CONSTRUCTS, EVERYTHING, sources
from tui.markdown.block_builder import Parsed
from tui.markdown.blocks import Code, Prose
from tui.markdown.cleaning import drawable
from tui.markdown.parser import Environment, markdown_blocks, parse
from tui.markdown.streaming import LiveDocument


@settings(max_examples=examples(250))
@given(sources, st.lists(st.integers(1, 40), max_size=12))
@example("x\nb | c\n---|---x\n", [1] * 12)
@example("[a]\n\nb\n\n[a]: /u\n'ti\ntle'\n\nz", [])
def test_pieces_of_every_size_give_the_blocks_of_a_whole_parse(source: str, sizes: list[int]) -> None:
    document, at = LiveDocument(), 0
    for size in [*sizes, *[1] * len(source)]:
        before = document.blocks
        document.append(source[at : at + size])
        at += size
        assert document.blocks == markdown_blocks(document.source)
        kept = document.kept
        assert len(document.blocks) >= kept
        assert all(a is b for a, b in zip(before[:kept], document.blocks[:kept], strict=True))
        if at >= len(source):
            break
    document.finish()
    assert document.source == drawable(source)
    assert document.blocks == markdown_blocks(drawable(source))


def grown(pieces: Iterable[str]) -> LiveDocument:
    """A document that equalled a parse of the whole after each piece."""
    document = LiveDocument()
    for piece in pieces:
        document.append(piece)
        assert document.blocks == markdown_blocks(document.source)
    document.finish()
    return document


@pytest.mark.parametrize("source", CONSTRUCTS.values(), ids=CONSTRUCTS)
def test_each_construct_torn_in_two_at_every_character(source: str) -> None:
    whole = markdown_blocks(drawable(source))
    for at in range(len(source) + 1):
        assert grown([source[:at], source[at:]]).blocks == whole


@pytest.mark.parametrize("size", [1, 2, 3, 7, 19])
@pytest.mark.parametrize("source", CONSTRUCTS.values(), ids=CONSTRUCTS)
def test_each_construct_in_pieces_of_one_size(source: str, size: int) -> None:
    pieces = [source[at : at + size] for at in range(0, len(source), size)]
    assert grown(pieces).blocks == markdown_blocks(drawable(source))


def test_all_constructs_in_one_text_in_pieces() -> None:
    source = EVERYTHING + "\n".join(CONSTRUCTS.values())
    for size in (5, 31):
        document = grown(source[at : at + size] for at in range(0, len(source), size))
        assert document.blocks == markdown_blocks(drawable(source))


OPEN_BLOCKS = {
    "list": [
        "- ",
        "- a\n",
        "* b\n",
        "-\n",
        "  c\n",
        "\n",
        "  - d\n",
        "   - e\n",
        "- ```\n",
        "---\n",
        "lazy\n",
        "[a]: /u\n",
        "[a] ",
    ],
    "numbers": [
        "1. a\n",
        "9. b\n",
        "99) c\n",
        "10",
        ".",
        " ",
        "\n",
        "   d\n",
        "   - e\n",
        "1.     f\n",
        "999999998. g\n",
    ],
    "table": [
        "| a | b |\n",
        "|---|:-:|\n",
        "| 1 |\n",
        "x\n",
        "\n",
        "|",
        "`|`",
        "    y\n",
        "> q\n",
        "[^1]: n\n",
        "[^1] ",
        "---",
    ],
    "quote": [
        "> a\n",
        ">\n",
        ">> b\n",
        "> - c\n",
        "lazy\n",
        "\n",
        "> [a]: /u\n",
        "> 'ti\n",
        ">     e\n",
        "> $$\n",
        "---\n",
        "[a] ",
    ],
}
"""What may come next in a block that is still open."""
BEGINNINGS = ["- a\n- b\n", "8. a\n9. b\n", "| a | b |\n|---|---|\n| c | d |\n", "> a\n>\n> b\n", "- a\n\n- b\n", ""]


@settings(max_examples=examples(250))
@given(
    st.sampled_from(BEGINNINGS),
    st.sampled_from(sorted(OPEN_BLOCKS)).flatmap(
        lambda kind: st.lists(st.sampled_from(OPEN_BLOCKS[kind]), max_size=12)
    ),
    st.integers(1, 12),
)
def test_open_blocks_that_go_on_in_any_way(beginning: str, more: list[str], size: int) -> None:
    source = beginning + "".join(more)
    grown(source[at : at + size] for at in range(0, len(source), size))


def parsed_characters(monkeypatch: pytest.MonkeyPatch, pieces: list[str]) -> list[int]:
    """How much the parser is given to read for each piece."""
    counts: list[int] = []

    def counting(source: str, environment: Environment) -> Parsed:
        counts[-1] += len(source)
        return parse(source, environment)

    monkeypatch.setattr("tui.markdown.streaming.parse", counting)
    document = LiveDocument()
    for piece in pieces:
        counts.append(0)
        document.append(piece)
    assert document.blocks == markdown_blocks(document.source)
    return counts


@pytest.mark.parametrize(
    "pieces",
    [
        [f"- item {n} with **words** in it\n" for n in range(300)],
        [f"{n}. item {n} with words\n\n" for n in range(101, 401)],
        ["| a | b |\n|---|---|\n", *(f"| cell {n} | other `cell` |\n" for n in range(300))],
        [f"> a paragraph of words, number {n}\n>\n" for n in range(300)],
        [f"A paragraph of words, number {n}.\n\n" for n in range(300)],
    ],
    ids=["list", "loose list", "table", "quote", "paragraphs"],
)
def test_no_piece_of_a_long_block_costs_more_than_an_early_one(
    monkeypatch: pytest.MonkeyPatch, pieces: list[str]
) -> None:
    counts = parsed_characters(monkeypatch, pieces)
    assert max(counts[5:]) <= 1.3 * max(counts[3:20])


def test_a_definition_redraws_only_what_refers_to_it() -> None:
    document = LiveDocument()
    document.append("See [docs] and[^1].\n\nMore.\n\n")
    first = document.blocks[0]
    document.append("[other]: /x\n\n[^2]: No one asked.\n\nx")
    assert document.blocks[0] is first
    document.append("\n\n[^1]: Yes.\n")
    changed = document.blocks[0]
    assert isinstance(changed, Prose)
    assert changed.text.plain == "See [docs] and¹."


def test_committed_blocks_are_never_parsed_again() -> None:
    document = LiveDocument()
    document.append("first\n\nsecond\n\nthird\n")
    first, second = document.blocks[:2]
    assert document.committed == [first, second]
    for _ in range(50):
        document.append(" word\n\n- item\n\nnext")
        assert document.kept >= 2
    assert document.blocks[0] is first
    assert document.blocks[1] is second


def test_a_definition_that_comes_later_makes_a_link_of_what_was_committed() -> None:
    document = LiveDocument()
    document.append("See [docs].\n\nMore.\n\n")
    assert document.blocks[0] == Prose(text=markdown_blocks("See [docs].")[0].text)  # type: ignore[attr-defined]
    document.append("[docs]: https://example.org\n\nEnd.")
    text = document.blocks[0].text  # type: ignore[attr-defined]
    assert [span.url for span in text.spans] == ["https://example.org", "https://example.org"]


def test_an_open_fence_grows_without_the_parser() -> None:
    document = LiveDocument()
    document.append("```py\nx = 1\n")
    fence = document.blocks[0]
    assert fence == Code(code="x = 1", language="py", open=True)
    document._parse = None  # type: ignore[assignment,method-assign]
    document.append("y = 2\n``")
    assert document.blocks == [Code(code="x = 1\ny = 2\n``", language="py", open=True)]


def test_an_escape_sequence_torn_over_deltas_never_shows() -> None:
    document = LiveDocument()
    shown = []
    for piece in ("a\x1b", "[3", "1", "mred\x1b]0;ti", "tle\x07", "b\r", "\nc\x1b["):
        document.append(piece)
        shown.append(document.source)
    document.finish()
    assert shown == ["a", "a", "a", "ared", "ared", "aredb", "aredb\nc"]
    assert document.source == "aredb\nc"


def test_a_sequence_that_never_ends_swallows_no_words() -> None:
    document = LiveDocument()
    document.append("a\x1b]0;")
    document.append("words " * 2000)
    assert document.source.count("words") == 2000
