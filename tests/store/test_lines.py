"""What the lines about one document add up to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.store.lines import Header, Line, growth, header, parse, resolve

TEXT = st.text(st.characters(), max_size=6)
LINES = st.lists(
    st.one_of(
        st.builds(
            lambda rev, text, state: Line("t", "a", rev, {"content": text, "state": state}),
            st.integers(1, 6),
            TEXT,
            st.sampled_from(["streaming", "complete"]),
        ),
        st.builds(lambda rev: Line("t", "a", rev, None), st.integers(1, 6)),
        st.builds(
            lambda rev, at, text: Line("t", "a", rev, grow={"content": (at, text)}),
            st.integers(2, 7),
            st.integers(0, 6),
            TEXT,
        ),
    ),
    max_size=9,
)


def doc(content: str) -> dict[str, str]:
    return {"content": content}


def line(rev: int, content: str | None) -> Line:
    return Line("t", "a", rev, None if content is None else doc(content))


def grow(rev: int, at: int, more: str) -> Line:
    return Line("t", "a", rev, grow={"content": (at, more)})


@given(LINES, st.randoms())
def test_the_order_of_lines_and_doubled_lines_make_no_difference(lines: list[Line], random: object) -> None:
    other = [*lines, *lines[:3]]
    random.shuffle(other)  # type: ignore[attr-defined]
    assert resolve(lines)[:2] == resolve(other)[:2]
    assert {one.encode() for one in resolve(lines).waiting} == {one.encode() for one in resolve(other).waiting}


@given(LINES)
def test_every_line_is_read_back_as_it_was_written(lines: list[Line]) -> None:
    assert [parse(line.encode()) for line in lines] == lines


def test_the_greatest_revision_wins() -> None:
    assert resolve([line(3, "new"), line(1, "older and longer"), line(2, "old")]).doc == doc("new")


def test_of_equal_revisions_the_longer_content_wins_and_a_deletion_loses() -> None:
    assert resolve([line(2, "long"), line(2, "longer"), line(2, "l"), line(2, None)]).doc == doc("longer")


def test_a_deletion_counts_like_any_revision() -> None:
    assert resolve([line(1, "a"), line(2, None)]).doc is None
    assert resolve([line(3, "back"), line(2, None)]).doc == doc("back")


def test_growth_waits_for_the_revision_before_it() -> None:
    early = resolve([line(1, "a"), grow(3, 2, "c")])
    assert early.doc == doc("a")
    assert early.waiting == [grow(3, 2, "c")]
    assert resolve([line(1, "a"), grow(3, 2, "c"), grow(2, 1, "b")]).doc == doc("abc")


def test_growth_belongs_to_the_rival_it_fits() -> None:
    """Two machines went on with one reply: the lines of one never mix into the text of the other."""
    mine = [line(1, "a"), grow(2, 1, "bb"), grow(3, 3, "c")]
    theirs = [line(1, "a"), grow(2, 1, "xxxx")]
    assert resolve([*mine, *theirs]).doc == doc("abbc")


def test_growth_that_no_longer_matters_is_not_waited_for() -> None:
    assert resolve([grow(3, 2, "c"), line(4, "all")]).waiting == []


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"table": "t", "id": "a"}',
        b'{"table": "t", "id": "a", "doc": {}}',
        b'{"table": "t", "id": "a", "rev": 0, "doc": {}}',
        b'{"table": "t", "id": "a", "rev": "1", "doc": {}}',
        b'{"table": "t", "id": "a", "rev": 1, "doc": []}',
        b'{"table": "t", "id": 1, "rev": 1, "doc": {}}',
        b'{"table": ["t"], "id": "a", "rev": 1, "doc": {}}',
        b'{"table": "t", "id": "a", "rev": 2, "grow": {"content": 1}}',
        b'{"table": "t", "id": "a", "rev": 2, "grow": {"content": ["1", "x"]}}',
        b'{"table": "t", "id": "a", "rev": 2, "grow": {"content": [1, "x", 2]}}',
        b'{"chinwag": "1"}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_line_is_a_value_error(damaged: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (JSON's own errors have many texts)
        parse(damaged)


def test_a_header_tells_one_file_from_another() -> None:
    assert parse(header()) == Header(1)
    assert header() != header()


def test_only_added_text_is_growth() -> None:
    before = {"content": "é数", "reasoning": "", "state": "streaming"}
    assert growth(before, {**before, "content": "é数!"}) == {"content": (2, "!")}
    assert growth(before, {**before, "content": "é数!", "reasoning": "so"}) == {
        "content": (2, "!"),
        "reasoning": (0, "so"),
    }
    assert growth(before, {**before, "content": "e数!"}) is None
    assert growth(before, {**before, "content": "é数!", "state": "complete"}) is None
    assert growth(before, {**before, "more": "x"}) is None
    assert growth(before, before) is None
    assert growth(None, before) is None
    assert growth(before, None) is None
