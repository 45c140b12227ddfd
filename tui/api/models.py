"""Model lists, in the forms in which servers send them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tui.domain.errors import GatewayError
from tui.domain.i18n import _
from tui.domain.models import ModelInfo
from tui.domain.safe_text import join_surrogates

MOST_PAGES = 20

_CONTEXT_FIELDS = (
    "context_length",
    "max_model_len",
    "context_window",
    "max_context_length",
    "context_size",
    "max_input_tokens",
)


@dataclass(frozen=True, slots=True)
class ModelPage:
    """One page of a model list."""

    models: list[ModelInfo]
    next_after: str | None = None
    """The id after which the next page starts; None on the last page."""


def read_models(payload: Any) -> ModelPage:
    """Return the models in `{"data": [...]}`, `{"models": [...]}` or a bare list; GatewayError ("protocol") for
    anything else."""
    rows, id_fields = payload, ["id"]
    if isinstance(payload, dict):
        if "data" in payload:
            rows = payload["data"] or []
        elif "models" in payload:
            rows, id_fields = payload["models"] or [], ["id", "name", "model"]
    if not isinstance(rows, list):
        raise GatewayError("protocol", _("The response is not a model list. Check the address."))
    models = without_duplicates(model for row in rows if (model := _read_row(row, id_fields)) is not None)
    last = payload.get("last_id") if isinstance(payload, dict) and payload.get("has_more") is True else None
    return ModelPage(models, last if isinstance(last, str) and last else None)


def without_duplicates(models: Iterable[ModelInfo]) -> list[ModelInfo]:
    """Return the first model of each id, in order."""
    found: dict[str, ModelInfo] = {}
    for model in models:
        found.setdefault(model.id, model)
    return list(found.values())


def _read_row(row: Any, id_fields: list[str]) -> ModelInfo | None:
    if isinstance(row, str):
        row = {"id": row}
    if not isinstance(row, dict):
        return None
    model_id = next((_text(row.get(name)) for name in id_fields if _text(row.get(name)).strip()), "")
    if not model_id:
        return None
    pricing = row.get("pricing")
    prices = pricing if isinstance(pricing, dict) else {}
    return ModelInfo(
        id=model_id,
        name=_text(row.get("name")),
        owner=_text(row.get("owned_by")),
        context=next((n for name in _CONTEXT_FIELDS if (n := _whole_number(row.get(name))) is not None), None),
        price_in=_price(prices.get("prompt", row.get("input_cost_per_token"))),
        price_out=_price(prices.get("completion", row.get("output_cost_per_token"))),
    )


def _text(value: Any) -> str:
    return join_surrogates(value) if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _whole_number(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 1 else None


def _price(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number >= 0 else None
