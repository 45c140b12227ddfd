"""The growing document equals a parse of the whole, however it is torn."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.widgets.transcript.corpus import EVERYTHING, sources
from tui.widgets.transcript.blocks import Code, Prose
from tui.widgets.transcript.cleaning import drawable
from tui.widgets.transcript.document import LiveDocument
from tui.widgets.transcript.markdown import markdown_blocks


@settings(max_examples=250, deadline=None, database=None)
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


def test_a_text_with_every_construct_torn_at_every_character() -> None:
    document = LiveDocument()
    for character in EVERYTHING:
        document.append(character)
        assert document.blocks == markdown_blocks(document.source)


def test_settled_blocks_are_never_parsed_again() -> None:
    document = LiveDocument()
    document.append("first\n\nsecond\n\nthird\n")
    first, second = document.blocks[:2]
    assert document.settled == [first, second]
    for _ in range(50):
        document.append(" word\n\n- item\n\nnext")
        assert document.kept >= 2
    assert document.blocks[0] is first
    assert document.blocks[1] is second


def test_a_definition_that_comes_later_makes_a_link_of_what_was_settled() -> None:
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
