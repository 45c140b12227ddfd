"""No text whatever raises, hangs or brings a control character to the screen.

FUZZ_EXAMPLES says how many texts each test makes up: `FUZZ_EXAMPLES=20000 pytest tests/rendering/test_fuzz.py`.
"""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.markdown.corpus import PIECES
from tests.rendering.drawing import PALETTE
from tui.markdown.blocks import Block
from tui.markdown.cleaning import drawable
from tui.markdown.parser import markdown_blocks, plain_blocks
from tui.markdown.streaming import LiveDocument
from tui.rendering.live_reply import LiveRows
from tui.rendering.painter import Painter, Widths
from tui.rendering.rows import Row

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))
WIDTHS = (1, 20, 60, 200)

UNRULY = [
    *(chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))),
    *"\u061c\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufe0f\u0301\u20d7\ud800\udfff\U0010ffff",
    *("\x1b[", "\x1b]8;;http://x\x1b\\", "\x1bP", "\x1b[2J", "\x9b", "\x1b(0", "\x1b]52;c;AAAA\x07", "\u2063"),
]
LAYERS = [
    "> ",
    "- ",
    "1. ",
    "  ",
    "\t",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```",
    "$",
    "$$",
    "\\(",
    "\\[",
    "[",
    "](",
    "![",
    "<",
    "|",
    "\n",
]

texts = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from(UNRULY),
        st.text(max_size=12),
        st.tuples(st.sampled_from(LAYERS), st.integers(1, 40)).map(lambda pair: pair[0] * pair[1]),
        st.sampled_from(["word ", "日本", "👩‍👩‍👧", "x" * 300, "שלום "]),
    ),
    max_size=20,
).map("".join)


def check(rows: list[Row]) -> None:
    for row in rows:
        for character in row.text:
            assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), (row.text, hex(ord(character)))


def painted(blocks: list[Block], width: int) -> None:
    check(Painter(PALETTE, Widths.of(width)).rows(blocks))


@settings(max_examples=examples(EXAMPLES), suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_text_at_any_width(text: str) -> None:
    source = drawable(text)
    read = markdown_blocks(source)
    typed = plain_blocks(source)
    for width in WIDTHS:
        painted(read, width)
        painted(typed, width)


@settings(max_examples=examples(EXAMPLES), suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.lists(st.integers(1, 30), min_size=1, max_size=6), st.sampled_from(WIDTHS))
def test_any_text_as_it_arrives(text: str, sizes: list[int], width: int) -> None:
    document, rows = LiveDocument(), LiveRows(Painter(PALETTE, Widths.of(width)))
    at = turn = 0
    while at < len(text):
        document.append(text[at : at + sizes[turn % len(sizes)]])
        at += sizes[turn % len(sizes)]
        turn += 1
        rows.update(document.blocks, document.kept)
        check(rows.rows)
    document.finish()
    assert document.blocks == markdown_blocks(drawable(text))


LONG = 30_000
MONSTERS = {
    "quotes": "> " * LONG,
    "lines of quotes": (">" * 60 + " x\n") * (LONG // 60),
    "a quote with lazy lines": ">" * 25 + "a\n" + "b\n" * (LONG // 4),
    "lists": "- " * LONG,
    "lists in lists": "".join("  " * n + "- a\n" for n in range(150)),
    "lists in quotes": "> - " * (LONG // 4),
    "numbers": "1. " * (LONG // 3),
    "stars": "*" * LONG,
    "open emphasis": "*a **b _c " * (LONG // 10),
    "mixed emphasis": "a**b" * (LONG // 8) + "c* " * (LONG // 8),
    "brackets": "[" * LONG,
    "open links": "[a](" * (LONG // 4),
    "links in links": "[" * 300 + "](x)" * 300,
    "open images": "![" * (LONG // 2),
    "images in images": "![" * 300 + "x" + "](u)" * 300,
    "ticks": "".join("`" * n + " " for n in range(240)),
    "dollars": "$" * LONG,
    "open formulas": "$a \\(b " * (LONG // 7),
    "open displays": "$$a \\[b " * (LONG // 8),
    "open formula blocks": "$$\n" * (LONG // 3),
    "open environments": "\\begin{align}\n" * (LONG // 14),
    "braces": "$" + "{" * 900 + "}" * 900 + "$",
    "roots": "$" + "\\sqrt[" * 300 + "$",
    "scripts": "$" + "x^" * 900 + "$",
    "notes in notes": "[^a]: " * (LONG // 6),
    "notes": "[^a]: x\n" * (LONG // 8),
    "definitions": "[a]: /u\n[b]:\n" * (LONG // 13),
    "a table of pipes": "|" * 1000 + "\n" + "|-" * 1000 + "\n" + "|\n" * 50,
    "rows": "|a|\n|-|\n" + "|b|\n" * (LONG // 4),
    "breaks in a cell": "a|b\n-|-\n" + "<br>" * (LONG // 4),
    "subscripts": "<sub>a</sub>" * (LONG // 12),
    "tags": "<a <!-- " * (LONG // 8),
    "entities": "&#&a" * (LONG // 4),
    "an address": "https://x.org/" + ")" * LONG,
    "addresses": "https://x.o " * (LONG // 12),
    "a line without end": "x" * 4 * LONG,
    "one word of marks": "e" + "\u0301" * LONG,
    "joined people": "👩‍" * (LONG // 4),
    "line after line": "a\n" * (LONG // 2),
    "blanks": " " * LONG + "x",
    "tabs": "\t" * LONG + "x",
    "empty lines": "\n" * LONG,
    "backslashes": "\\" * LONG,
    "escapes": "\x1b[" * LONG,
    "open strings": "\x1b]" * LONG,
    "right to left": "\u202e\u2067שלום" * (LONG // 6),
}
"""Texts so long that work which grows with their square would not come to its end within a test's time."""


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_a_text_that_is_meant_to_hang(text: str) -> None:
    source = drawable(text)
    painted(markdown_blocks(source), 60)
    painted(plain_blocks(source), 60)


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_the_same_as_it_arrives(text: str) -> None:
    text = text[: len(text) // 3]
    document = LiveDocument()
    step = max(1, len(text) // 6)
    for at in range(0, len(text), step):
        document.append(text[at : at + step])
    document.finish()
    assert document.source == drawable(text)
