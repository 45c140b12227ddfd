"""What counts for the next reply, once conversation, gateway and settings are laid over each other."""

from __future__ import annotations

from dataclasses import dataclass

from tui.domain.chat import Conversation
from tui.domain.models import by_id
from tui.domain.settings import DEMO_MODEL, GenerationOptions, Settings
from tui.services.connections import Connection


@dataclass(frozen=True, slots=True)
class ReplyOptions:
    """How a reply is asked for."""

    model: str
    generation: GenerationOptions = GenerationOptions()
    system: str = ""
    profile: str = ""
    """The name of the gateway, kept with the conversation beside its model."""


def model_for(conversation: Conversation, connection: Connection | None, picked: str = "") -> str:
    """Return the model of the next reply; empty while nothing is known.

    That is the one picked for it, else the conversation's, else the one that the user last chose at this gateway, else
    the profile's, else the first listed. A conversation's model that another gateway had is passed over, unless this one
    lists it too.
    """
    if picked or connection is None:
        return picked or conversation.model
    if conversation.model and _is_offered(conversation, connection):
        return conversation.model
    listed = connection.models
    return connection.chosen_model or connection.profile.model or (listed[0].id if listed else "")


def options_for(
    conversation: Conversation, connection: Connection, settings: Settings, picked: str = ""
) -> ReplyOptions:
    """Return how the next reply is asked for. What nobody set stays unset, and is not sent."""
    profile = connection.profile
    system = settings.system if profile.system is None else profile.system
    return ReplyOptions(
        model=model_for(conversation, connection, picked),
        generation=conversation.options.over(profile.options.over(settings.options)),
        system=system if conversation.system is None else conversation.system,
        profile=profile.name,
    )


def _is_offered(conversation: Conversation, connection: Connection) -> bool:
    profile = connection.profile
    if by_id(connection.models, conversation.model) is not None or conversation.model == profile.model:
        return True
    if profile.is_local or conversation.model == DEMO_MODEL:
        return False
    return conversation.profile == profile.name or (not conversation.profile and not connection.models)
