"""The forms in which servers send their model lists."""

from __future__ import annotations

from typing import Any

import pytest

from tui.api.models import read_models
from tui.domain.errors import GatewayError
from tui.domain.models import ModelInfo


@pytest.mark.parametrize(
    ("payload", "ids"),
    [
        ({"data": [{"id": "a"}, {"id": "b"}]}, ["a", "b"]),
        ({"data": None}, []),
        ({"data": []}, []),
        ([{"id": "a"}, "b"], ["a", "b"]),
        ({"models": [{"name": "a"}, {"model": "b"}, {"id": "c", "name": "C"}]}, ["a", "b", "c"]),
        ({"data": [{"id": "b"}, {"id": "a"}, {"id": "b", "name": "again"}]}, ["b", "a"]),
        ({"data": [None, 7, [], {}, {"id": None}, {"id": 7}, {"id": " "}, {"name": "x"}, {"id": "ok"}]}, ["ok"]),
        ({"data": [{"id": "模型"}, {"id": "a\ud83d"}]}, ["模型", "a\ufffd"]),
    ],
)
def test_every_form_of_a_list_is_read(payload: Any, ids: list[str]) -> None:
    assert [model.id for model in read_models(payload).models] == ids


@pytest.mark.parametrize("payload", [None, 7, "text", {}, {"data": 7}, {"data": {"id": "a"}}, {"hello": []}])
def test_anything_else_is_no_list(payload: Any) -> None:
    with pytest.raises(GatewayError) as caught:
        read_models(payload)
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize(
    ("row", "context"),
    [
        ({"context_length": 8192}, 8192),
        ({"max_model_len": 8192.0}, 8192),
        ({"context_window": "8192"}, 8192),
        ({"max_context_length": 8192}, 8192),
        ({"context_size": 8192}, 8192),
        ({"max_input_tokens": 8192}, 8192),
        ({"context_length": None, "context_window": 8192}, 8192),
        ({"context_length": 0, "context_window": 8192}, 8192),
        ({"context_length": True}, None),
        ({"context_length": "many"}, None),
        ({"context_length": float("nan")}, None),
        ({"context_length": -1}, None),
        ({"context_length": 10**400}, None),
        ({}, None),
    ],
)
def test_the_context_length_is_the_first_good_number(row: dict[str, Any], context: int | None) -> None:
    assert read_models([{"id": "m", **row}]).models == [ModelInfo("m", context=context)]


def test_prices_may_be_strings_and_may_be_missing() -> None:
    rows = [
        {"id": "a", "pricing": {"prompt": "0.00003", "completion": 0.5}},
        {"id": "b", "pricing": {"prompt": "-1", "completion": "x"}},
        {"id": "c", "pricing": "free"},
        {"id": "d", "input_cost_per_token": 1.5e-07, "output_cost_per_token": 0},
    ]
    prices = [(model.price_in, model.price_out) for model in read_models(rows).models]
    assert prices == [(0.00003, 0.5), (None, None), (None, None), (1.5e-07, 0.0)]


def test_another_page_is_named_only_when_there_is_one() -> None:
    rows = [{"id": "a"}]
    assert read_models({"data": rows, "has_more": True, "last_id": "a"}).next_after == "a"
    assert read_models({"data": rows, "has_more": False, "last_id": "a"}).next_after is None
    assert read_models({"data": rows, "has_more": True}).next_after is None
