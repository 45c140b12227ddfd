"""Letters for what can be copied: each piece in view has one, beside it or over its first cells."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from tests.terminal_view import rows
from tests.widgets.transcript.conftest import TranscriptApp, ask, reply, settle
from tui.markdown.pieces import KINDS, Kind
from tui.widgets.transcript.label_letters import ALPHABET, Spot, Target, badges, letters_for

MakeApp = Callable[..., TranscriptApp]

MIXED = """See [the manual](https://example.org/manual) first.

```python
def merge(a, b):
\treturn a + b

```

| Name | Size |
|:----:|-----:|
| a\\|b | `1` |
| [c](https://example.org/c) | 22 |

![a cat](https://example.org/cat.png)
"""


def link(n: int) -> Target:
    return Target("m", n, "link", f"https://example.org/{n}")


def pieces(app: TranscriptApp) -> dict[str, str]:
    """What each label that is shown stands for."""
    transcript = app.transcript
    found = {letters: transcript.labels.piece(target) for letters, target in transcript.labels.shown.items()}
    return {letters: piece.source for letters, piece in found.items() if piece is not None}


def labelled_rows(app: TranscriptApp) -> dict[int, str]:
    """The lines of the viewport with badges, and the text of these."""
    ground = app.transcript.canvas.palette.style("label").bgcolor
    strips = rows(app)[app.transcript.region.y : app.transcript.region.bottom]
    found = {}
    for line, strip in enumerate(strips):
        assert strip.cell_length == app.size.width
        texts = [
            part.text for part in strip if part.style is not None and part.style.bgcolor == ground and part.text.strip()
        ]
        if texts:
            found[line] = "/".join(texts)
    return found


# -- Which letters


def test_letters_go_from_top_to_bottom_home_row_first() -> None:
    assert list(letters_for([link(n) for n in range(5)]).values()) == ["a", "s", "d", "f", "g"]


def test_more_targets_than_letters_have_two_each_and_no_label_begins_another() -> None:
    given = list(letters_for([link(n) for n in range(40)]).values())
    assert len(set(given)) == 40
    assert {len(letters) for letters in given} == {2}


def test_no_letter_scrolls() -> None:
    assert not set("jk") & set(ALPHABET)
    assert sorted([*ALPHABET, "j", "k"]) == sorted("abcdefghijklmnopqrstuvwxyz")


def test_what_had_a_letter_keeps_it_and_what_is_new_takes_a_free_one() -> None:
    before = letters_for([link(1), link(2), link(3)])
    after = letters_for([link(0), link(2), link(3), link(4)], before)
    assert after == {link(0): "a", link(2): "s", link(3): "d", link(4): "f"}


def test_labels_that_are_shown_never_grow_a_second_letter() -> None:
    full = [link(n) for n in range(len(ALPHABET))]
    before = letters_for(full)
    assert letters_for([*full, link(99)], before) == before


# -- Where they stand


def spot(kind: Kind, cell: int, row: int = 0) -> Spot:
    return Spot(Target("m", 0, kind, f"u{cell}" if kind == "link" else ""), row, cell)


@pytest.mark.parametrize(
    ("margin", "letters", "cell", "text"),
    [(3, "a", -3, " a "), (2, "a", -2, "a "), (3, "as", -3, "as "), (2, "as", -2, "as")],
)
def test_a_block_has_its_badge_in_the_margin(margin: int, letters: str, cell: int, text: str) -> None:
    (badge,) = badges([(spot("code", 0), letters)], margin)[0]
    assert (badge.cell, badge.text) == (cell, text)


def test_badges_never_cover_each_other() -> None:
    found = badges([(spot("link", 0), "as"), (spot("table", 0), "aa"), (spot("link", 1), "ad")], 3)[0]
    ends = [badge.cell + len(badge.text) for badge in found]
    assert [badge.text for badge in found] == ["aa ", "as", "ad"]
    assert all(badge.cell > end for badge, end in zip(found[1:], ends, strict=False))


async def test_the_badge_of_a_link_stands_on_the_blank_before_it_where_there_is_one(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(90, 20)) as pilot:
        app.transcript.show(
            [reply("[one](https://one.org) and [two](https://two.org), ([three](https://three.org))")], {}
        )
        await settle(pilot)
        app.transcript.labels.lay()
        await settle(pilot)
        assert app.lines()[1] == "  aone (https://one.org) andstwo (https://two.org), (dhree (https://three.org))"


@pytest.mark.parametrize("size", [(60, 40), (80, 40), (200, 40)])
async def test_every_piece_in_view_has_a_badge_on_its_first_row(make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        app.transcript.show([ask(), reply(MIXED)], {})
        await settle(pilot)
        plain = app.lines()
        assert app.transcript.labels.lay() == {"code", "table", "link"}
        await settle(pilot)
        badged = labelled_rows(app)
        where = {text: plain[line] for line, text in badged.items()}
        names = ["See the manual", "python", "Name", "c (https", "image: a cat"]
        assert [letters.strip() for letters in where] == ["a", "s", "d", "f", "g"]
        assert all(name in line for name, line in zip(names, where.values(), strict=True))
        assert pieces(app)["s"] == "def merge(a, b):\n\treturn a + b\n"
        assert pieces(app)["g"] == "https://example.org/cat.png"
        app.transcript.labels.hide()
        await settle(pilot)
        assert labelled_rows(app) == {}
        assert app.lines() == plain


async def test_forty_links_have_forty_labels(make_app: MakeApp) -> None:
    app = make_app()
    links = "\n".join(f"- [{n}](https://example.org/{n})" for n in range(40))
    async with app.run_test(size=(80, 60)) as pilot:
        app.transcript.show([reply(links)], {})
        await settle(pilot)
        app.transcript.labels.lay()
        await settle(pilot)
        assert list(pieces(app).values()) == [f"https://example.org/{n}" for n in range(40)]
        assert list(labelled_rows(app).values()) == list(pieces(app))


@pytest.mark.parametrize("width", [20, 31, 60])
async def test_wide_characters_round_a_link_stay_in_their_cells(make_app: MakeApp, width: int) -> None:
    app = make_app()
    async with app.run_test(size=(width, 20)) as pilot:
        app.transcript.show([reply("漢字[日本語の頁](https://example.org/)漢字かな混じり文")], {})
        await settle(pilot)
        app.transcript.labels.lay()
        await settle(pilot)
        assert len(labelled_rows(app)) == 1
        strips = rows(app)
        assert {cell_len(strip.text) for strip in strips} == {width}


async def test_a_link_over_several_rows_and_its_target_have_one_label(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(40, 20)) as pilot:
        app.transcript.show([reply(f"[{'many words ' * 9}](https://example.org/) and more")], {})
        await settle(pilot)
        app.transcript.labels.lay()
        assert pieces(app) == {"a": "https://example.org/"}


async def test_blocks_in_quotes_and_lists_have_their_badge_beside_them(make_app: MakeApp) -> None:
    app = make_app()
    source = "> | a | b |\n> |---|---|\n> | [x](https://x.org) | 2 |\n\n1. one\n\n   ```sh\n   ls\n   ```\n"
    async with app.run_test(size=(60, 30)) as pilot:
        app.transcript.show([reply(source)], {})
        await settle(pilot)
        app.transcript.labels.lay()
        await settle(pilot)
        assert (
            pieces(app)["a"]
            == "| a                  | b   |\n| ------------------ | --- |\n| [x](https://x.org) | 2   |"
        )
        assert pieces(app)["s"] == "https://x.org"
        assert pieces(app)["d"] == "ls"
        lines = app.lines()
        beside = [lines[line] for line in labelled_rows(app)]
        assert beside[0].split() == ["a", "a", "│", "b"]
        assert "sh" in beside[2]


async def test_a_block_that_begins_above_the_view_has_its_label_on_its_first_row_in_view(make_app: MakeApp) -> None:
    app = make_app()
    code = "\n".join(f"line {n}" for n in range(40))
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([reply(f"```\n{code}\n```")], {})
        await settle(pilot)
        app.transcript.scroll_relative(y=-5)
        await settle(pilot)
        app.transcript.labels.lay()
        await settle(pilot)
        assert list(labelled_rows(app)) == [0]
        assert pieces(app) == {"a": code}


async def test_scrolling_lays_the_labels_anew(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([reply("\n\n".join(f"```\n{n}\n```\n\ntext" for n in range(20)))], {})
        await settle(pilot)
        app.transcript.labels.lay()
        first = pieces(app)
        app.transcript.viewport.turn_page(-1)
        await settle(pilot)
        assert list(pieces(app)) == list(ALPHABET[: len(pieces(app))])
        assert pieces(app)["a"] != first["a"]
        assert len(labelled_rows(app)) == len(pieces(app))


async def test_folded_code_is_taken_whole(make_app: MakeApp) -> None:
    app = make_app()
    code = "\n".join(f"line {n}" for n in range(300))
    async with app.run_test(size=(60, 100)) as pilot:
        app.transcript.show([reply(f"```\n{code}\n```")], {})
        await settle(pilot)
        assert "240 more lines" in "\n".join(app.lines())
        app.transcript.labels.lay()
        assert pieces(app) == {"a": code}


async def test_code_in_a_question_has_a_label_too(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 30)) as pilot:
        app.transcript.show([ask("Why?\n```py\nx = 1\n```")], {})
        await settle(pilot)
        app.transcript.labels.lay()
        assert pieces(app) == {"a": "x = 1"}


# -- While a reply grows


async def test_labels_stay_on_their_blocks_and_a_growing_block_is_taken_as_far_as_it_came(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 30)) as pilot:
        growing = reply("")
        app.transcript.show([ask()], {})
        app.transcript.live.start(growing)
        first, second = "[one](https://one.org)\n\n```py\nx = 1\n", "y = 2\n```\n\nAnd [two](https://two.org).\n"
        app.transcript.live.append(first)
        await settle(pilot)
        app.transcript.labels.lay()
        assert pieces(app) == {"a": "https://one.org", "s": "x = 1"}
        app.transcript.live.append(second)
        await settle(pilot)
        assert pieces(app) == {"a": "https://one.org", "s": "x = 1\ny = 2", "d": "https://two.org"}
        assert len(labelled_rows(app)) == 3
        growing.content = first + second
        app.transcript.live.finish(growing)
        await settle(pilot)
        assert pieces(app) == {"a": "https://one.org", "s": "x = 1\ny = 2", "d": "https://two.org"}
        assert len(labelled_rows(app)) == 3


async def test_another_conversation_takes_the_labels_away(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(60, 30)) as pilot:
        app.transcript.show([reply("`x` <https://one.org>\n\n```\ny\n```")], {})
        await settle(pilot)
        app.transcript.labels.lay()
        app.transcript.show([reply("nothing")], {})
        await settle(pilot)
        assert pieces(app) == {}
        assert labelled_rows(app) == {}
        assert app.transcript.labels.lay() == frozenset()


async def test_only_the_kinds_asked_for_are_shown_and_a_first_letter_leaves_those_that_begin_with_it(
    make_app: MakeApp,
) -> None:
    app = make_app()
    source = "```\ny\n```\n\n" + "\n".join(f"- <https://example.org/{n}>" for n in range(30))
    async with app.run_test(size=(60, 50)) as pilot:
        app.transcript.show([reply(source)], {})
        await settle(pilot)
        app.transcript.labels.lay()
        app.transcript.labels.show({"code"})
        await settle(pilot)
        assert [text.strip() for text in labelled_rows(app).values()] == ["aa"]
        app.transcript.labels.show(KINDS)
        assert app.transcript.labels.choose("s") is None
        await settle(pilot)
        assert {letters[0] for letters in pieces(app)} == {"s"}
        assert len(labelled_rows(app)) == len(pieces(app)) > 1
        target = app.transcript.labels.choose("A")
        assert target is not None
        assert target.kind == "link"
