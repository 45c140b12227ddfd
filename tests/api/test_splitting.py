"""Thinking tags and surrogate pairs, torn at every place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.api.splitting import SurrogateJoiner, ThinkSplitter

CASES = [
    ("<think>a <b> c</think>\n\nanswer", ("answer", "a <b> c")),
    ("\n <thinking>deep</thinking> x", ("x", "deep")),
    ("<think>never closed", ("", "never closed")),
    ("<think>half a tag </thi", ("", "half a tag </thi")),
    ("plain <think>not</think> at the start", ("plain <think>not</think> at the start", "")),
    ("<thin ice", ("<thin ice", "")),
    ("<th", ("<th", "")),
    (" \n", (" \n", "")),
    ("<think></think>a</think>b", ("a</think>b", "")),
    ("  indented", ("  indented", "")),
]


def split(*pieces: str) -> tuple[str, str]:
    splitter = ThinkSplitter()
    parts = [splitter.feed(piece) for piece in pieces] + [splitter.end()]
    return "".join(text for text, _ in parts), "".join(thought for _, thought in parts)


@pytest.mark.parametrize(("stream", "expected"), CASES)
def test_thinking_is_parted_from_text_wherever_it_is_torn(stream: str, expected: tuple[str, str]) -> None:
    assert split(stream) == expected
    assert split(*stream) == expected
    for cut in range(len(stream)):
        assert split(stream[:cut], stream[cut:]) == expected


def test_only_what_could_become_a_tag_is_held_back() -> None:
    splitter = ThinkSplitter()
    assert splitter.feed("<th") == ("", "")
    assert splitter.feed("at is") == ("<that is", "")
    splitter = ThinkSplitter()
    assert splitter.feed("<think>yes </") == ("", "yes ")
    assert splitter.feed("b>") == ("", "</b>")


def test_endless_white_space_is_not_held_back() -> None:
    assert ThinkSplitter().feed(" " * 100) == (" " * 100, "")


@given(st.text(alphabet=["a", "\ud83d", "\ude00", "\ude80", "é"]), st.lists(st.integers(0, 30)))
def test_surrogates_are_the_same_wherever_they_are_torn(text: str, cuts: list[int]) -> None:
    joiner = SurrogateJoiner()
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    joined = "".join(joiner.feed(text[start:end]) for start, end in pairwise(edges)) + joiner.end()
    whole = SurrogateJoiner()
    assert joined == whole.feed(text) + whole.end()
    joined.encode()


def test_two_halves_join_and_a_lone_one_is_replaced() -> None:
    joiner = SurrogateJoiner()
    assert joiner.feed("a\ud83d") == "a"
    assert joiner.feed("\ude00\ud83d") == "😀"
    assert joiner.end() == "\ufffd"
