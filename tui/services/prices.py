"""What replies cost, as far as the gateway gives prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.domain.chat import ChatMessage
from tui.domain.models import ModelInfo
from tui.domain.money import cost, dollars


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
