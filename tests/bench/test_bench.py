"""The measuring itself: what is asked for is what comes, and the table judges by its bars."""

from __future__ import annotations

import pytest

from tests.bench.replies import BEGIN, END, Asked, tokens, understand
from tests.bench.screen import Screen
from tests.bench.table import WANTED, table


@pytest.mark.parametrize(
    "asked", [Asked(200, "parts", 0, "7"), Asked(30, "list", 400, "8"), Asked(30, "fence", 12.5, "9", 5)]
)
def test_a_prompt_says_what_comes(asked: Asked) -> None:
    assert understand(asked.prompt) == asked
    reply = "".join(tokens(asked))
    assert reply.startswith(BEGIN + asked.number)
    assert reply.endswith("\n\n" + END + asked.number)
    assert reply.count("```") % 2 == 0
    if asked.form == "parts":
        assert len(tokens(asked)) == asked.count


def test_the_screen_shows_what_was_written_also_in_torn_pieces() -> None:
    written = "\x1b[?1049h\x1b[2;3Hwide \u4e2d\u6587\x1b[1;1H\x1b[31mred\x1b[0m\x1b[3;1Hgone\x1b[2K\x1b]0;title\x07\x1b[4;1Ha\x1b[3bz"
    whole, torn = Screen(20, 4), Screen(20, 4)
    whole.feed(written)
    for sign in written:
        torn.feed(sign)
    assert whole.text == torn.text == "red\n  wide \u4e2d\u6587\n\naaaaz"


def test_the_table_judges_by_the_floor_of_the_same_run() -> None:
    start, bare = WANTED[0].figure, WANTED[0].floor
    for measured, verdict in ((1.1, "aim"), (1.3, "must"), (1.5, "OVER")):
        rows = table({start: [measured], bare: [1.0]}, {}).splitlines()
        assert len(rows) == 3
        assert rows[2].rstrip(" |").endswith(verdict)
