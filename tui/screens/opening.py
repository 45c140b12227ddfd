"""What there is to say of a conversation that was read from disk."""

from __future__ import annotations

from tui.domain.chat import ChatMessage, Conversation, OpenedConversation
from tui.domain.i18n import _, plural


def findings(opened: OpenedConversation) -> list[str]:
    """Sentences about damage and newer formats."""
    found = []
    if opened.damaged_lines:
        found.append(
            plural(
                "{n} line of this conversation was damaged; the rest is here.",
                "{n} lines of this conversation were damaged; the rest is here.",
                opened.damaged_lines,
            )
        )
    if opened.read_only:
        found.append(_("A newer chinwag wrote this conversation. It can be read here, but not continued."))
    return found


def changed_messages(shown: Conversation, on_disk: Conversation) -> list[ChatMessage] | None:
    """The messages on disk that look different from those shown; `None` when there are others than those."""
    before, now = shown.branch(), on_disk.branch()
    if [message.id for message in before] != [message.id for message in now]:
        return None
    return [new for old, new in zip(before, now, strict=True) if look(old) != look(new)]


def look(message: ChatMessage) -> tuple[str, str, int, int]:
    """What tells a message from the same one, drawn earlier."""
    return message.id, message.state, len(message.content), len(message.reasoning)
