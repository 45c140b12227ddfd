"""What replies cost, as far as prices are known. Prices are US dollars, as in gateways' model lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.domain.chat import ChatMessage, Usage
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


class Prices:
    """The prices of one gateway's models."""

    def __init__(self, models: Sequence[ModelInfo]) -> None:
        self._models = {model.id: model for model in models if (model.price_in, model.price_out) != (None, None)}

    def of(self, message: ChatMessage) -> str:
        """Return what a reply cost; empty where that is not known."""
        amount = self._amount(message)
        return "" if amount is None else dollars(amount)

    def total(self, branch: Iterable[ChatMessage]) -> str:
        """Return what the replies of a branch cost together; empty where nothing is known, "~" where it is not known of
        all."""
        if not self._models:
            return ""
        replies = [message for message in branch if message.is_reply and message.content]
        amounts = [self._amount(message) for message in replies]
        known = [amount for amount in amounts if amount is not None]
        return dollars(sum(known), estimated=len(known) < len(amounts)) if known else ""

    def _amount(self, message: ChatMessage) -> float | None:
        return cost(message.usage, self._models.get(message.model))
