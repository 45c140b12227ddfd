"""What replies cost, as far as prices are known. Prices are US dollars, as in gateways' model lists."""

from __future__ import annotations

from tui.domain.chat import Usage
from tui.domain.i18n import _
from tui.domain.models import ModelInfo

MILLION = 1_000_000
_FINEST = 0.0001


def cost(usage: Usage | None, model: ModelInfo | None) -> float | None:
    """Return the price of a reply in dollars; None if a count or a price is unknown."""
    if usage is None or model is None:
        return None
    if usage.prompt_tokens + usage.completion_tokens < usage.total_tokens:
        return None  # the gateway did not divide the total
    parts = ((usage.prompt_tokens, model.price_in), (usage.completion_tokens, model.price_out))
    total = 0.0
    for tokens, price in parts:
        if tokens and price is None:
            return None
        total += tokens * (price or 0.0)
    return total


def dollars(amount: float, *, estimated: bool = False) -> str:
    """Return an amount for display: cents from 10 cents up, then two significant figures, at least a hundredth of a
    cent."""
    mark = "~" if estimated else ""
    if amount <= 0:
        return f"{mark}$0"
    if amount < _FINEST:
        return f"<${_FINEST}"
    decimals = 2 if round(amount, 2) >= 0.1 else 3 if round(amount, 3) >= 0.01 else 4
    return f"{mark}${amount:,.{decimals}f}"


def prices(model: ModelInfo) -> str:
    """Return a model's price, as "$0.15 in, $0.60 out per million tokens", or empty if the gateway does not state it."""
    if model.price_in is None or model.price_out is None:
        return ""
    if not model.price_in and not model.price_out:
        return _("free")
    each = {"price_in": dollars(model.price_in * MILLION), "price_out": dollars(model.price_out * MILLION)}
    return _("{price_in} in, {price_out} out per million tokens").format(**each)
