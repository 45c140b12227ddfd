"""The words of exported pages around the messages."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean, one_line
from tui.services.export.names import moment


def title_of(conversation: Conversation) -> str:
    """Return the title, or a word in its place."""
    return one_line(conversation.title) or _("Conversation")


def speaker(message: ChatMessage) -> str:
    """Return the author's name."""
    if message.role is Role.USER:
        return _("You")
    if message.role is Role.SYSTEM:
        return _("System")
    return one_line(message.model, 80) or _("Reply")


def facts(conversation: Conversation, shown: int) -> list[str]:
    """Return model, date and length, each as a few words."""
    found = [one_line(conversation.model, 80), moment(conversation.created)]
    found.append(plural("{n} message", "{n} messages", shown))
    if others := sum(not message.deleted for message in conversation.messages.values()) - shown:
        found.append(plural("{n} more on other branches", "{n} more on other branches", others))
    return [one for one in found if one]


def settings_of(conversation: Conversation) -> list[str]:
    """Return the parameters set for this conversation."""
    return [f"{name} {value}" for name, value in conversation.options.as_dict().items()]


def ending(message: ChatMessage, arriving: AbstractSet[str]) -> str:
    """Return how a reply ended, if it is not simply complete. `arriving` are the ids of replies still arriving."""
    if message.state is MessageState.STREAMING:
        if message.id in arriving:
            return _("This reply was still arriving when the file was saved.")
        return _("Interrupted: chinwag ended while this reply was arriving.")
    if message.state is MessageState.STOPPED:
        return _("Stopped here.") if message.content else _("Stopped before the first word.")
    if message.state is MessageState.FAILED:
        why = one_line(message.error.sentence, 500) if message.error is not None else ""
        return _("Failed: {why}").format(why=why) if why else _("Failed.")
    return one_line(clean(message.notice), 500)
