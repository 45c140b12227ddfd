"""The models a gateway offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One row of `GET /v1/models`. `id` is exact, as the gateway expects it; clean it before drawing."""

    id: str
    name: str = ""
    owner: str = ""
    context: int | None = None
    """The context length in tokens, if the gateway states it."""
    price_in: float | None = None
    """Dollars for one prompt token, if the gateway states it."""
    price_out: float | None = None


def matching(models: Iterable[ModelInfo], text: str) -> list[ModelInfo]:
    """Return the models whose id or name contains every word of `text`; ids that start with it come first."""
    words = text.lower().split()
    found = [model for model in models if all(word in f"{model.id} {model.name}".lower() for word in words)]
    start = text.strip().lower()
    return sorted(found, key=lambda model: not model.id.lower().startswith(start)) if start else found


def by_id(models: Sequence[ModelInfo], model_id: str) -> ModelInfo | None:
    """Return the model of that id, if the gateway lists it."""
    return next((model for model in models if model.id == model_id), None)
