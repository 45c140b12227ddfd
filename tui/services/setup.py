"""What counts for the next reply, once conversation, profile and settings are laid over each other."""

from __future__ import annotations

from tui.domain.chat import Conversation
from tui.domain.models import by_id
from tui.domain.settings import Settings
from tui.services.chat import Setup
from tui.services.connections import Connection


def model_for(conversation: Conversation, connection: Connection | None, picked: str = "") -> str:
    """The model of the next reply: picked by the user, else the conversation's, else the profile's, else the first listed.

    A conversation's model that the gateway in use does not list is passed over. Empty while nothing is known.
    """
    if picked or connection is None:
        return picked or conversation.model
    listed = connection.models
    if conversation.model and (by_id(listed, conversation.model) or not (listed or connection.profile.is_local)):
        return conversation.model
    return connection.profile.model or (listed[0].id if listed else "")


def setup_for(conversation: Conversation, connection: Connection | None, settings: Settings, picked: str = "") -> Setup:
    """How the next reply is asked for. What nobody set stays unset, and is not sent."""
    options, system = settings.options, settings.system
    if connection is not None:
        options = connection.profile.options.over(options)
        system = system if connection.profile.system is None else connection.profile.system
    return Setup(
        model=model_for(conversation, connection, picked),
        options=conversation.options.over(options),
        system=system if conversation.system is None else conversation.system,
    )
