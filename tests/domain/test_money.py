"""Money is shown only where it is known, and no finer than it is known."""

from __future__ import annotations

import pytest

from tui.domain.chat import Usage
from tui.domain.models import ModelInfo
from tui.domain.money import cost, dollars, prices

PRICED = ModelInfo("m", price_in=0.00000015, price_out=0.0000006)


def test_a_reply_costs_its_tokens() -> None:
    assert cost(Usage(1000, 500, 1500), PRICED) == pytest.approx(0.00045)
    assert cost(Usage(1000, 500, 1500), ModelInfo("m", price_in=0.0, price_out=0.0)) == 0.0


@pytest.mark.parametrize(
    ("usage", "model"),
    [
        (None, PRICED),
        (Usage(1, 1, 2), None),
        (Usage(1, 1, 2), ModelInfo("m")),
        (Usage(1, 1, 2), ModelInfo("m", price_in=0.1)),
        (Usage(0, 0, 900), PRICED),
    ],
)
def test_what_is_not_known_is_not_guessed(usage: Usage | None, model: ModelInfo | None) -> None:
    assert cost(usage, model) is None


def test_a_price_that_no_token_needs_may_be_missing() -> None:
    assert cost(Usage(10, 0, 10), ModelInfo("m", price_in=0.5)) == 5.0


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0"),
        (0.00000009, "<$0.0001"),
        (0.0001, "$0.0001"),
        (0.00042, "$0.0004"),
        (0.0042, "$0.0042"),
        (0.00996, "$0.010"),
        (0.0123456, "$0.012"),
        (0.0996, "$0.10"),
        (0.123456, "$0.12"),
        (0.5, "$0.50"),
        (3.14159, "$3.14"),
        (1234.5, "$1,234.50"),
    ],
)
def test_an_amount_shows_no_more_figures_than_matter(amount: float, shown: str) -> None:
    assert dollars(amount) == shown


def test_an_estimate_is_marked() -> None:
    assert dollars(0.00042, estimated=True) == "~$0.0004"


def test_prices_are_told_per_million_tokens() -> None:
    assert prices(PRICED) == "$0.15 in, $0.60 out per million tokens"
    assert prices(ModelInfo("m", price_in=0.0, price_out=0.0)) == "free"
    assert prices(ModelInfo("m", price_in=0.1)) == ""
