"""Which model answers next in an open conversation."""

from __future__ import annotations

from tui.domain.chat import Conversation
from tui.services.connections import Connection
from tui.services.reply_options import ReplyOptions, model_for, options_for
from tui.services.services import Services


class ModelChoice:
    """What the user picked, for the conversation that is open and for the new ones after it."""

    def __init__(self, services: Services, model: str = "") -> None:
        """`model` answers in this run until the user picks another; empty leaves it to conversation and gateway."""
        self._services = services
        self._of_run = model
        self._picked = ""
        self._missed: set[tuple[str, str]] = set()
        """Models that are not on offer, and those used instead, as they were noticed."""

    def pick(self, model: str) -> None:
        """Answer with this model from now on; empty leaves the choice to conversation and gateway."""
        self._picked = model
        connection = self._services.connections.current
        if model and connection is not None:
            connection.choose_model(model)
            self._of_run = ""  # the user has chosen since the start

    def forget(self) -> None:
        """Begin with another conversation. For new ones the gateway remembers what was picked."""
        self._picked = ""

    def model(self, conversation: Conversation) -> str:
        """Return the model of the next reply; empty while nothing is known."""
        return model_for(conversation, self._services.connections.current, self._picked or self._of_run)

    def options(self, conversation: Conversation, connection: Connection) -> ReplyOptions:
        """Return how the next reply is asked for."""
        settings = self._services.preferences.settings
        return options_for(conversation, connection, settings, self._picked or self._of_run)

    def is_newly_missing(self, conversation: Conversation) -> bool:
        """Return, once for each model, that it is not on offer and another is used instead."""
        missed = (conversation.model, self.model(conversation))
        if not conversation.model or missed[0] == missed[1] or missed in self._missed:
            return False
        self._missed.add(missed)
        return True
