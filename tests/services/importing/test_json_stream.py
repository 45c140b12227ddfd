"""JSON a piece at a time: the same values as when read at once, and errors where they are."""

from __future__ import annotations

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.services.importing.json_stream import JsonError, JsonStream

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def read(text: str, piece: int) -> list[object]:
    return list(JsonStream(io.StringIO(text), piece).values())


@given(VALUES, st.integers(1, 40), st.sampled_from([None, 2]), st.booleans())
def test_values_are_those_of_the_whole_file(value: object, piece: int, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert read(f"\n {text} \n", piece) == (value if isinstance(value, list) else [value])


@given(VALUES, st.integers(1, 40), st.integers(0, 200), st.sampled_from(["", "]", "}", ",", '"', "x", "\\"]))
def test_what_json_refuses_is_refused(value: object, piece: int, at: int, put: str) -> None:
    text = json.dumps([value], indent=1)
    text = text[: at % len(text)] + put
    try:
        whole = json.loads(text)
    except ValueError:
        with pytest.raises(JsonError):
            read(text, piece)
    else:
        assert read(text, piece) == (whole if isinstance(whole, list) else [whole])


@pytest.mark.parametrize("piece", [1, 7, 1000])
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[{"a": 1},\n {"b": oops}]', 2, 8),
        ('[{"a": 1},\n\n  {"b": 2} {"c": 3}]', 3, 12),
        ('{"a": 1}\nmore', 2, 1),
        ('["中文", "é", nope]', 1, 13),
        ('[1,\n2,\n"open', 3, 1),
        ("", 1, 1),
        ("\n\n   ", 3, 4),
    ],
)
def test_an_error_tells_line_and_column(text: str, line: int, column: int, piece: int) -> None:
    with pytest.raises(JsonError, match=f"Line {line}, column {column} is"):
        read(text, piece)


def test_what_comes_before_an_error_is_read() -> None:
    values = JsonStream(io.StringIO('[{"a": 1}, {"b": 2}, {]'), 3).values()
    assert [next(values), next(values)] == [{"a": 1}, {"b": 2}]
    with pytest.raises(JsonError):
        next(values)


def test_bytes_that_are_no_text_and_depth_without_end_are_errors() -> None:
    file = io.TextIOWrapper(io.BytesIO(b'["ok", "\xff\xfe"]'), encoding="utf-8")
    with pytest.raises(JsonError, match="not UTF-8"):
        list(JsonStream(file).values())
    with pytest.raises(JsonError, match="nested too deeply"):
        read("[" * 100_000, 1000)


def test_deep_values_and_long_numbers_are_read() -> None:
    deep = '{"a": [' * 3000 + '"end", 1' + "]}" * 3000
    (value,) = read(deep, 1000)
    for _level in range(3000):
        assert isinstance(value, dict)
        value = value["a"]
        if isinstance(value[0], dict):
            value = value[0]
    assert value == ["end", 1]
    assert read("9" * 10_000, 100) == [float("inf")]
    with pytest.raises(JsonError, match="not JSON"):
        read('{"a": [' * 3000 + "oops" + "]}" * 3000, 1000)


def test_a_bad_entry_or_line_is_passed_over() -> None:
    runs = list(JsonStream(io.StringIO('[{"a": 1},\n {"b": {"c": oops}},\n {"d": "]"}, {"e": 2}]'), 5).runs())
    assert [value for _run, value in runs if isinstance(value, dict)] == [{"a": 1}, {"d": "]"}, {"e": 2}]
    assert [str(value)[:18] for _run, value in runs if isinstance(value, JsonError)] == ["Line 2, column 14 "]
    lines = list(JsonStream(io.StringIO('{"a": 1}\n{"b": \n\n[1]\n[2]'), 5).runs())
    assert [value for _run, value in lines if not isinstance(value, JsonError)] == [{"a": 1}, 1, 2]
    assert [run for run, value in lines if isinstance(value, int)] == [1, 3], "each list is one of its own"


def test_a_long_list_takes_the_memory_of_its_longest_entry() -> None:
    entry = json.dumps({"text": "x" * 100_000})
    text = io.StringIO("[" + ",".join([entry] * 300) + "]")
    tracemalloc.start()
    count = sum(1 for _ in JsonStream(text, 1 << 16).values())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < 5_000_000
