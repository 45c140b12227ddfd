"""Server-sent events out of bytes torn anywhere."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.api.sse import Event, EventReader
from tui.domain.errors import GatewayError


def events_of(*pieces: bytes) -> list[Event]:
    reader = EventReader()
    return [event for piece in pieces for event in reader.feed(piece)] + reader.end()


def datas_of(*pieces: bytes) -> list[str]:
    return [event.data for event in events_of(*pieces)]


LINES = st.sampled_from(
    [
        b"data: one",
        b"data:two",
        b"data",
        b"data: \xe4\xbd\xa0\xe5\xa5\xbd",
        b"data: \xf0\x9f\x9a\x80",
        b"data: \xff\xfe",
        b"data: a\xe2\x80\xa8b\xc2\x85c\x0b\x0cd",
        b"event: error",
        b"error: bad",
        b": ping",
        b"id: 1",
        b"",
        b"",
        b"x: y",
    ]
)
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
STREAMS = st.builds(
    lambda bom, lines, last: bom + b"".join(line + end for line, end in lines) + last,
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.lists(st.tuples(LINES, ENDS), max_size=12),
    LINES,
)


@given(STREAMS, st.lists(st.integers(0, 200), max_size=8))
def test_events_are_the_same_wherever_the_bytes_are_torn(stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    torn = [stream[start:end] for start, end in pairwise(edges)]
    assert events_of(*torn) == events_of(stream)


@given(STREAMS)
def test_events_are_the_same_byte_by_byte(stream: bytes) -> None:
    assert events_of(*(bytes([byte]) for byte in stream)) == events_of(stream)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_kind_of_line_end_ends_a_line_and_nothing_else_does(end: bytes) -> None:
    text = "a\u2028b\u2029c\u0085d\x0be\x0cf"
    stream = b"data: " + text.encode() + end + end + b"data: 2" + end + end
    assert datas_of(stream) == [text, "2"]


def test_an_event_is_there_as_soon_as_its_blank_line_is() -> None:
    assert [event.data for event in EventReader().feed(b"data: x\r\r")] == ["x"]


def test_data_lines_join_and_one_space_after_the_colon_is_optional() -> None:
    assert datas_of(b"data: a\ndata:b\ndata:  c\n\n") == ["a\nb\n c"]


def test_comments_other_fields_and_events_without_data_are_nothing() -> None:
    assert datas_of(b": hi\n\nid: 1\n\nretry: 5\nevent: x\n\nodd\n\n") == []


def test_the_end_of_the_input_ends_the_last_event() -> None:
    assert datas_of(b"data: a\n\ndata: b") == ["a", "b"]


def test_a_byte_order_mark_is_dropped_at_the_start_only() -> None:
    assert datas_of(b"\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n") == ["a"]


def test_bad_utf8_becomes_replacement_characters() -> None:
    assert datas_of(b"data: a\xffb\n\n") == ["a\ufffdb"]


def test_error_events_keep_their_name_in_both_forms() -> None:
    assert events_of(b"event: error\ndata: x\n\nerror: y\n\n") == [Event("x", "error"), Event("y", "error")]


@pytest.mark.parametrize("piece", [b"x" * 400, b"data: " + b"x" * 400 + b"\n", b"data: xxxxx\n" * 40])
def test_a_line_or_event_past_the_limit_is_a_failure(piece: bytes) -> None:
    reader = EventReader(limit=256)
    with pytest.raises(GatewayError, match="larger than") as caught:
        reader.feed(piece)
    assert caught.value.kind == "protocol"


def test_many_events_may_exceed_the_limit_together() -> None:
    assert len(EventReader(limit=256).feed(b"data: xxxxx\n\n" * 100)) == 100
